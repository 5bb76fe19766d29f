"""The steps of an evaluated program: their order, what each is computed from, and their text.

Values are computed in program order, then derivatives from the output backwards. With this, the
first error behind a wrong claim is the earliest wrong claim among those it was computed from, or
else the claim's own step.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.engine import sweep
from autograd.engine.tensor import Tensor
from autograd.engine.walk import ancestors
from autograd.marking.answer_key import AnswerKey
from autograd.marking.number_format import format_number
from autograd.marking.quantity import Quantity

MAX_TERMS = 4
"""Number of terms of a sum over paths that are written out."""


class Place(NamedTuple):
    """The value of `of`, or, with `wrt`, its derivative by `wrt`."""

    of: Tensor
    wrt: Tensor | None

    @property
    def order(self) -> tuple[int, int]:
        """The sort key by time of computation."""
        return (0, self.of.seq) if self.wrt is None else (1, -self.wrt.seq)


class StepIndex:
    """The steps of one evaluation, and the places that each is computed from."""

    def __init__(self, answer_key: AnswerKey) -> None:
        self.answer_key = answer_key
        self.named = {
            tensor: name for name, tensor in reversed(answer_key.evaluation.names.items())
        }
        self._used_by: dict[tuple[Tensor, int], set[Tensor]] = {}
        self._needs: dict[Place, frozenset[Place]] = {}
        self.statements = {
            s.value: s.source_text for s in reversed(answer_key.evaluation.statements)
        }

    def find_place(self, quantity: Quantity) -> Place:
        """Return the place of a quantity in the record."""
        wrt = None if quantity.wrt is None else self.answer_key.get_tensor(quantity.wrt)
        return Place(self.answer_key.get_tensor(quantity.name), wrt)

    def find_needs(self, place: Place) -> frozenset[Place]:
        """Return the named places that this one is computed from, directly or not."""
        if place not in self._needs:
            self._needs[place] = frozenset(self._collect_needs(place))
        return self._needs[place]

    def _collect_needs(self, place: Place) -> set[Place]:
        if place.wrt is None:
            return self._get_named(ancestors([place.of])) - {place}
        path = sweep.order(place.of, [place.wrt])
        passed = {Place(place.of, node) for node in path if node in self.named} - {place}
        return passed | self._get_named(ancestors(self._find_used(path)))

    def _find_used(self, path: Sequence[Tensor]) -> set[Tensor]:
        """Return the tensors whose values the slopes along `path` use: y for x * y by x."""
        on_path, used = set(path), set[Tensor]()
        for node in path:
            for k, x in enumerate(node.inputs):
                if type(x) is Tensor and x in on_path:
                    if (node, k) not in self._used_by:
                        self._used_by[node, k] = _find_used_by_rule(node, k)
                    used |= self._used_by[node, k]
        return used

    def _get_named(self, tensors: Iterable[Tensor]) -> set[Place]:
        return {Place(tensor, None) for tensor in tensors if tensor in self.named}

    # The text of steps -----------------------------------------------------------------------

    def format_step(self, place: Place) -> str:
        """Return the step that computes a value or derivative, by the names of the program."""
        if place.wrt is None:
            return self.statements.get(place.of, f"{self.named[place.of]} is given")
        f, x = self.named[place.of], self.named[place.wrt]
        if place.of is place.wrt:
            return f"d{f}/d{x} is 1, where the backward pass begins"
        users = self._find_users(place.of, place.wrt)
        if not users:
            return f"{f} does not depend on {x}"
        if len(users) == 1 and users[0] is place.of:
            return f"d{f}/d{x} from {self._get_source(place.of)}"
        if place.wrt.shape == () and all(user.shape == () for user in users):
            slopes = [self._compute_slope(user, place.wrt) for user in users]
            names = self._format_names(f, x, users)
            return f"d{f}/d{x} = {names} = {self._format_numbers(f, users, slopes)}"
        return f"d{f}/d{x} from {self._format_sources(f, users)}"

    def _find_users(self, root: Tensor, x: Tensor) -> list[Tensor]:
        """Return the named tensors next to `x` on the paths from `x` to `root`."""
        users, unnamed = [], {x}
        for node in sweep.order(root, [x]):
            if any(type(operand) is Tensor and operand in unnamed for operand in node.inputs):
                if node in self.named:
                    users.append(node)
                else:
                    unnamed.add(node)
        return users

    def _compute_slope(self, user: Tensor, x: Tensor) -> Any:
        """Compute the derivative of a named number by `x`, with other named tensors constant."""
        ends = [t for t in sweep.order(user) if t in self.named and t is not user]
        return sweep.reverse(user, np.ones(()), ends)[x]

    def _format_names(self, f: str, x: str, users: Sequence[Tensor]) -> str:
        names = [self.named[user] for user in users]
        return _join(["direct" if n == f else f"d{f}/d{n} * d{n}/d{x}" for n in names], " + ")

    def _format_numbers(self, f: str, users: Sequence[Tensor], slopes: Sequence[Any]) -> str:
        products = []
        for name, slope in zip((self.named[user] for user in users), slopes, strict=True):
            upstream = self.answer_key.find_value(Quantity(f, wrt=name)).value
            factor = "" if name == f else f"{format_number(upstream)} * "
            products.append(f"{factor}{format_number(slope)}")
        return _join(products, " + ")

    def _format_sources(self, f: str, users: Sequence[Tensor]) -> str:
        steps = []
        for user in users:
            name, source = self.named[user], self._get_source(user)
            steps.append(source if name == f else f"d{f}/d{name} through {source}")
        return _join(steps, " and ")

    def _get_source(self, tensor: Tensor) -> str:
        return self.statements.get(tensor, self.named[tensor])


def _join(terms: list[str], joint: str) -> str:
    """Join the first `MAX_TERMS` terms, with an ellipsis for the others."""
    return joint.join(terms[:MAX_TERMS] + ["..."] * (len(terms) > MAX_TERMS))


def _find_used_by_rule(node: Tensor, k: int) -> set[Tensor]:
    """Return the tensors whose values the derivative of a step by its operand `k` uses.

    The rule runs on tensors that stand for the operands; its record shows which of them it used.
    """
    assert node.op is not None
    operands = [node, *node.inputs]
    stand_ins = [
        Tensor(x.data, requires_grad=x.dtype.kind == "f") if type(x) is Tensor else x
        for x in operands
    ]
    cotangent = Tensor(np.ones(node.shape), requires_grad=True)
    result = node.op.vjp(k)(cotangent, *stand_ins, **(node.params or {}))
    reached = set(ancestors([result]))
    return {
        x
        for x, stand_in in zip(operands, stand_ins, strict=True)
        if type(stand_in) is Tensor and stand_in in reached
    }
