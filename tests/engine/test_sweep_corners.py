"""Corners of the reverse sweep that a small change would break unseen: sides, dtypes, work."""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import ShapeError, StaleGraphError, Tensor, gradients, jvp, variables, vjp
from autograd.engine import sweep
from autograd.engine.shapes import unbroadcast
from autograd.ops import index
from tests.counting import Counting

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "operator": lambda a, b: a * b,
    "matrix product": lambda a, b: a @ b,
    "function": lambda a, b: np.multiply(a, b),
    "variadic": lambda a, b: np.concatenate([a, b]),
}


def reverse_both(root: Tensor, seed: Any) -> list[Callable[[], Any]]:
    """Return the textbook's sweep and the unrolled one, to be run from `root`."""
    return [
        lambda: sweep._reverse(root, seed, None, False, False, (), True),
        lambda: sweep._reverse_unrolled(root, seed, None, False, True),
    ]


# Stale operands ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("other", ["tensor", "constant"])
def test_a_changed_operand_is_noticed_on_either_side(name: str, side: str, other: str) -> None:
    changed = Tensor([1.0, 2.0], requires_grad=True, name="changed")
    kept: Any = np.array([3.0, 4.0])
    kept = Tensor(kept, requires_grad=True) if other == "tensor" else kept
    root = BINARY[name](changed, kept) if side == "left" else BINARY[name](kept, changed)
    changed.assign([5.0, 6.0])
    for run in reverse_both(root, np.ones(root.shape)[()]):
        with pytest.raises(StaleGraphError, match="tensor 'changed' was given a new value"):
            run()


# Released operands -------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_released_step_keeps_neither_operand_alive(side: str) -> None:
    x = Tensor(np.ones(3), requires_grad=True)
    inner = np.exp(x)
    root = inner * np.ones(3) if side == "left" else np.ones(3) * inner
    alive = weakref.ref(inner)
    root.backward(np.ones(3), retain_graph=False)
    del inner
    gc.collect()
    assert alive() is None
    assert root.shape == (3,)


# Sums in place -----------------------------------------------------------------------------------


def test_a_complex_contribution_is_not_added_in_place_to_a_real_sum() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    # The sweep meets these from the last to the first: two real ones, whose sum it owns, then this.
    turned = np.real(np.sum(x * np.array([1j, 2.0 + 1j])))
    root = turned + np.sum(x * 3.0) + np.sum(x * 4.0)
    root.backward()
    np.testing.assert_allclose(x.grad, [7.0, 9.0])


def test_a_contribution_of_higher_precision_is_not_added_in_place() -> None:
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    little = np.full(2, 0.75 * 2.0**-24)
    root = np.sum(x * little) + np.sum(x * little)
    root = root + np.sum(x * np.float32(0.5)) + np.sum(x * np.float32(0.5))
    root.backward()
    # Either term alone would be lost beside 1 in float32.
    assert x.grad.tolist() == [1 + 2.0**-23] * 2


def test_a_complex_gradient_of_a_slice_is_not_added_in_place_to_a_real_sum() -> None:
    x = Tensor(np.arange(4.0) + 0j, requires_grad=True)
    sliced = np.real(np.sum(x[:2] * np.array([1j, 2.0 + 1j])))
    # The real part takes a real gradient; the sweep meets these two first, and owns their sum.
    root = sliced + np.sum(np.real(x) * 3.0) + np.sum(np.real(x) * 4.0)
    root.backward()
    np.testing.assert_allclose(x.grad, [7.0 - 1j, 9.0 - 1j, 7.0, 7.0])


# Work that is not needed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "combine",
    [
        lambda a, b: a * b,
        lambda a, b: b * a,
        lambda a, b: a @ b,
        lambda a, b: b @ a,
        lambda a, b: np.sum(np.concatenate([a, b]) * np.arange(4.0)),
        lambda a, b: np.sum(np.where(np.array([True, False]), a, b)),
        lambda a, b: np.sum(np.einsum("i,i,i->i", a, b, a)),
    ],
)
def test_an_operand_that_is_not_wanted_is_not_visited(combine: Callable[[Any, Any], Any]) -> None:
    counting = Counting(lambda x: 2 * x, 2.0)
    wanted, other = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    root = np.sum(combine(wanted, counting(other)))
    (gradient,) = gradients(root, [wanted])
    assert gradient.shape == (2,)
    assert counting.calls == 0
    (gradient,) = gradients(root, [other])
    assert counting.calls == 1


