"""Where results of a compiled function lie: in arrays that were given, in buffers, or apart."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import ShapeError, Tensor, value_and_grad
from autograd.transforms.trees import leaves_of
from tests import programs

X = np.linspace(-1, 1, 6).reshape(2, 3)


def require_at(result: Any, array: Any, expected: Any) -> None:
    """Assert that the result is that array, with these values."""
    assert result is array
    np.testing.assert_allclose(array, expected, rtol=1e-12)


# In arrays that are given ------------------------------------------------------------------------

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "a step": lambda x: np.exp(x) * 2 + 1,
    "a product": lambda x: x @ np.ones((3, 3)),
    "a transposed step": lambda x: np.reshape(np.sin(x.T), (2, 3)),
    "a reshaped step": lambda x: np.reshape(np.ravel(np.cos(x)), (2, 3)),
    "a view": lambda x: x[::-1],
    "the argument": lambda x: x,
    "a constant": lambda x: np.ones((2, 3)),
    "a joint": lambda x: np.concatenate([x[:1] * 2, np.tanh(x[1:])]),
    "a stretched sum": lambda x: np.broadcast_to(np.sum(x, axis=0), (2, 3)) * 1.0,
    "a gradient": autograd.grad(lambda x: np.sum(np.tanh(x @ x.T) ** 2)),
    "a gradient of slices": autograd.grad(lambda x: np.sum(x[0] * x[1]) + np.sum(x[:, 1:] ** 2)),
}
PLACES: dict[str, Callable[[], Any]] = {
    "in order": lambda: np.full((2, 3), np.nan),
    "in Fortran order": lambda: np.full((3, 2), np.nan).T,
    "strided": lambda: np.full((4, 9), np.nan)[::-2, 1::3],
    "part of a flat buffer": lambda: np.full(9, np.nan)[2:8].reshape(2, 3),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_result_is_written_where_it_is_wanted(name: str, place: str) -> None:
    function, array = FUNCTIONS[name], PLACES[place]()
    compiled = autograd.compile(function, into=array)
    for k in (1.0, -2.0, 0.5):
        expected = function(Tensor(k * X))
        require_at(compiled(k * X), array, getattr(expected, "data", expected))


def test_parts_of_one_flat_buffer() -> None:
    """As an optimizer has them: a call writes there and nowhere else."""

    def loss(weights: dict[str, Any], x: Any) -> Any:
        return np.mean(np.tanh(x @ weights["w"] + weights["b"]) ** 2) * weights["scale"]

    flat = np.full(12, np.nan)
    into = {"w": flat[1:7].reshape(3, 2), "b": flat[8:10], "scale": flat[11:].reshape(())}
    compiled = autograd.compile(value_and_grad(loss), into=(None, into))
    rng = np.random.default_rng(0)
    for _ in range(3):
        weights = {k: rng.normal(size=v.shape)[()] for k, v in into.items()}
        x = rng.normal(size=(4, 3))
        value, slopes = compiled(weights, x)
        expected, expected_slopes = value_and_grad(loss)(weights, x)
        np.testing.assert_allclose(value, expected, rtol=1e-12)
        for name, array in into.items():
            require_at(slopes[name], array, expected_slopes[name])
    assert np.isnan(flat[[0, 7, 10]]).all()


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_gradients_of_random_programs_in_one_flat_buffer(start: int) -> None:
    """Some of them there and some elsewhere; both stay until the next call."""
    for seed in range(start, start + 20):
        program, rng = programs.draw(seed), np.random.default_rng(seed)
        everywhere = tuple(range(len(program.leaves)))
        eager = value_and_grad(
            lambda *xs, program=program: program.run(programs.NUMPY, xs), everywhere
        )
        flat = np.full(sum(np.size(x) + 1 for x in program.leaves), np.nan)
        ends = np.cumsum([np.size(x) + 1 for x in program.leaves])
        places = [
            flat[end - np.size(x) : end].reshape(np.shape(x)) if rng.random() < 0.7 else None
            for x, end in zip(program.leaves, ends, strict=True)
        ]
        compiled = autograd.compile(eager, into=(None, tuple(places)), copy=seed % 2 == 0)
        for _ in range(3):
            leaves = [rng.uniform(-1.5, 1.5, np.shape(x))[()] for x in program.leaves]
            value, slopes = compiled(*leaves)
            expected, expected_slopes = eager(*leaves)
            np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12)
            for slope, place, right in zip(slopes, places, expected_slopes, strict=True):
                assert place is None or slope is place
                np.testing.assert_allclose(slope, right, rtol=1e-12, atol=1e-12)
        # Nothing lies between the gradients.
        assert np.isnan(flat[ends - [np.size(x) + 1 for x in program.leaves]]).all()


def test_one_result_in_several_places() -> None:
    arrays = [np.empty((2, 3)), np.empty((2, 3)), np.empty((3, 2))]

    def f(x: Any) -> Any:
        y = np.exp(x)
        return y, y, y.T, np.sum(y)

    compiled = autograd.compile(f, into=(*arrays, None))
    for k in (1.0, 2.0):
        for result, array, expected in zip(compiled(k * X), arrays, f(k * X), strict=False):
            require_at(result, array, expected)


def test_results_without_a_place_lie_elsewhere() -> None:
    """Even if they are views of what is written there, or the same."""
    array = np.empty(3)

    def f(x: Any) -> Any:
        y = np.exp(x) * 2
        return y, y, y[::-1], y[1:], np.sin(y), None, "name"

    compiled = autograd.compile(f, into=(array, *[None] * 6))
    kept = []
    for x in (np.arange(3.0), np.ones(3), -np.arange(3.0)):
        first, *others = compiled(x)
        y = np.exp(x) * 2
        require_at(first, array, y)
        for found, expected in zip(others, (y, y[::-1], y[1:], np.sin(y)), strict=False):
            assert not np.may_share_memory(found, array)
            kept.append((found, expected))
        assert others[-2:] == [None, "name"]
    for found, expected in kept:
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_what_is_needed_again_is_not_overwritten() -> None:
    """A step that writes there, and others that read it, before and behind."""
    array = np.empty((3, 3))

    def f(x: Any) -> Any:
        y = np.exp(x)
        z = y @ y.T + x
        return z, np.sum(z * y), z - 1

    compiled = autograd.compile(f, into=(array, None, None))
    for k in (1.0, 2.0, 3.0):
        x = k * np.arange(9.0).reshape(3, 3) / 9
        for found, expected in zip(compiled(x), f(x), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_every_form_of_arguments_writes_there() -> None:
    array = np.zeros(2)
    compiled = autograd.compile(lambda x: np.sum(x, axis=0), into=array)
    for n in (3, 4, 3):
        require_at(compiled(np.ones((n, 2))), array, [n, n])
    result = compiled(Tensor(np.ones((5, 2))))
    assert type(result) is Tensor
    require_at(result.data, array, [5, 5])


def test_the_next_call_writes_over_results() -> None:
    compiled = autograd.compile(np.exp, into=np.zeros(2))
    first = compiled(np.zeros(2))
    compiled(np.ones(2))
    np.testing.assert_allclose(first, np.e)


@pytest.mark.parametrize(
    ("into", "error", "message"),
    [
        (np.zeros(4), ShapeError, r"into has the shape \(4,\), the result has \(3,\)"),
        (np.zeros((1, 3)), ShapeError, r"into has the shape \(1, 3\)"),
        (np.zeros(3, np.float32), TypeError, "into has the dtype float32, the result has float64"),
        (np.zeros(3, int), TypeError, "into has the dtype int64, the result has float64"),
        ([0.0, 0.0, 0.0], TypeError, "expected a list of 3, got one value"),
        ((np.zeros(3),), TypeError, "expected a tuple of 1, got one value"),
        ({"w": np.zeros(3)}, TypeError, r"expected a dict with the keys \['w'\]"),
        (1.5, TypeError, "into is float for a result Tensor"),
        (Tensor(np.zeros(3)), TypeError, "into is Tensor for a result Tensor"),
    ],
)
def test_arrays_that_do_not_fit(into: Any, error: type[Exception], message: str) -> None:
    compiled = autograd.compile(np.exp, into=into)
    with pytest.raises(error, match=message):
        compiled(np.ones(3))


def test_the_way_to_an_array_that_does_not_fit_is_named() -> None:
    compiled = autograd.compile(lambda x: (x, {"w": [x, x]}), into=(None, {"w": [None, X]}))
    with pytest.raises(ShapeError, match=r"into\[1\]\['w'\]\[1\] has the shape \(2, 3\)"):
        compiled(np.ones(3))


def test_text_has_no_place() -> None:
    with pytest.raises(TypeError, match=r"into\[1\] is ndarray for a result str"):
        autograd.compile(lambda x: (x, "name"), into=(None, X))(1.0)


def test_places_that_cannot_be_written_are_refused() -> None:
    frozen = np.zeros(3)
    frozen.flags.writeable = False
    for into in (frozen, np.broadcast_to(np.zeros(1), (3,))):
        with pytest.raises(ValueError, match="into is read-only"):
            autograd.compile(np.exp, into=into)(np.ones(3))


@pytest.mark.parametrize("second", [slice(1, 4), slice(0, 3), slice(4, 1, -1)])
def test_places_that_overlap_are_refused(second: slice) -> None:
    flat = np.zeros(6)
    into = {"a": flat[:3], "rest": [flat[second]]}
    compiled = autograd.compile(lambda x: {"a": np.exp(x), "rest": [np.sin(x)]}, into=into)
    with pytest.raises(ValueError, match="in the same memory"):
        compiled(np.ones(3))


def test_results_of_a_call_that_takes_another_way_are_written_there() -> None:
    """Where a mask picks another number of entries, the function itself runs."""
    array = np.empty(2)
    compiled = autograd.compile(lambda x: (np.sum(x[x > 0]), x[:2] * 3), into=(None, array))
    for x in (np.array([0.0, 1.0, 2.0]), np.array([-1.0, 0.0, 1.0]), np.array([3.0, -1.0, 1.0])):
        total, result = compiled(x)
        assert total == np.sum(x[x > 0])
        require_at(result, array, x[:2] * 3)


def test_arrays_side_by_side_and_woven_do_not_overlap() -> None:
    both = np.zeros((3, 2))
    compiled = autograd.compile(lambda x: (np.exp(x), np.sin(x)), into=(both[:, 0], both[:, 1]))
    x = np.arange(3.0)
    compiled(x)
    np.testing.assert_allclose(both, np.stack([np.exp(x), np.sin(x)], axis=1))


def test_functions_that_run_themselves_do_not_write_there() -> None:
    """Inside a transform, and for arguments that require gradients."""
    array = np.zeros(2)
    compiled = autograd.compile(np.exp, into=array)
    w = Tensor([1.0, 2.0], requires_grad=True)
    np.sum(compiled(w)).backward()
    np.testing.assert_allclose(w.grad, np.exp([1.0, 2.0]))
    autograd.grad(lambda x: np.sum(compiled(x)))(np.ones(2))
    np.testing.assert_array_equal(array, 0)


# In buffers --------------------------------------------------------------------------------------


def several(x: Any) -> Any:
    y = np.exp(x)
    return y, y.T, np.sin(y), np.sum(y), {"x": x, "one": np.ones(2), "view": y[1:]}


def test_buffers_have_the_values_until_the_next_call() -> None:
    compiled = autograd.compile(several, copy=False)
    last: Any = None
    for k in (1.0, 2.0, 3.0):
        result = compiled(k * X)
        for found, expected in zip(leaves_of(result), leaves_of(several(k * X)), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12)
        assert last is None or result[2] is last[2]
        last = result


def test_arguments_and_constants_are_handed_out_as_copies_even_then() -> None:
    compiled = autograd.compile(several, copy=False)
    compiled(X)
    held = compiled(X)[-1]
    assert not np.may_share_memory(held["x"], X)
    held["one"][...] = np.nan
    np.testing.assert_array_equal(compiled(X)[-1]["one"], 1)


def test_buffers_beside_arrays_that_are_given() -> None:
    array = np.empty((2, 3))
    compiled = autograd.compile(several, copy=False, into=(array, *[None] * 4))
    for k in (1.0, 2.0, 3.0):
        result = compiled(k * X)
        assert result[0] is array
        for found, expected in zip(leaves_of(result), leaves_of(several(k * X)), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12)
