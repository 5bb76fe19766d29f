"""`gradcheck` itself: what it takes, what it finds, and what it says."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GradientLostWarning, GradientMismatch, Tensor, gradcheck, no_grad, primitive
from autograd.engine.declare import elementwise
from autograd.engine.facts import Facts

V = np.array([0.3, 0.7, 1.1])


def declared(
    vjp: Callable[..., Any], jvp: Callable[..., Any] = lambda t, y, x: t * np.cos(x)
) -> Any:
    """Return a sine whose rules may be wrong."""
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
    "args",
    [
        (V,),
        (2.0,),
        (2,),
        (np.array([1, 2]),),
        (np.float32(2),),
        (Tensor(V),),
        (V[:, None],),
        (V[:0],),
    ],
)
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("modes", [("reverse", "forward"), ("reverse",), ["forward"]])
def test_right_derivatives_pass(args: Any, order: int, modes: Sequence[str]) -> None:
    gradcheck(lambda x: right(x) * 2, *args, order=order, modes=modes)


def test_several_arguments_and_any_shape_of_result() -> None:
    gradcheck(lambda x, y, z: np.outer(x, y) * z, V, V[:2], 2.0)
    gradcheck(lambda x, y: x, V, 2.0)
    with pytest.warns(GradientLostWarning, match="depends on none of the arguments"):
        gradcheck(lambda x: 3.0, V, order=1)


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
    lines = message.splitlines()
    assert lines[0].endswith("relative error 0.667 (6 of 12 entries are off)")
    assert [line.split("  ")[0] for line in lines] == [lines[0].split("  ")[0], *[""] * 7]
    headings = "argument index mode order analytic numeric relative error"
    assert " ".join(lines[1].split()) == headings
    table = [line.split() for line in lines[2:]]
    assert [row[:5] for row in table[:1]] == [["1", "(0,", "2)", "reverse", "1"]]
    errors = [float(row[-1]) for row in table]
    assert errors == sorted(errors, reverse=True)


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
        ((None,), {}, TypeError, "NoneType"),
    ],
)
def test_arguments_that_cannot_be_checked(
    args: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        gradcheck(right, *args, **options)


def test_arguments_and_results_in_structures() -> None:
    def fn(p: Any, y: Any) -> Any:
        return {"a": right(p["w"]) * y[0], "b": (p["b"] ** 2, 1.0)}

    gradcheck(fn, {"w": V, "b": 2.0}, [3.0])

    def wrong(p: Any, y: Any) -> Any:
        return {"a": p["w"] * y[0], "b": (wrong_reverse(p["b"]), 1.0)}

    with pytest.raises(GradientMismatch, match=r"argument 0\['b'\], index \(\): analytic"):
        gradcheck(wrong, {"w": V, "b": 2.0}, [3.0])


# Numbers to compare with -------------------------------------------------------------------------


def counted(fn: Callable[..., Any]) -> tuple[Callable[..., Any], list[str]]:
    """Return a function that notes with which kind of numbers it is called."""
    kinds: list[str] = []

    def run(x: Any) -> Any:
        kinds.append(x.dtype.kind)
        return fn(x)

    return run, kinds


@pytest.mark.parametrize(
    ("fn", "complex_steps"),
    [
        (np.sin, True),
        (lambda x: np.sum(x @ x) / x[0] ** 3, True),
        (lambda x: np.where(x > 0.5, np.exp(x), x), True),
        (np.abs, False),
        (lambda x: x * np.conj(x), False),
        (lambda x: np.real(x) * x, False),
        (np.maximum.reduce, False),
        (right, False),  # an operation of the user's own
        (lambda x: np.sqrt(np.sum(x.astype(np.float64) ** 2)), False),
        (lambda x: x * float(x[0]) if type(x) is np.ndarray else x * x[0], False),
        (lambda x: x * np.round(x.real if type(x) is np.ndarray else x), False),
    ],
)
def test_complex_steps_where_they_are_right(fn: Callable[..., Any], complex_steps: bool) -> None:
    run, kinds = counted(fn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
        gradcheck(run, V + 0.25, order=1)
    # One run on tensors, one to see whether the step is right, and one for each entry.
    assert (kinds.count("c") == 2 + 3) == complex_steps


def test_a_complex_step_is_more_exact_than_a_difference() -> None:
    def fn(x: Any) -> Any:
        return np.sin(1000 * x)

    gradcheck(fn, V, order=1, rtol=1e-11, atol=0)
    with pytest.raises(GradientMismatch):
        gradcheck(lambda x: fn(np.abs(x)), V, order=1, rtol=1e-11, atol=0)


def test_what_is_not_recorded_is_not_taken_for_analytic() -> None:
    """Its absolute value is a constant to the record, and is not analytic."""

    def fn(x: Any) -> Any:
        value = x.data if type(x) is Tensor else x
        return x * np.abs(value)

    with pytest.raises(GradientMismatch) as caught:
        gradcheck(fn, V, order=1)
    worst = str(caught.value).splitlines()[2].split()
    # d(x |x|)/dx = 2 |x|, half of which the record has lost.
    assert float(worst[-2]) == pytest.approx(2 * float(worst[-3]), rel=1e-6)


@pytest.mark.parametrize("analytic", [True, False])
def test_analytic_is_said_in_the_declaration(analytic: bool) -> None:
    """A user's operation, which bears a built-in's name, is what its own facts say."""
    kinds = []

    def half(x: Any) -> Any:
        kinds.append(np.asarray(x).dtype.kind)
        return 0.5 * x

    mine = elementwise(half, 0.5, name="multiply", facts=Facts(analytic=analytic))
    gradcheck(mine, V, order=1)
    # More often than for the two trials that show whether a complex step is right.
    assert (kinds.count("c") > 2) == analytic


# Suspects ----------------------------------------------------------------------------------------


def suspects(fn: Callable[..., Any], *args: Any, **options: Any) -> list[str]:
    with pytest.raises(GradientMismatch) as caught:
        gradcheck(fn, *args, **options)
    lines = str(caught.value).splitlines()
    return [line for line in lines if line.startswith("suspect: ")]


def test_a_wrong_rule_has_no_excuse() -> None:
    assert suspects(wrong_reverse, V) == []
    assert suspects(wrong_second, V) == []


def test_float32_is_suspect() -> None:
    (found,) = suspects(lambda x: np.sin(x.astype(np.float32)), V)
    assert found.startswith("suspect: the function returns float32, too coarse for differences")


def test_randomness_is_suspect() -> None:
    rng = np.random.default_rng(0)
    (found,) = suspects(lambda x: x * rng.normal(), V)
    assert found.startswith("suspect: the function gave another result when called again")


@pytest.mark.parametrize("at", [0.0, 1e-5])
def test_kinks_are_suspect(at: float) -> None:
    (found,) = suspects(lambda x: autograd.relu(x) * 3, np.array([1.0, at, -2.0]))
    assert found.startswith("suspect: the function has a kink or jump at argument 0, index (1,)")


def test_jumps_are_suspect() -> None:
    assert len(suspects(lambda x: np.floor(x) + x, np.array([1.5, 2.0]))) == 1


# Complex numbers ---------------------------------------------------------------------------------

Z = V + 1j * np.array([0.4, -0.2, 0.9])


@pytest.mark.parametrize(
    "fn",
    [
        np.exp,
        np.abs,
        np.conj,
        lambda z: np.real(z) * np.imag(z**2),
        lambda z: np.sum(z[0] * np.conj(z[1])) / np.abs(z),
    ],
)
def test_complex_arguments(fn: Callable[..., Any]) -> None:
    gradcheck(fn, Z)
    gradcheck(lambda x, z: fn(x * z), V, Z)


def test_a_conjugate_too_few_is_found() -> None:
    op = primitive(
        lambda z: np.sin(z),
        vjp=lambda g, y, z: g * np.conj(np.cos(z)),
        jvp=lambda t, y, z: t * np.cos(z),
        name="conjugated",
    )
    gradcheck(op, V)
    with pytest.raises(
        GradientMismatch, match=r"reverse mode.* index \(\d,\) (imaginary|real) part"
    ):
        gradcheck(op, Z, order=1)
    gradcheck(op, Z, order=1, modes=["forward"])
