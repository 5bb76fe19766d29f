"""Parameters in one stretch of memory, so that a step is a few passes over long arrays."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from operator import is_
from typing import Any, NamedTuple

import numpy as np

from autograd import ShapeError, Tensor
from nn.optim import blocks
from nn.optim.blocks import Array, Block, Pack, State, aligned, cut

Numbers = Mapping[str, int | float]
"""The numbers kept for each parameter, and their start."""
Entries = Mapping[str, float | None]
"""Initial entries of each array of a state; `None` for an array that is switched off."""


class Plan(NamedTuple):
    """Layout of a step, valid as long as the same parameters have gradients."""

    key: Any
    packs: list[Pack]
    moving: list[Tensor]
    scalars: list[int]
    alone: list[int]
    """Those that are joined with no other."""
    slopes: list[Array | None]
    """Gradients, if they lie in the array of all gradients."""


class Flat:
    """Parameters of one dtype in one array, and their gradients and state in others laid out alike.

    Every parameter's `data` is a view of the first array, which steps change in place; complex
    numbers are pairs of real ones there. Scalars, which NumPy does not share, are written back
    after a step. A value that replaced a view is noticed, and copied in.
    """

    def __init__(self, parameters: list[Tensor]) -> None:
        self.parameters = parameters
        self.position = {parameter: i for i, parameter in enumerate(parameters)}
        self._dtype = parameters[0].dtype
        self._real = np.empty(0, self._dtype).real.dtype
        self._shapes = [parameter.shape for parameter in parameters]
        width = self._dtype.itemsize // self._real.itemsize
        self._starts = list(accumulate((p.size * width for p in parameters), initial=0))
        self._theta = self._empty()
        self._views = self._parts(self._theta)
        self._values: list[Array] = [None] * len(parameters)
        for i, parameter in enumerate(parameters):
            self._take(i, parameter.data)
        # Numbers and whole arrays; those that are equally far share one.
        self._records: list[State] = [{} for _ in parameters]
        self._arrays: dict[str, Array] = {}
        self._all_slopes: Array | None = None
        self._slopes: list[Array] = []
        self._plan: Plan | None = None

    def _empty(self) -> Array:
        return aligned(self._starts[-1], self._real)

    def _part(self, flat: Array, i: int) -> Array:
        """Return the entries of parameter `i`, in its dtype and shape."""
        begin, end = self._starts[i : i + 2]
        return flat[begin:end].view(self._dtype).reshape(self._shapes[i])

    def _parts(self, flat: Array) -> list[Array]:
        return [self._part(flat, i) for i in range(len(self.parameters))]

    # Values and gradients --------------------------------------------------------------------

    def _take(self, i: int, value: Array) -> None:
        self._views[i][...] = value
        self._show(i)

    def _show(self, i: int) -> None:
        view = self._views[i]
        self.parameters[i].data = self._values[i] = view if view.ndim else view[()]

    def take_values(self) -> bool:
        """Copy in values that replaced views; return `False` if a shape or dtype differs."""
        values = [parameter.data for parameter in self.parameters]
        if all(map(is_, values, self._values)):
            return True
        if any(value.dtype != self._dtype for value in values):
            return False
        if [value.shape for value in values] != self._shapes:
            return False
        for i, (value, own) in enumerate(zip(values, self._values, strict=True)):
            # One that rests may belong to another optimizer meanwhile.
            if value is not own and self.parameters[i].grad is not None:
                self._take(i, value)
        return True

    def gradient_of(self, parameter: Tensor) -> Array:
        """Return the parameter's place in the array of all gradients."""
        if self._all_slopes is None:
            self._all_slopes = self._empty()
            self._slopes = self._parts(self._all_slopes)
            self._plan = None
        return self._slopes[self.position[parameter]]

    # State -----------------------------------------------------------------------------------

    def state(self, i: int) -> State:
        """Numbers and arrays, which are views, of parameter `i`; empty before its first step."""
        return {
            name: self._part(value, i) if name in self._arrays else value
            for name, value in self._records[i].items()
        }

    def put_state(self, i: int, state: State) -> None:
        """Take over the state of parameter `i`."""
        record = state.copy()
        for name, value in state.items():
            if isinstance(value, np.ndarray):
                if value.shape != self._shapes[i]:
                    raise ShapeError(
                        f"a parameter has the shape {self._shapes[i]} now, and {value.shape} when "
                        "the optimizer moved it last"
                    )
                record[name] = self._array(name)
                self._part(record[name], i)[...] = value
        self._records[i] = record
        self._plan = None

    def _array(self, name: str) -> Array:
        if name not in self._arrays:
            self._arrays[name] = self._empty()
        return self._arrays[name]

    # Steps -----------------------------------------------------------------------------------

    def begin_step(
        self, start: Numbers, entries: Entries, threads: int
    ) -> tuple[list[Pack], list[Array] | None]:
        """Return the packs to move, and the gradients, `None` if they lie in one array."""
        gradients = [parameter.grad for parameter in self.parameters]
        key = [g is None for g in gradients], entries, threads
        plan = self._plan
        if plan is None or plan.key != key:
            plan = self._plan = self._make_plan(key, start)
        for parameter in plan.moving:
            parameter.touch()
        if self._slopes and all(map(is_, gradients, plan.slopes)):
            return plan.packs, None
        for i in plan.alone:
            # In one dimension, which is no copy if they lie in order.
            gradients[i] = np.asarray(gradients[i], self._dtype).ravel().view(self._real)
        return plan.packs, gradients

    def end_step(self) -> None:
        """Write back the scalars that have moved."""
        if self._plan is not None:
            for i in self._plan.scalars:
                self._show(i)

    def _make_plan(self, key: Any, start: Numbers) -> Plan:
        rests, entries, threads = key
        moving = [i for i, rest in enumerate(rests) if not rest]
        equally_far: dict[Any, list[int]] = {}
        for i in moving:
            record = self._records[i] or start
            numbers = [x for name, x in record.items() if name not in self._arrays]
            equally_far.setdefault((*record, *numbers), []).append(i)
        runs = [list(self._runs(members)) for members in equally_far.values()]
        return Plan(
            key,
            [
                self._pack({**(self._records[run[0][0]] or start)}, run, entries, threads)
                for run in runs
            ],
            [self.parameters[i] for i in moving],
            [i for i in moving if not self._shapes[i]],
            [first for run in runs for first, last in run if last - first == 1],
            [None if rest or not self._slopes else self._slopes[i] for i, rest in enumerate(rests)],
        )

    def _runs(self, members: list[int]) -> Iterator[tuple[int, int]]:
        """Neighbours `first`, ..., `last - 1` of at most a block together, or only one parameter.

        A call for many small arrays costs as much as for one of them.
        """
        room = blocks.BLOCK // self._real.itemsize
        first = last = members[0]
        for i in members:
            if i != last or self._starts[i + 1] - self._starts[first] > room:
                if last > first:
                    yield first, last
                first = i
            last = i + 1
        yield first, last

    def _pack(
        self, state: State, runs: list[tuple[int, int]], entries: Entries, threads: int
    ) -> Pack:
        """Parameters that are equally far, in `state`."""
        on = {name: entry for name, entry in entries.items() if entry is not None}
        fresh = {name: self._array(name) for name in on if name not in state}
        stretches = []
        for first, last in runs:
            self._records[first:last] = [state] * (last - first)
            begin, end = self._starts[first], self._starts[last]
            for name, array in fresh.items():
                array[begin:end] = on[name]
            stretches += [(first, last, where) for where in cut(begin, end, self._real.itemsize)]
        sizes = [where.stop - where.start for _, _, where in stretches]
        # A thread should have at least a block to do.
        threads = min(threads, sum(sizes) * self._real.itemsize // blocks.BLOCK) or 1
        shares = []
        for k in range(threads):
            scratch = [aligned(max(sizes, default=0), self._real) for _ in range(4)]
            share = slice(len(sizes) * k // threads, len(sizes) * (k + 1) // threads)
            shares.append([self._block(*at, entries, scratch) for at in stretches[share]])
        return Pack(state, fresh, shares, self._real)

    def _block(
        self,
        first: int,
        last: int,
        where: slice,
        entries: Entries,
        scratch: list[Array],
    ) -> Block:
        a, b, spare, joined = (array[: where.stop - where.start] for array in scratch)
        begin = self._starts[first]
        return Block(
            first,
            last,
            slice(where.start - begin, where.stop - begin),
            self._theta[where],
            (
                *(None if x is None else self._array(name)[where] for name, x in entries.items()),
                a,
                b,
            ),
            spare,
            joined,
            joined.view(self._dtype),
            None if self._all_slopes is None else self._all_slopes[where],
        )
