"""Functions run along axes, unwrapping, and indices."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, grad
from tests.second_order import assert_derivatives

CUBE = np.random.default_rng(0).normal(size=(2, 3, 4))

LINES: dict[str, Callable[[Any], Any]] = {
    "a number": np.sum,
    "a line": lambda line: line * line[::-1],
    "a longer line": lambda line: np.concatenate([line, line**2]),
    "a matrix": lambda line: np.outer(line, np.sin(line)),
    "a constant": lambda line: 3.0,
}


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
@pytest.mark.parametrize("name", LINES)
def test_a_function_along_an_axis(name: str, axis: int) -> None:
    recorded = np.apply_along_axis(LINES[name], axis, Tensor(CUBE, requires_grad=True))
    plain = np.apply_along_axis(LINES[name], axis, CUBE)
    value = recorded.data if type(recorded) is Tensor else recorded
    np.testing.assert_allclose(value, plain, rtol=1e-14)
    if name != "a constant":
        assert_derivatives(lambda x: np.apply_along_axis(LINES[name], axis, x), CUBE)


def test_arguments_are_handed_on() -> None:
    def weighted(line: Any, weight: Any, *, power: int) -> Any:
        return np.sum(weight * line**power)

    assert_derivatives(lambda x: np.apply_along_axis(weighted, 0, x, 3.0, power=2), CUBE)


def test_a_vector_is_one_line() -> None:
    y = np.apply_along_axis(np.sum, 0, Tensor([1.0, 2.0], requires_grad=True))
    assert y.shape == ()
    assert y.data == 3


def test_no_line_at_all_is_numpys_error() -> None:
    with pytest.raises(ValueError, match="iteration dimensions are 0"):
        np.apply_along_axis(np.sum, 0, Tensor(np.zeros((3, 0)), requires_grad=True))


@pytest.mark.parametrize("axes", [0, [0, 2], (1, -1), [0, 1, 2], []])
def test_a_function_over_axes(axes: Any) -> None:
    recorded = np.apply_over_axes(np.sum, Tensor(CUBE, requires_grad=True), axes)
    np.testing.assert_allclose(recorded.data, np.apply_over_axes(np.sum, CUBE, axes))
    assert_derivatives(lambda x: np.apply_over_axes(np.sum, x**2, axes), CUBE)
    assert_derivatives(lambda x: np.apply_over_axes(np.cumsum, x**2, axes), CUBE)


def test_a_function_that_drops_two_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="not returning an array of the correct shape"):
        np.apply_over_axes(lambda x, axis: np.sum(x), Tensor(CUBE, requires_grad=True), 0)


# Unwrapping ---------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(-20, 20), min_size=1, max_size=8),
    st.sampled_from([None, 1.0, 4.0]),
    st.sampled_from([2 * np.pi, 3.0]),
)
def test_unwrapping_adds_what_does_not_move(
    angles: list[float], discont: float | None, period: float
) -> None:
    x = Tensor(angles, requires_grad=True)
    y = np.unwrap(x, discont, period=period)
    np.testing.assert_array_equal(y.data, np.unwrap(angles, discont, period=period))
    weights = np.arange(1.0, len(angles) + 1)
    np.sum(weights * y).backward()
    np.testing.assert_array_equal(x.grad, weights)


def test_unwrapping_as_part_of_a_program() -> None:
    angles = np.array([3.0, -3.0, -2.0, 3.1])
    assert not np.array_equal(np.unwrap(angles), angles)
    assert_derivatives(lambda x: np.unwrap(x) ** 3, angles)


# Indices ------------------------------------------------------------------------------------------


def test_rows_and_columns_of_a_tensor() -> None:
    x = Tensor(np.arange(12.0).reshape(3, 4), requires_grad=True)
    rows, mask = Tensor(np.array([0, 2])), Tensor(np.array([True, False, False, True]))
    index = np.ix_(rows, mask)
    assert [i.shape for i in index] == [(2, 1), (1, 2)]
    y = x[index]
    np.testing.assert_array_equal(y.data, x.data[np.ix_([0, 2], [0, 3])])
    np.sum(y).backward()
    assert np.sum(x.grad) == 4
    assert np.ix_(rows, [], [1])[1].shape == (1, 0, 1)


def test_cross_indices_have_one_axis() -> None:
    with pytest.raises(ValueError, match="Cross index must be 1 dimensional"):
        np.ix_(Tensor(np.array([[1]])))


def test_flat_numbers_of_indices() -> None:
    rows, columns = np.array([0, 1, 2]), np.array([3, 1, 2])
    plain = np.ravel_multi_index((rows, columns), (3, 4))
    for pair in (
        (Tensor(rows), columns),
        (rows, Tensor(columns)),
        Tensor(np.stack([rows, columns])),
    ):
        np.testing.assert_array_equal(np.ravel_multi_index(pair, (3, 4)).data, plain)
    np.testing.assert_array_equal(
        np.ravel_multi_index((Tensor(rows), 1), (3, 4)).data, rows * 4 + 1
    )
    wrapped = np.ravel_multi_index((Tensor(rows), 5), (3, 4), mode=("raise", "wrap"), order="F")
    np.testing.assert_array_equal(wrapped.data, rows + 3)
    with pytest.raises(ValueError, match="invalid entry"):
        np.ravel_multi_index((Tensor(rows), 9), (3, 4))


def test_indices_that_follow_from_a_tensor_are_recorded() -> None:
    x = Tensor([0.2, 1.7], requires_grad=True)
    flat = np.ravel_multi_index((np.floor(x).astype(int), 1), (3, 4))
    assert flat.op is not None
    assert not flat.requires_grad
    assert grad(lambda x: x[np.ix_(np.argsort(x))[0]][0] ** 2)(np.array([3.0, 2.0])).tolist() == [
        0,
        4,
    ]