@pytest.mark.parametrize("count", [10, 40])
def test_gradients_of_slices_write_into_one_array(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One new array for each slice would make the work grow with the square of their count."""
    made = []
    rule = index.getitem.vjps[0]

    def counted(*args: Any, **params: Any) -> Any:
        made.append(1)
        return rule(*args, **params)

    monkeypatch.setattr(index.getitem, "vjps", (counted, *index.getitem.vjps[1:]))
    x = Tensor(np.arange(float(count)), requires_grad=True)
    total = sum((x[i : i + 1] * (i + 1.0) for i in range(count)), start=variables(z=0.0))
    np.sum(total).backward()
    np.testing.assert_allclose(x.grad, np.arange(count) + 1.0)
    assert len(made) == 1


# Leaves, shapes, hooks ---------------------------------------------------------------------------


def test_a_leaf_with_a_new_value_that_is_not_below_changes_nothing() -> None:
    w, x, other = variables(w=2, x=3, other=1)
    root = w * x
    other.assign(5.0)
    assert gradients(root, [x, other]) == [2.0, None]


@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (2, 1), (2, 3)])
def test_a_tangent_takes_the_shape_of_its_result(shape: tuple[int, ...]) -> None:
    x, t = np.ones(shape)[()], np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape)[()]
    value, tangent = jvp(lambda x: x + np.ones((2, 3)), (x,), (t,))
    assert value.shape == tangent.shape
    np.testing.assert_array_equal(tangent, np.broadcast_to(t, (2, 3)))


def test_a_sum_over_an_axis_of_no_entries_keeps_it() -> None:
    assert unbroadcast(np.ones((2, 0)), (0,)).shape == (0,)
    assert unbroadcast(np.ones((2, 0)), (1, 0)).shape == (1, 0)


@pytest.mark.parametrize("shape", [(0,), (2,), (1, 2)])
def test_without_a_gradient_there_is_one_element(shape: tuple[int, ...]) -> None:
    root = Tensor(np.ones(shape), requires_grad=True) * 2
    with pytest.raises(ShapeError, match=r"backward\(\) without a gradient needs one element"):
        root.backward()


@pytest.mark.parametrize("kind", ["tensor", "array", "number"])
def test_a_hook_inside_a_transform_may_replace_the_gradient(kind: str) -> None:
    """A tensor that it returns is differentiated again, an array is a constant."""
    replacing: dict[str, Callable[[Any], Any]] = {
        "tensor": lambda g: g * 3,
        "array": lambda g: np.full(g.shape, 7.0),
        "number": lambda g: 7.0,
    }

    def slope(x: Any) -> Any:
        def inner(y: Any) -> Any:
            square = y * y
            square.register_hook(replacing[kind])
            return square * square

        return vjp(inner, x)[1](1.0)

    # d/dx of 3 * 2 x^2 * 2 x, or of 7 * 2 x.
    value, tangent = jvp(slope, (2.0,), (1.0,))
    assert (value, tangent) == ((96.0, 144.0) if kind == "tensor" else (28.0, 14.0))


def test_a_hook_after_one_that_returned_a_number_is_differentiated() -> None:
    def slope(x: Any) -> Any:
        def inner(y: Any) -> Any:
            square = y * y
            square.register_hook(lambda g: 7.0)
            square.register_hook(lambda g: g * y)
            return square * square

        return vjp(inner, x)[1](1.0)

    # d/dx of 7 x * 2 x.
    assert jvp(slope, (2.0,), (1.0,)) == (56.0, 56.0)


def test_gradients_of_entries_at_recorded_positions_are_added_up() -> None:
    x, positions = Tensor(np.ones(5), requires_grad=True), Tensor(np.array([0, 2, 2]))
    root = np.sum(x[positions]) + np.sum(2 * x[positions]) + np.sum(3 * x[positions])
    root.backward()
    np.testing.assert_array_equal(x.grad, [6, 0, 12, 0, 0])


@pytest.mark.parametrize("shape", [(2,), (4,), (1, 3), (3, 1), ()])
@pytest.mark.parametrize("recorded", [False, True])
def test_a_hook_returns_a_gradient_of_the_same_shape(
    shape: tuple[int, ...], recorded: bool
) -> None:
    def double(x: Any) -> Any:
        y = x * 2
        y.register_hook(lambda g: np.ones(shape))
        return np.sum(y)

    x = Tensor(np.ones(3), requires_grad=True)
    with pytest.raises(ShapeError, match=r"a hook of .* for a value of shape \(3,\)"):
        gradients(double(x), [x]) if recorded else double(x).backward()


def test_a_complex_gradient_keeps_its_imaginary_part_in_a_lower_precision() -> None:
    z = Tensor(np.array([1 + 2j], np.complex64), requires_grad=True)
    np.sum(np.abs(z * np.array([1j], np.complex128)) ** 2).backward()
    assert z.grad.dtype == np.complex64
    np.testing.assert_allclose(z.grad, [2 + 4j])


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_the_first_gradient_has_the_shape_of_the_result(shape: tuple[int, ...]) -> None:
    seen = []
    root = Tensor(np.ones(shape)[()], requires_grad=True) * 2
    root.register_hook(lambda g: seen.append((np.shape(g), isinstance(g, np.ndarray))))
    root.backward()
    assert seen == [(shape, shape != ())]
