"""Where a wrong claim first departs from the right way, and how that step reads.

Values are computed in program order, then derivatives from the output backwards. A claim departs at
the earliest wrong claim among those it was computed from, otherwise in its own step.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.engine import sweep
from autograd.engine.tensor import Tensor
from autograd.marking.answer_key import Truth
from autograd.marking.quantity import Quantity
from autograd.marking.written_numbers import show

MAX_TERMS = 4
"""How many terms of a sum over paths are written out."""


class Place(NamedTuple):
    """What was computed: the value of `of`, or, with `wrt`, its derivative by `wrt`."""

    of: Tensor
    wrt: Tensor | None

    @property
    def order(self) -> tuple[int, int]:
        """Sorts by the time of computing."""
        return (0, self.of.seq) if self.wrt is None else (1, -self.wrt.seq)


class Departures:
    """Steps and what they need, in the record of one evaluation."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.named = {tensor: name for name, tensor in reversed(truth.evaluation.names.items())}
        self._used_by: dict[tuple[Tensor, int], set[Tensor]] = {}
        self._needs: dict[Place, frozenset[Place]] = {}
        self.statements = {s.value: s.source_text for s in reversed(truth.evaluation.statements)}

    def place(self, quantity: Quantity) -> Place:
        """Where in the record a quantity stands."""
        wrt = None if quantity.wrt is None else self.truth.tensor(quantity.wrt)
        return Place(self.truth.tensor(quantity.name), wrt)

    def needs(self, place: Place) -> frozenset[Place]:
        """The named values and derivatives that this one is computed from, near and far."""
        if place not in self._needs:
            self._needs[place] = frozenset(self._find_needs(place))
        return self._needs[place]

    def _find_needs(self, place: Place) -> set[Place]:
        if place.wrt is None:
            return self._values(below([place.of])) - {place}
        path = sweep.order(place.of, [place.wrt])
        passed = {Place(place.of, node) for node in path if node in self.named} - {place}
        return passed | self._values(below(self._used(path)))

    def _used(self, path: Sequence[Tensor]) -> set[Tensor]:
        """The tensors whose values the slopes along `path` depend on: of x * y by x, it is y."""
        on_path, used = set(path), set[Tensor]()
        for node in path:
            for k, x in enumerate(node.inputs):
                if type(x) is Tensor and x in on_path:
                    if (node, k) not in self._used_by:
                        self._used_by[node, k] = _used_by_rule(node, k)
                    used |= self._used_by[node, k]
        return used

    def _values(self, tensors: Iterable[Tensor]) -> set[Place]:
        return {Place(tensor, None) for tensor in tensors if tensor in self.named}

    # Steps in words --------------------------------------------------------------------------

    def step(self, place: Place) -> str:
        """The step that computes a value or derivative, by the names of the program."""
        if place.wrt is None:
            return self.statements.get(place.of, f"{self.named[place.of]} is given")
        f, x = self.named[place.of], self.named[place.wrt]
        if place.of is place.wrt:
            return f"d{f}/d{x} is 1, where the way back begins"
        users = self._users(place.of, place.wrt)
        if not users:
            return f"{f} does not depend on {x}"
        if len(users) == 1 and users[0] is place.of:
            return f"d{f}/d{x} from {self._source(place.of)}"
        if place.wrt.shape == () and all(user.shape == () for user in users):
            slopes = [self._slope(user, place.wrt) for user in users]
            return (
                f"d{f}/d{x} = {self._in_names(f, x, users)} = {self._in_numbers(f, users, slopes)}"
            )
        return f"d{f}/d{x} from {self._in_steps(f, users)}"

    def _users(self, root: Tensor, x: Tensor) -> list[Tensor]:
        """The named tensors on the way from `x` to `root` that are next to `x`."""
        users, unnamed = [], {x}
        for node in sweep.order(root, [x]):
            if any(type(operand) is Tensor and operand in unnamed for operand in node.inputs):
                if node in self.named:
                    users.append(node)
                else:
                    unnamed.add(node)
        return users

    def _slope(self, user: Tensor, x: Tensor) -> Any:
        """The derivative of a named number by `x`, the other named ones held fixed."""
        ends = [t for t in sweep.order(user) if t in self.named and t is not user]
        return sweep.reverse(user, np.ones(()), ends)[x]

    def _in_names(self, f: str, x: str, users: Sequence[Tensor]) -> str:
        names = [self.named[user] for user in users]
        return _cut(["direct" if n == f else f"d{f}/d{n} * d{n}/d{x}" for n in names], " + ")

    def _in_numbers(self, f: str, users: Sequence[Tensor], slopes: Sequence[Any]) -> str:
        products = []
        for name, slope in zip((self.named[user] for user in users), slopes, strict=True):
            upstream = self.truth.of(Quantity(f, wrt=name)).value
            products.append(show(slope) if name == f else f"{show(upstream)} * {show(slope)}")
        return _cut(products, " + ")

    def _in_steps(self, f: str, users: Sequence[Tensor]) -> str:
        steps = []
        for user in users:
            name, source = self.named[user], self._source(user)
            steps.append(source if name == f else f"d{f}/d{name} through {source}")
        return _cut(steps, " and ")

    def _source(self, tensor: Tensor) -> str:
        return self.statements.get(tensor, self.named[tensor])


def _cut(terms: list[str], joint: str) -> str:
    return joint.join(terms[:MAX_TERMS] + ["..."] * (len(terms) > MAX_TERMS))


def below(tensors: Iterable[Tensor]) -> list[Tensor]:
    """The tensors and everything they were computed from, comparisons included."""
    found = list(dict.fromkeys(tensors))
    seen = set(found)
    for tensor in found:
        for x in tensor.inputs:
            if type(x) is Tensor and x not in seen:
                seen.add(x)
                found.append(x)
    return found


def _used_by_rule(node: Tensor, k: int) -> set[Tensor]:
    """The tensors whose values the derivative of a step by its operand `k` depends on.

    The rule is run on tensors that stand for the operands; its record tells which ones it used.
    """
    assert node.op is not None
    operands = [node, *node.inputs]
    stand_ins = [
        Tensor(x.data, requires_grad=x.dtype.kind == "f") if type(x) is Tensor else x
        for x in operands
    ]
    cotangent = Tensor(np.ones(node.shape), requires_grad=True)
    result = node.op.vjp(k)(cotangent, *stand_ins, **(node.params or {}))
    reached = set(below([result]))
    return {
        x
        for x, stand_in in zip(operands, stand_ins, strict=True)
        if type(stand_in) is Tensor and stand_in in reached
    }
