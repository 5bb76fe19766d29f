"""What follows from numbers as a learner wrote them, whether they are wrong or only rounded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.marking.answer_key import Truth
from autograd.marking.cell import Cell
from autograd.marking.first_error import below
from autograd.marking.pass_walk import Change, Meter, Walk
from autograd.marking.prediction import Outcome
from autograd.marking.quantity import Index
from autograd.marking.verdict import Verdict, judge_all
from autograd.marking.written_numbers import Claimed

FOLLOWS = (Verdict.OK, Verdict.ROUNDED)
"""The verdicts, beside what follows, on a number that does follow."""

MOST_NAMED = 2
"""How many numbers are named that another one follows from."""


class Follower:
    """Walks the record of a program with claimed numbers in the places of the right ones."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.nodes = sorted(below(truth.evaluation.names.values()), key=lambda x: x.seq)
        self.meter = Meter(self.nodes)
        self.right = Outcome(truth, Walk(self.nodes, self.meter))

    def outcome(self, written: Sequence[Cell]) -> Outcome:
        """What comes of the claims `written`."""
        change = self._as_written(cell for cell in written if cell.updated is None)
        after = self._as_written(cell for cell in written if cell.updated is not None)
        walk = Walk(self.nodes, self.meter, change, base=self.right.walk)
        return Outcome(self.truth, walk, after=after)

    def settled(self, cells: Sequence[Cell]) -> list[Cell]:
        """The claims, those not wrong that follow from rounded ones before them.

        Whoever computes from 0.33 for 1/3 gets 99 for 300/3: right, but for the rounding.
        """
        found: dict[Cell, Cell] = {}
        for cell in sorted(cells, key=lambda cell: cell.order):
            found[cell] = cell
            if cell.is_wrong and cell.verdicts:
                before = [other for other in found.values() if other.place in cell.needs]
                # What follows from a mistake is no rounding, even if it follows from others too.
                if not any(other.is_wrong for other in before):
                    found[cell] = self._beside(cell, [c for c in before if c.is_inexact])
        return [found[cell] for cell in cells]

    def _beside(self, cell: Cell, rounded: Sequence[Cell]) -> Cell:
        """A wrong claim, or a near one if it follows from rounded ones."""
        verdicts = self._verdicts(cell, rounded) if rounded else cell.verdicts
        if Verdict.WRONG in verdicts:
            return cell
        # Of those that it was computed from, the nearest may say enough.
        nearest = (rounded[-n:] for n in range(1, MOST_NAMED + 1))
        enough = next((last for last in nearest if self._verdicts(cell, last) == verdicts), rounded)
        return replace(cell, verdicts=verdicts, follows=f"your rounded {names(enough)}")

    def _verdicts(self, cell: Cell, written: Sequence[Cell]) -> list[Verdict]:
        """The verdicts, where what follows is as good as what is true."""
        beside = judge_all(cell.claimed, self.outcome(written).of(cell.quantity, cell.updated))
        return [
            Verdict.NEAR if verdict is Verdict.WRONG and other in FOLLOWS else verdict
            for verdict, other in zip(cell.verdicts, beside or cell.verdicts, strict=True)
        ]

    def _as_written(self, cells: Iterable[Cell]) -> Change:
        values: dict[Tensor, list[tuple[Index, Claimed]]] = defaultdict(list)
        totals: dict[Tensor, list[tuple[Index, Claimed]]] = defaultdict(list)
        for cell in cells:
            quantity = cell.quantity
            if quantity.wrt is None:
                values[self.truth.tensor(quantity.name)].append((quantity.index, cell.claimed))
            else:
                x = self.truth.tensor(quantity.wrt)
                totals[x].append((quantity.wrt_index, cell.claimed))
        return Change(
            values={x: partial(_put, parts) for x, parts in values.items()},
            totals={x: partial(_put_total, parts) for x, parts in totals.items()},
        )


def names(cells: Sequence[Cell]) -> str:
    """The names of claims, of many the first ones."""
    told = " and ".join(str(cell.quantity) for cell in cells[:MOST_NAMED])
    return told + " and others" * (len(cells) > MOST_NAMED)


def _put(parts: Sequence[tuple[Index, Claimed]], right: Any, xs: Sequence[Any]) -> Any:
    entries = np.array(right, float)
    for index, claimed in parts:
        entries[index] = np.reshape(claimed.value, np.shape(entries[index]))
    return entries[()]


def _put_total(parts: Sequence[tuple[Index, Claimed]], paths: Sequence[Any]) -> Any:
    return _put(parts, sum(paths[1:], paths[0]), ())
