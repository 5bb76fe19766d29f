"""The work of a step, cut into blocks that fit the cache."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from autograd import in_parallel

Array = Any
"""A NumPy array, or a NumPy scalar where the shape is `()`."""
State = dict[str, Any]
"""State of one parameter: numbers, and arrays of its shape."""
Update = Callable[..., None]
"""`update(theta, g, *arrays, a, b, *numbers)` changes `theta` and the state's arrays in place.

They are one-dimensional, real and equally long; an array that is switched off is `None`. Of the
gradient `g` it may only read; `a` and `b` are scratch space, the numbers are arrays of shape `()`.
"""
Decay = Callable[[Array, Array, Array, Array], Array]
"""`decay(theta, g, factor, spare)` lets weights decay and gives the gradient to go on with."""

BLOCK = 2**18
"""Bytes of each array that are worked on at a time: so few that one pass finds in the cache what
the last has left there, and so many that calls cost little. With half of it steps take 4 % longer.
"""
CACHE_LINE = 64
"""Bytes. Passes over arrays that begin with a line take 7 % less time than over others."""


class Block(NamedTuple):
    """Entries that are worked on at a time: of a few parameters, or some of a large one's."""

    first: int
    last: int
    where: slice
    """Slice of the joined parameters `first`, ..., `last - 1`."""
    theta: Array
    rest: tuple[Array | None, ...]
    """The arrays of the state, and two of scratch space."""
    spare: Array
    joined: Array
    """Where gradients are put together, and the same in the parameters' dtype."""
    target: Array
    slope: Array | None
    """Where they already lie together, in the array of all gradients, if there is one."""

    def gradient(self, gradients: list[Array]) -> Array:
        """Return entries of gradients that lie anywhere; those of a large one are not copied."""
        if self.last - self.first == 1:
            return gradients[self.first][self.where]
        np.concatenate(gradients[self.first : self.last], axis=None, out=self.target)
        return self.joined


class Pack:
    """Parameters that are equally far, and so move by the same numbers.

    `state` is what the rule knows of them: numbers, and the arrays that exist; `fresh` are arrays
    that begin with the next step. `shares` are the blocks that each thread goes through.
    """

    def __init__(
        self, state: State, fresh: State, shares: list[list[Block]], dtype: np.dtype[Any]
    ) -> None:
        self.state, self._fresh, self._shares, self._dtype = state, fresh, shares, dtype
        self._numbers: Sequence[float] = ()
        self._constants: list[Array] = []

    def move(
        self,
        update: Update,
        numbers: Sequence[float],
        decay: Decay | None,
        gradients: list[Array] | None,
    ) -> None:
        """Run `update` on every block, after the `decay`, whose factor is the first of `numbers`.

        The `gradients` are those of all parameters, `None` if they lie in one array.
        """
        if self._fresh:
            self.state.update(self._fresh)
            self._fresh = {}
        work = partial(_go_through, update, self._as_arrays(numbers), decay, gradients)
        in_parallel([partial(work, share) for share in self._shares])

    def _as_arrays(self, numbers: Sequence[float]) -> list[Array]:
        """Return the numbers as arrays of the parameters' dtype, which NumPy takes faster."""
        if len(numbers) != len(self._numbers):
            self._constants = [np.array(number, self._dtype) for number in numbers]
        else:
            for array, new, old in zip(self._constants, numbers, self._numbers, strict=True):
                if new != old:
                    array.fill(new)
        self._numbers = numbers
        return self._constants


def _go_through(
    update: Update,
    constants: list[Array],
    decay: Decay | None,
    gradients: list[Array] | None,
    blocks: list[Block],
) -> None:
    if decay is not None:
        factor, *constants = constants
    for block in blocks:
        g = block.slope if gradients is None else block.gradient(gradients)
        if decay is not None:
            g = decay(block.theta, g, factor, block.spare)
        update(block.theta, g, *block.rest, *constants)


def shrink(theta: Array, g: Array, factor: Array, _: Array) -> Array:
    """Decay apart from the gradient: `theta *= factor`."""
    theta *= factor
    return g


def add_to_gradient(theta: Array, g: Array, factor: Array, spare: Array) -> Array:
    """Decay as the gradient of a penalty: `g + factor theta`."""
    np.multiply(theta, factor, spare)
    return np.add(spare, g, spare)


def cut(begin: int, end: int, itemsize: int) -> Iterator[slice]:
    """Stretches from `begin` to `end`, about equally long: blocks, in whole lines of the cache."""
    line = CACHE_LINE // itemsize
    pieces = -(-(end - begin) * itemsize // BLOCK)
    length = -(-(end - begin) // (pieces * line or 1)) * line
    return (slice(k, min(k + length, end)) for k in range(begin, end, length or 1))


def aligned(size: int, dtype: np.dtype[Any]) -> Array:
    """Return an array without values that begins with a line of the cache."""
    memory = np.empty(size * dtype.itemsize + CACHE_LINE, np.uint8)
    offset = -memory.ctypes.data % CACHE_LINE
    return memory[offset : offset + size * dtype.itemsize].view(dtype)
