"""`gradcheck` itself: what it takes, what it finds, and what it says."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import GradientMismatch, Tensor, gradcheck, no_grad, primitive

V = np.array([0.3, 0.7, 1.1])


def declared(
    vjp: Callable[..., Any], jvp: Callable[..., Any] = lambda t, y, x: t * np.cos(x)
) -> Any:
    """A sine whose rules may be wrong."""
    return primitive(lambda x: np.sin(x), vjp=vjp, jvp=jvp, name="sine")


right = declared(lambda g, y, x: g * np.cos(x))
wrong_reverse = declared(lambda g, y, x: g * np.cos(x) * 1.001)
wrong_forward = declared(lambda g, y, x: g * np.cos(x), lambda t, y, x: -t * np.cos(x))
# Right numbers, but the record of the rule knows nothing of its operand.
wrong_second = declared(
    lambda g, y, x: g * np.cos(x.data if type(x) is Tensor else x),
    lambda t, y, x: t * np.cos(x.data if type(x) is Tensor else x),
)


@pytest.mark.parametrize(
    "args", [(V,), (2.0,), (2,), ([1, 2],), (np.float32(2),), (Tensor(V),), (V[:, None],), (V[:0],)]
)
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("modes", [("reverse", "forward"), ("reverse",), ["forward"]])
def test_right_derivatives_pass(args: Any, order: int, modes: Sequence[str]) -> None:
    gradcheck(lambda x: right(x) * 2, *args, order=order, modes=modes)


def test_several_arguments_and_any_shape_of_result() -> None:
    gradcheck(lambda x, y, z: np.outer(x, y) * z, V, V[:2], 2.0)
    gradcheck(lambda x, y: x, V, 2.0)
    gradcheck(lambda x: 3.0, V)


@pytest.mark.parametrize(
    ("fn", "order", "modes", "found"),
    [
        (wrong_reverse, 1, ("reverse", "forward"), "first derivative in reverse mode"),
        (wrong_reverse, 1, ("reverse",), "first derivative in reverse mode"),
        (wrong_reverse, 1, ("forward",), None),
        (wrong_forward, 1, ("reverse", "forward"), "first derivative in forward mode"),
        (wrong_forward, 1, ("reverse",), None),
        (wrong_second, 1, ("reverse", "forward"), None),
        (wrong_second, 2, ("reverse", "forward"), "second derivative in reverse mode"),
        (wrong_second, 2, ("reverse",), "second derivative in reverse mode"),
        (wrong_second, 2, ("forward",), "second derivative in forward mode"),
    ],
)
def test_what_is_checked_is_what_was_asked_for(
    fn: Callable[..., Any], order: int, modes: Sequence[str], found: str | None
) -> None:
    if found is None:
        gradcheck(fn, V, order=order, modes=modes)
    else:
        with pytest.raises(GradientMismatch, match=f"^{found}"):
            gradcheck(fn, V, order=order, modes=modes)


def test_the_message_names_the_worst_entry() -> None:
    """Argument 1 is wrong everywhere, and at (0, 2) by most."""
    factors = np.array([[1.1, 1.2, 3.0], [1.1, 1.2, 1.3]])
    scaled = primitive(
        lambda x, y: x * y,
        vjp=[lambda g, z, x, y: g * y, lambda g, z, x, y: g * x * factors],
        name="scaled",
    )
    with pytest.raises(GradientMismatch) as caught:
        gradcheck(scaled, np.full((2, 3), 5.0), np.ones((2, 3)), order=1, modes=["reverse"])
    message = str(caught.value)
    assert message.startswith(
        "first derivative in reverse mode, argument 1, index (0, 2): analytic "
    )
    analytic, numeric = (
        float(message.split(f"{word} ")[1].split(",")[0]) for word in ("analytic", "numeric")
    )
    assert analytic == pytest.approx(3 * numeric, rel=1e-6)
    assert message.endswith("relative error 0.667 (6 of 12 entries are off)")


def test_a_missing_and_an_infinite_derivative_are_the_worst() -> None:
    forgets = primitive(lambda x: x * 2.0, vjp=lambda g, y, x: g * np.array([2.0, np.nan, 9.0]))
    with pytest.raises(GradientMismatch, match=r"index \(1,\): analytic nan.*relative error inf"):
        gradcheck(forgets, V, order=1, modes=["reverse"])


def test_tolerances() -> None:
    with pytest.raises(GradientMismatch):
        gradcheck(wrong_reverse, V, order=1)
    gradcheck(wrong_reverse, V, order=1, rtol=0.01)
    gradcheck(wrong_reverse, V, order=1, atol=0.01)


def test_the_weights_are_those_of_the_seed() -> None:
    def message(seed: int) -> str:
        with pytest.raises(GradientMismatch) as caught:
            gradcheck(wrong_reverse, V, seed=seed)
        return str(caught.value)

    assert message(1) == message(1)
    assert message(1) != message(2)


def test_the_arguments_are_left_alone() -> None:
    x, t = V.copy(), Tensor(V.copy(), requires_grad=True)
    gradcheck(lambda x, t: np.sum(x * t), x, t)
    np.testing.assert_array_equal(x, V)
    np.testing.assert_array_equal(t.data, V)
    assert t.grad is None


def test_it_works_under_no_grad() -> None:
    with no_grad():
        gradcheck(right, V)
        with pytest.raises(GradientMismatch):
            gradcheck(wrong_reverse, V)


@pytest.mark.parametrize(
    ("args", "options", "error", "message"),
    [
        ((), {}, TypeError, "at least one argument"),
        ((V,), {"order": 3}, ValueError, "order must be 1 or 2, got 3"),
        ((V,), {"order": 0}, ValueError, "order must be 1 or 2, got 0"),
        ((V,), {"modes": ("backward",)}, ValueError, r"'reverse' and 'forward', got \('backward'"),
        ((V,), {"modes": ()}, ValueError, "'reverse' and 'forward'"),
        (("a",), {}, ValueError, "could not convert"),
        (({"x": 1.0},), {}, TypeError, "real number, not 'dict'"),
    ],
)
def test_arguments_that_cannot_be_checked(
    args: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        gradcheck(right, *args, **options)


def test_a_function_must_return_one_result() -> None:
    with pytest.raises(TypeError, match="must return one tensor or number, got tuple"):
        gradcheck(lambda x: (x, x), V)
