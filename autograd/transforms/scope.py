"""The leaves on which a transform runs its function, and how results leave it."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.axes import Elementwise
from autograd.engine.conversions import differentiating
from autograd.engine.dtypes import conjugate, leaf_value
from autograd.engine.facts import Facts
from autograd.engine.modes import enable_grad, is_grad_enabled
from autograd.engine.record import Primitive, make
from autograd.engine.tensor import ARGUMENT, RELEASED, Tensor
from autograd.engine.tracing import section, tracing
from autograd.errors import GradientLostWarning
from autograd.host.user_line import warn_at_user_line
from autograd.ops.shape import copy
from autograd.transforms.trees import leaves_of, map_tree


class _Enclosing(threading.local):
    """The leaves of the transforms that are running in this thread, outermost first."""

    def __init__(self) -> None:
        self.leaves: list[Tensor] = []
        self.runs = 0


_enclosing = _Enclosing()


class Scope:
    """The leaves on which a transform runs its function, and how results leave it."""

    def __init__(self, arguments: Any) -> None:
        given = leaves_of(arguments)
        # In a trace arrays are tensors, too; nothing flows through what becomes of them.
        self.of_tensors = any(
            type(x) is Tensor and (x.requires_grad or not tracing()) for x in given
        )
        self.lift = bool(_enclosing.leaves) or any(is_recorded(x) for x in given) or tracing()
        self.recording = is_grad_enabled()
        self.closes_over = False
        self.inputs = map_tree(_lift_leaf, arguments)
        self.leaves: list[Tensor] = leaves_of(self.inputs)

    @contextmanager
    def running(self) -> Iterator[None]:
        outside = len(_enclosing.leaves)
        _enclosing.leaves.extend(self.leaves)
        _enclosing.runs += 1
        self.run = _enclosing.runs
        try:
            with differentiating(self), enable_grad():
                yield
        finally:
            del _enclosing.leaves[outside:]

    def differentiates(self, tensor: Tensor) -> bool:
        """Return whether `tensor` depends on an argument."""
        return _depends_on(tensor, self.leaves)

    def find_closures(self, *results: Any) -> None:
        """Find out whether results depend on leaves outside, for which derivatives are recorded.

        Warns if they depend on no argument; a derivative that is constant may be the result.
        """
        tensors = [x for x in leaves_of(results) if type(x) is Tensor]
        if (
            self.leaves
            and self.run == _enclosing.runs
            and not any(x.requires_grad for x in tensors)
        ):
            warn_at_user_line(
                "the result depends on none of the arguments, so that its derivative is zero: it "
                "is a constant, a comparison, or made of numbers taken out of the graph",
                GradientLostWarning,
            )
        if self.recording:
            self.closes_over = any(map(self._depends_on_others, tensors))
            self.lift = self.lift or self.closes_over

    def _depends_on_others(self, tensor: Tensor) -> bool:
        return _depends_on_others(tensor, self.leaves)

    def arguments(self) -> Any:
        """Return the inputs in new containers, which the function may do with as it likes."""
        return map_tree(lambda x: x, self.inputs)

    def leave(self, value: Any, of_tensors: bool = False) -> Any:
        """Return a result for the caller: a tensor only if tensors came in or would be lost."""
        tensor = value if type(value) is Tensor else Tensor(value)
        if of_tensors or self.of_tensors or _depends_on(tensor, _enclosing.leaves):
            return tensor
        if self.closes_over and self._depends_on_others(tensor):
            return tensor
        # A trace has to see where the numbers come from, but no gradient flows through arrays.
        return tensor.detach() if tracing() else tensor._data

    def leave_aux(self, aux: Any) -> Any:
        """Return the auxiliary output of a function, with its tensors as results."""
        return map_tree(lambda x: self.leave(x) if type(x) is Tensor else x, aux)

    def cotangents(self, root: Tensor, seed: Any, recorded: bool) -> Any:
        """Return the cotangents of the inputs, in the arguments' structure."""
        with enable_grad(), section("backward"):
            found = sweep.reverse(root, seed, self.leaves, lift=self.lift or recorded)
            found = {x: conjugate(g) for x, g in found.items()}
        return map_tree(
            lambda x: self.leave(found[x] if x in found else np.zeros_like(x._data), recorded),
            self.inputs,
        )


def in_transform() -> bool:
    """Return whether a transform is running its function in this thread."""
    return bool(_enclosing.leaves)


def is_recorded(x: Any) -> bool:
    """Return whether gradients may flow through `x`, or a trace has to see it."""
    return type(x) is Tensor and (x.requires_grad or x.op is not None or tracing())


def _lift_leaf(x: Any) -> Tensor:
    if type(x) is Tensor and x.requires_grad:
        with enable_grad():
            entered: Tensor = copy(x)
            return entered
    if type(x) is Tensor and tracing():
        return make(leaf_value(x._data, None, True), lift_argument, (x,), None, True)
    leaf = Tensor(x, requires_grad=True)
    leaf._inputs = ARGUMENT
    return leaf


lift_argument = Primitive(
    lambda x: leaf_value(x, None, True),
    "linear",
    [lambda g, y, x: g],
    [lambda t, y, x: t],
    name="lift_argument",
    facts=Facts(number="float(x)", axes=Elementwise(), view=True, pure=True),
)
"""The step by which a traced value that requires no gradient becomes a leaf of a transform."""


def _depends_on(tensor: Tensor, leaves: list[Tensor]) -> bool:
    return bool(leaves) and tensor.requires_grad and bool(sweep.order(tensor, leaves))


def _depends_on_others(root: Tensor, leaves: Collection[Tensor]) -> bool:
    """Return whether `root` depends on a leaf whose `grad` may be asked, or which is released.

    That is one that requires gradients, is none of `leaves` and no argument of another transform.
    """
    ends = frozenset(leaves)
    found = [root] if root._requires_grad else []
    seen = set(found)
    for node in found:
        if node in ends:
            continue
        inputs = node.inputs
        if inputs is RELEASED or (node.op is None and inputs is not ARGUMENT):
            return True
        for x in inputs:
            if type(x) is Tensor and x._requires_grad and x not in seen:
                seen.add(x)
                found.append(x)
    return False
