"""What tests draw: shapes, numbers from where an operation is smooth, and what has to hold then."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd import Tensor, jvp
from tests.cases.case import Case
from tests.registry.operations import (
    assert_like_numpy,
    assert_sound,
    normal_like,
    pulled,
    value_of,
)

Shape = tuple[int, ...]

SEEDS = st.integers(0, 2**16)


def shapes(min_dims: int = 0, max_dims: int = 4, min_side: int = 0, max_side: int = 4) -> Any:
    """Scalars, vectors, matrices and more; with a `min_side` of 0 also some empty ones."""
    full, any_size = (
        hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=side, max_side=max_side)
        for side in (max(1, min_side), min_side)
    )
    return full | any_size


def broadcastable(count: int) -> Any:
    """Shapes that broadcast against one another, with the shape of the result."""
    full, any_size = (
        hnp.mutually_broadcastable_shapes(
            num_shapes=count, min_dims=0, max_dims=4, min_side=side, max_side=3
        )
        for side in (1, 0)
    )
    return full | any_size


def fitting(signature: str) -> Any:
    """Shapes for a function with core dimensions, such as `(n?,k),(k,m?)->(n?,m?)`."""
    full, any_size = (
        hnp.mutually_broadcastable_shapes(
            signature=signature, min_dims=0, max_dims=2, min_side=side, max_side=3
        )
        for side in (1, 0)
    )
    return full | any_size


def numbers(shape: Shape, seed: int) -> Any:
    return np.random.default_rng(seed).uniform(-2, 2, shape)[()]


def resized(case: Case, to: Sequence[Shape]) -> Case:
    """Return the case with its arrays in other shapes, one for each; plain numbers stay."""
    rest = iter(to)
    operands = [
        next(rest)
        if isinstance(x, tuple)
        else np.resize(x, next(rest))
        if isinstance(x, np.ndarray)
        else x
        for x in case.operands
    ]
    return replace(case, operands=tuple(operands))


def how_many(case: Case) -> int:
    return sum(isinstance(x, tuple | np.ndarray) for x in case.operands)


def assert_differences(fn: Callable[..., Any], primals: Sequence[Any]) -> None:
    """Forward mode is the central difference, in one direction at random."""
    rng, step = np.random.default_rng(4), 1e-6
    tangents = [normal_like(p, rng) for p in primals]
    _, tangent = jvp(fn, tuple(primals), tuple(tangents))
    ahead = fn(*(p + step * t for p, t in zip(primals, tangents, strict=True)))
    behind = fn(*(p - step * t for p, t in zip(primals, tangents, strict=True)))
    np.testing.assert_allclose(tangent, (ahead - behind) / (2 * step), rtol=1e-5, atol=1e-6)


def assert_right(fn: Callable[..., Any], *arrays: Any) -> None:
    """`fn` on tensors is `fn` on arrays, with derivatives that fit the values nearby."""

    def check(expected: Any) -> None:
        assert_sound(fn, arrays, expected)
        if np.all(np.isfinite(expected)):
            assert_differences(fn, arrays)

    assert_like_numpy(fn, arrays, lambda: fn(*arrays), check)


def assert_copies(fn: Callable[..., Any], *arrays: Any) -> None:
    """`fn` copies entries to other places, or to several; its gradient brings each one back.

    Where an entry goes, `fn` itself says of an array of numbered entries: an entry's gradient is
    the sum over all the places to which it was copied.
    """
    ends = np.cumsum([np.size(x) for x in arrays])
    starts = [end - np.size(x) for end, x in zip(ends, arrays, strict=True)]
    numbered = [
        np.arange(start, end).reshape(np.shape(x)) + 1.0
        for start, end, x in zip(starts, ends, arrays, strict=True)
    ]
    places = np.asarray(fn(*numbered)).astype(int)
    value = value_of(fn(*(Tensor(x, requires_grad=True) for x in arrays)))
    entries = np.concatenate([[0.0], *(np.ravel(x) for x in arrays)])
    np.testing.assert_array_equal(value, entries[places])
    g = normal_like(value, np.random.default_rng(6))
    sums = np.bincount(places.ravel(), weights=np.ravel(g), minlength=len(entries))[1:]
    for gradient, x, start in zip(pulled(fn, arrays, g), arrays, starts, strict=True):
        expected = sums[start : start + np.size(x)].reshape(np.shape(x))
        np.testing.assert_allclose(gradient, expected, rtol=1e-14, atol=1e-14)
    assert_sound(fn, arrays, value)
