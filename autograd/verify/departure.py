"""Where a wrong claim first departs from the right way, and how that step reads.

Values are computed in program order, then derivatives from the output backwards. A claim departs at
the earliest wrong claim among those it was computed from, otherwise in its own step.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import sweep
from autograd.tensor import Tensor
from autograd.verify.quantity import Quantity
from autograd.verify.truth import Truth
from autograd.verify.written import show

MAX_TERMS = 4
"""How many terms of a sum over paths are written out."""

Term = tuple[Tensor, Any]
"""A named tensor that a derivative goes through, and the slope of that tensor."""


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
        self.statements = {s.value: s.source_text for s in reversed(truth.evaluation.statements)}

    def place(self, quantity: Quantity) -> Place:
        """Where in the record a quantity stands."""
        wrt = None if quantity.wrt is None else self.truth.tensor(quantity.wrt)
        return Place(self.truth.tensor(quantity.name), wrt)

    def needs(self, place: Place) -> set[Place]:
        """The named values and derivatives that this one is computed from, near and far."""
        if place.wrt is None:
            return self._values(below([place.of])) - {place}
        path = sweep.order(place.of, [place.wrt])
        passed = {Place(place.of, node) for node in path if node in self.named} - {place}
        return passed | self._values(below(_used(path)))

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
        terms = self._terms(place.of, place.wrt)
        if not terms:
            return f"{f} does not depend on {x}"
        if len(terms) == 1 and terms[0][0] is place.of:
            return f"d{f}/d{x} from {self._source(place.of)}"
        if all(through.shape == () == np.shape(local) for through, local in terms):
            return f"d{f}/d{x} = {self._in_names(f, x, terms)} = {self._in_numbers(f, terms)}"
        return f"d{f}/d{x} from {self._in_steps(f, terms)}"

    def _terms(self, root: Tensor, x: Tensor) -> list[Term]:
        """The named tensors that use `x` on its way to `root`, each with its slope by `x`."""
        terms = []
        for through in sweep.order(root, [x]):
            if through is x or through not in self.named:
                continue
            ends = [t for t in sweep.order(through) if t in self.named and t is not through]
            with np.errstate(all="ignore"):
                local = sweep.pull(through, np.ones(through.shape)[()], ends)
            if x in local:
                terms.append((through, local[x]))
        return terms

    def _in_names(self, f: str, x: str, terms: Sequence[Term]) -> str:
        names = [self.named[through] for through, _ in terms]
        return _cut(["direct" if n == f else f"d{f}/d{n} * d{n}/d{x}" for n in names], " + ")

    def _in_numbers(self, f: str, terms: Sequence[Term]) -> str:
        products = []
        for through, local in terms:
            upstream = self.truth.of(Quantity(f, wrt=self.named[through])).value
            direct = self.named[through] == f
            products.append(show(local) if direct else f"{show(upstream)} * {show(local)}")
        return _cut(products, " + ")

    def _in_steps(self, f: str, terms: Sequence[Term]) -> str:
        names = [self.named[through] for through, _ in terms]
        sources = [self._source(through) for through, _ in terms]
        return _cut(
            [
                source if n == f else f"d{f}/d{n} through {source}"
                for n, source in zip(names, sources, strict=True)
            ],
            " and ",
        )

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


def _used(path: Sequence[Tensor]) -> set[Tensor]:
    """The tensors whose values the derivatives along `path` depend on: of x * y by x, it is y.

    Each rule is run on tensors that stand for its operands; its record tells which ones it used.
    """
    on_path, used = set(path), set[Tensor]()
    for node in path:
        for k, x in enumerate(node.inputs):
            if type(x) is Tensor and x in on_path:
                used |= _used_by(node, k)
    return used


def _used_by(node: Tensor, k: int) -> set[Tensor]:
    assert node.op is not None
    operands = [node, *node.inputs]
    stand_ins = [
        Tensor(x.data, requires_grad=x.dtype.kind == "f") if type(x) is Tensor else x
        for x in operands
    ]
    cotangent = Tensor(np.ones(node.shape), requires_grad=True)
    with np.errstate(all="ignore"):
        result = node.op.pull(k)(cotangent, *stand_ins, **(node.params or {}))
    reached = set(below([result]))
    return {
        x
        for x, stand_in in zip(operands, stand_ins, strict=True)
        if type(stand_in) is Tensor and stand_in in reached
    }
