"""Operations that copy entries elsewhere: shapes, indices, joining, splitting, repeating.

Where each entry goes, the operation itself says of numbered entries; so its gradient is known.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd
from tests.registry.drawn import SEEDS, assert_copies, numbers, shapes

drawn_shapes = shapes(max_side=3)
with_axes = shapes(min_dims=1, max_side=3)
each_example = settings(max_examples=40)


def axis_of(shape: Any) -> Any:
    return st.integers(-len(shape), len(shape) - 1)


# Shapes ------------------------------------------------------------------------------------------


@each_example
@given(shape=drawn_shapes, order=st.sampled_from("CF"), data=st.data(), seed=SEEDS)
def test_reshape(shape: Any, order: Any, data: Any, seed: int) -> None:
    """To the same lengths in another order, ones put in and neighbours joined."""
    lengths = data.draw(st.permutations([*shape, 1]))
    cut = data.draw(st.integers(0, len(lengths)))
    new = [int(np.prod(lengths[:cut])), *lengths[cut:]]
    if np.prod(shape) and data.draw(st.booleans()):
        new[data.draw(st.integers(0, len(new) - 1))] = -1
    assert_copies(lambda x: np.reshape(x, new, order=order), numbers(shape, seed))
    assert_copies(lambda x: np.ravel(x, order=order), numbers(shape, seed))


@each_example
@given(shape=drawn_shapes, data=st.data(), seed=SEEDS)
def test_axes_in_another_order(shape: Any, data: Any, seed: int) -> None:
    x, order = numbers(shape, seed), data.draw(st.permutations(range(len(shape))))
    to = data.draw(st.permutations(range(len(shape))))
    count = data.draw(st.integers(0, len(shape)))
    assert_copies(lambda x: np.transpose(x, order), x)
    assert_copies(lambda x: np.transpose(x), x)
    assert_copies(lambda x: np.moveaxis(x, order[:count], to[:count]), x)
    assert_copies(lambda x: np.expand_dims(x, tuple(order[:count])), x)
    assert_copies(lambda x: np.squeeze(x), x)
    if shape:
        assert_copies(lambda x: np.swapaxes(x, order[0], to[0]), x)


@each_example
@given(shape=hnp.broadcastable_shapes((2, 0, 3, 2), max_dims=4, min_side=0), seed=SEEDS)
def test_broadcast_to_nothing(shape: Any, seed: int) -> None:
    assert_copies(lambda x: np.broadcast_to(x, (2, 0, 3, 2)), numbers(shape, seed))


@each_example
@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3), seed=SEEDS)
def test_broadcasting(shapes: Any, seed: int) -> None:
    a, b = (numbers(shape, seed + k) for k, shape in enumerate(shapes.input_shapes))
    assert_copies(lambda x: np.broadcast_to(x, shapes.result_shape), a)
    assert_copies(lambda x, y: np.broadcast_arrays(x, y)[1], a, b)


@each_example
@given(shape=with_axes, shift=st.integers(-4, 4), data=st.data(), seed=SEEDS)
def test_rolled_and_flipped(shape: Any, shift: int, data: Any, seed: int) -> None:
    x = numbers(shape, seed)
    for axis in (None, data.draw(axis_of(shape)), (data.draw(axis_of(shape)), 0)):
        assert_copies(lambda x, axis=axis: np.roll(x, shift, axis), x)
    axis = data.draw(axis_of(shape))
    assert_copies(lambda x: np.flip(x, axis), x)
    assert_copies(lambda x: np.flip(x), x)


# Joining and splitting ---------------------------------------------------------------------------


@each_example
@given(shape=with_axes, count=st.integers(1, 3), data=st.data(), seed=SEEDS)
def test_concatenate(shape: Any, count: int, data: Any, seed: int) -> None:
    axis = data.draw(axis_of(shape))
    parts = []
    for k in range(count):
        own = list(shape)
        own[axis] = data.draw(st.integers(0, 3))
        parts.append(numbers(tuple(own), seed + k))
    assert_copies(lambda *xs: np.concatenate(xs, axis), *parts)
    assert_copies(lambda *xs: np.concatenate(xs, None), *parts)


@each_example
@given(shape=drawn_shapes, count=st.integers(1, 3), data=st.data(), seed=SEEDS)
def test_stack(shape: Any, count: int, data: Any, seed: int) -> None:
    axis = data.draw(axis_of((1, *shape)))
    parts = [numbers(shape, seed + k) for k in range(count)]
    assert_copies(lambda *xs: np.stack(xs, axis), *parts)


@each_example
@given(shape=with_axes, cuts=st.lists(st.integers(-4, 4), max_size=3), data=st.data(), seed=SEEDS)
def test_split(shape: Any, cuts: Any, data: Any, seed: int) -> None:
    axis, part = data.draw(axis_of(shape)), data.draw(st.integers(0, len(cuts)))
    assert_copies(lambda x: np.split(x, cuts, axis)[part], numbers(shape, seed))
    assert_copies(lambda x: np.array_split(x, len(cuts) + 1, axis)[part], numbers(shape, seed))


# Repeating and padding ---------------------------------------------------------------------------


@each_example
@given(shape=drawn_shapes, reps=st.lists(st.integers(0, 2), min_size=1, max_size=4), seed=SEEDS)
def test_tile(shape: Any, reps: Any, seed: int) -> None:
    assert_copies(lambda x: np.tile(x, reps), numbers(shape, seed))


@each_example
@given(shape=with_axes, data=st.data(), seed=SEEDS)
def test_repeat(shape: Any, data: Any, seed: int) -> None:
    x, axis = numbers(shape, seed), data.draw(axis_of(shape))
    n = shape[axis]
    counts = data.draw(st.integers(0, 3) | st.lists(st.integers(0, 3), min_size=n, max_size=n))
    assert_copies(lambda x: np.repeat(x, counts, axis), x)
    assert_copies(lambda x: np.repeat(x, 2), x)


@pytest.mark.parametrize("mode", ["constant", "edge", "wrap", "reflect", "symmetric"])
@each_example
@given(shape=shapes(min_dims=1, max_dims=3, min_side=1, max_side=3), data=st.data(), seed=SEEDS)
def test_pad(mode: Any, shape: Any, data: Any, seed: int) -> None:
    width = st.tuples(st.integers(0, 4), st.integers(0, 4))
    widths = data.draw(st.lists(width, min_size=len(shape), max_size=len(shape)))
    assert_copies(lambda x: np.pad(x, widths, mode), numbers(shape, seed))


@each_example
@given(shape=shapes(min_dims=1, max_dims=3, max_side=3), k=st.integers(-3, 3), seed=SEEDS)
def test_diagonals_and_triangles(shape: Any, k: int, seed: int) -> None:
    x = numbers(shape, seed)
    assert_copies(lambda x: np.tril(x, k), x)
    assert_copies(lambda x: np.triu(x, k), x)
    if len(shape) > 1:
        assert_copies(lambda x: np.diagonal(x, k, 0, -1), x)
    else:
        assert_copies(lambda x: np.diag(x, k), x)


# Indices -----------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(shape=drawn_shapes, data=st.data(), seed=SEEDS)
def test_basic_indices(shape: Any, data: Any, seed: int) -> None:
    index = data.draw(hnp.basic_indices(shape, allow_newaxis=True, max_dims=6))
    x = numbers(shape, seed)
    assert_copies(lambda x: x[index], x)
    assert_written(x, index, data, seed)


@settings(max_examples=100)
@given(shape=shapes(min_dims=1, min_side=1, max_side=3), data=st.data(), seed=SEEDS)
def test_arrays_as_indices(shape: Any, data: Any, seed: int) -> None:
    index = data.draw(hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2)))
    x = numbers(shape, seed)
    assert_copies(lambda x: x[index], x)
    assert_written(x, index, data, seed)


@settings(max_examples=100)
@given(shape=with_axes, data=st.data(), seed=SEEDS)
def test_masks_as_indices(shape: Any, data: Any, seed: int) -> None:
    ndim = data.draw(st.integers(1, len(shape)))
    mask = data.draw(hnp.arrays(bool, shape[:ndim]))
    x = numbers(shape, seed)
    assert_copies(lambda x: x[mask], x)
    assert_written(x, mask, data, seed)


@settings(max_examples=100)
@given(shape=shapes(min_dims=2, min_side=1, max_side=3), data=st.data(), seed=SEEDS)
def test_slices_beside_arrays_as_indices(shape: Any, data: Any, seed: int) -> None:
    """NumPy's most involved rule: the axes of the arrays come first unless they are neighbours."""
    result = data.draw(hnp.array_shapes(max_dims=2, max_side=2))
    index: list[Any] = []
    for n in shape:
        entries = hnp.arrays(np.intp, result, elements=st.integers(-n, n - 1))
        index.append(data.draw(entries | st.integers(-n, n - 1) | st.slices(n)))
    index.insert(data.draw(st.integers(0, len(index))), data.draw(st.sampled_from([None, ...])))
    x = numbers(shape, seed)
    assert_copies(lambda x: x[tuple(index)], x)


def assert_written(x: Any, index: Any, data: Any, seed: int) -> None:
    """`autograd.put` writes what NumPy's assignment does, and knows whose entries are left."""
    assume(x.ndim)
    value = numbers(data.draw(st.sampled_from([(), x[index].shape])), seed + 1)
    assert_copies(lambda x, v: autograd.put(x, index, v), x, value)


@each_example
@given(shape=shapes(min_dims=1, min_side=1, max_side=3), data=st.data(), seed=SEEDS)
def test_take(shape: Any, data: Any, seed: int) -> None:
    axis = data.draw(axis_of(shape))
    n = shape[axis]
    index = data.draw(
        hnp.arrays(
            np.intp,
            hnp.array_shapes(min_dims=0, max_dims=2, min_side=0),
            elements=st.integers(-n, n - 1),
        )
    )
    x = numbers(shape, seed)
    assert_copies(lambda x: np.take(x, index, axis), x)
    assert_copies(lambda x: np.take(x, index, axis, mode="wrap"), x)
    order = np.argsort(x, axis)
    assert_copies(lambda x: np.take_along_axis(x, order, axis), x)
