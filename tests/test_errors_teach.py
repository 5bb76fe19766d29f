"""What every error says: what was wrong, with what, and what to do about it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import (
    AnomalyError,
    ConversionError,
    GradientMismatch,
    GraphReleasedError,
    NotDifferentiableError,
    ShapeError,
    StaleGraphError,
    Tensor,
    detect_anomaly,
    errors,
    explain,
    grad,
    gradcheck,
    jvp,
    primitive,
    variables,
    verify_file,
    vjp,
)

x, y = variables(x=[1, 2, 3], y=[1, 2])
A = Tensor(np.ones((2, 3)), requires_grad=True, name="A")
constant = Tensor([1.0, 2.0])
reverse_only = primitive(lambda t: t * 1.0, vjp=lambda g, u, t: g, name="reverse_only")
forward_only = primitive(lambda t: t * 1.0, vjp=[None], jvp=lambda t, u, v: t, name="forward_only")
sine = primitive(lambda t: np.sin(t), vjp=lambda g, u, t: g, jvp=lambda t, u, v: t, name="sine")


def in_place_into_an_array() -> None:
    array = np.zeros(3)
    array += x


def second_pass() -> None:
    z = np.sum(x * x)
    z.backward(retain_graph=False)
    z.backward()


def second_pass_over_a_part() -> None:
    square = x * x
    np.sum(square).backward(retain_graph=False)
    np.sum(square * 2).backward()


def stale(change: Callable[[Tensor], Any]) -> Callable[[], Any]:
    def run() -> Any:
        w = variables(w=2.0)
        z = w * w
        change(w)
        return z.backward()

    return run


def stale_in_forward_mode() -> Any:
    w = variables(w=2.0)

    def fn(t: Any) -> Any:
        z = t * w
        w.assign(3.0)
        return z

    return jvp(fn, 1.0, 1.0)


def anomaly() -> Any:
    with detect_anomaly():
        np.log(Tensor(-1.0, requires_grad=True, name="p"))  # a logarithm


def anomaly_in_backward() -> Any:
    with detect_anomaly():
        root: Any = np.sqrt(Tensor(0.0, requires_grad=True, name="p"))  # a root
        root.backward()


def from_hook() -> Any:
    w = variables(w=[1, 2, 3])
    w.register_hook(lambda g: g[:2])
    np.sum(w).backward()


def from_rule() -> Any:
    wrong = primitive(lambda t: np.sum(t), vjp=lambda g, u, t: g, name="wrong")
    wrong(x).backward()


Run = Callable[[], Any]
TAUGHT: list[tuple[type[Exception], Run, list[str]]] = [
    # Shapes
    (ShapeError, lambda: x + y, ["add", "(3,) (tensor 'x')", "(2,) (tensor 'y')", "equal or 1"]),
    (ShapeError, lambda: x * np.ones(4), ["multiply", "(3,) (tensor 'x')", "(4,)", "equal or 1"]),
    (ShapeError, lambda: [1, 2] - x, ["subtract", "(2,)", "(3,) (tensor 'x')"]),
    (ShapeError, lambda: np.maximum(x, y), ["maximum", "tensor 'x'", "tensor 'y'"]),
    (ShapeError, lambda: A @ A, ["matmul", "(2, 3) (tensor 'A')", "last but one", "x.T"]),
    (ShapeError, lambda: A @ y, ["matmul", "(2, 3) (tensor 'A')", "(2,) (tensor 'y')"]),
    (ShapeError, lambda: A @ Tensor(2.0), ["matmul", "a scalar is not a matrix; * multiplies"]),
    (ShapeError, lambda: np.reshape(x, (2, 2)), ["reshape", "(3,) (tensor 'x')", "(2,2)"]),
    (ShapeError, lambda: np.concatenate([A, x]), ["concatenate", "tensor 'A'", "tensor 'x'"]),
    (ShapeError, lambda: np.stack([x, y]), ["stack", "tensor 'x'", "tensor 'y'", "same shape"]),
    (np.exceptions.AxisError, lambda: np.sum(x, axis=1), ["axis 1", "dimension 1"]),
    (IndexError, lambda: x[5], ["index 5", "axis 0 with size 3"]),
    # Leaves
    (
        TypeError,
        lambda: Tensor(np.array([1, 2]), requires_grad=True),
        ["int64", "cannot require gradients", "astype(np.float64)"],
    ),
    (TypeError, lambda: variables(mask=np.array([True])), ["bool", "astype(np.float64)"]),
    (TypeError, lambda: Tensor("a", requires_grad=True), ["<U1", "give numbers"]),
    (TypeError, lambda: grad(np.sum)(np.array([1, 2])), ["int64", "astype(np.float64)"]),
    (TypeError, lambda: Tensor([None]), ["holds numbers"]),
    (TypeError, lambda: variables(), ["at least one name=value"]),
    # Backward passes
    (ShapeError, lambda: x.backward(), ["(3,)", "np.sum", "backward(gradient)"]),
    (ShapeError, lambda: grad(lambda t: t * 2)(x), ["scalar", "(3,)", "use jacobian or vjp"]),
    (ShapeError, lambda: (x * 2).backward(np.ones(2)), ["(2,)", "(3,)", "made by multiply"]),
    (ShapeError, lambda: setattr(x, "grad", np.ones(2)), ["(2,)", "tensor 'x'", "(3,)"]),
    (ShapeError, from_hook, ["hook of tensor 'w'", "(2,)", "(3,)"]),
    (ShapeError, from_rule, ["rule", "()", "operand 1", "(3,)"]),
    (ShapeError, lambda: vjp(np.sin, x)[1](np.ones(2)), ["cotangent", "(2,)", "(3,)"]),
    (ShapeError, lambda: jvp(np.sin, x, np.ones(2)), ["tangent", "(2,)", "(3,)"]),
    (ValueError, lambda: constant.backward(), ["(2,)", "autograd.variables", "requires_grad=True"]),
    (TypeError, lambda: np.sum(x * 1j).backward(), ["complex128", "np.real", "np.abs"]),
    (TypeError, lambda: grad(lambda t: t * 1j)(1.0), ["complex128", "np.real", "np.abs"]),
    (GraphReleasedError, second_pass, ["made by sum", "retain_graph=False", "again"]),
    (GraphReleasedError, second_pass_over_a_part, ["made by multiply", "retain_graph=False"]),
    (StaleGraphError, stale(lambda w: w.assign(3.0)), ["tensor 'w'", "multiply", "again"]),
    (StaleGraphError, stale(lambda w: w.touch()), ["tensor 'w'", "multiply", "again"]),
    (StaleGraphError, stale_in_forward_mode, ["tensor 'w'", "multiply", "again"]),
    # No derivative
    (NotDifferentiableError, lambda: np.spacing(x), ["np.spacing", "t.data"]),
    (NotDifferentiableError, lambda: np.exp(x, where=[True]), ["exp", "where=", "supports"]),
    (
        NotDifferentiableError,
        lambda: jvp(reverse_only, 1.0, 1.0),
        ["reverse_only", "forward-mode", "operand 1", "jvp=", "other mode"],
    ),
    (
        NotDifferentiableError,
        lambda: grad(forward_only)(1.0),
        ["forward_only", "reverse-mode", "operand 1", "vjp=", "other mode"],
    ),
    # Values that would change, and gradients that would be lost
    (TypeError, lambda: x.__setitem__(0, 1.0), ["in place", "np.where", "autograd.put"]),
    (TypeError, in_place_into_an_array, ["add", "out=", "recorded"]),
    (TypeError, lambda: np.add(x, 1, out=np.zeros(3)), ["add", "out=", "recorded"]),
    (ConversionError, lambda: np.asarray(x), ["tensor 'x'", "gradient", "t.data", "np.stack"]),
    (ConversionError, lambda: np.array([x, x]), ["tensor 'x'", "np.stack"]),
    (ConversionError, lambda: np.r_[x, x], ["tensor 'x'", "np.stack"]),
    (ConversionError, lambda: np.int64(x), ["tensor 'x'", "t.data"]),
    (TypeError, lambda: (x * 2).__reduce__(), ["made by multiply", "graph", "detach()"]),
    (ValueError, lambda: (x * 2).assign(np.ones(3)), ["made by multiply", "only leaves"]),
    (ValueError, lambda: constant.register_hook(print), ["no hook will ever run"]),
    # Checking
    (AnomalyError, anomaly, ["log gave nan", "'p'", "-1.", "# a logarithm", __file__]),
    (AnomalyError, anomaly_in_backward, ["backward step of sqrt", "inf", "'p'", "# a root"]),
    (GradientMismatch, lambda: gradcheck(sine, 1.0), ["argument 0", "index ()", "relative error"]),
    # Arguments of the transforms
    (TypeError, lambda: grad(np.sum, 1)(x), ["argument 1", "1 were given"]),
    (TypeError, lambda: grad(lambda t: (t, t))(1.0), ["one tensor", "tuple", "has_aux=True"]),
    (
        TypeError,
        lambda: jvp(np.sum, ([1.0, 2.0],), ([1.0],)),
        ["tangent", "list of 2", "list of 1"],
    ),
    # Programs
    (errors.ProgramError, lambda: explain("q = x ^ 2", x=1), ["**"]),
    (errors.WorksheetError, lambda: verify_file("/nowhere.toml"), ["cannot be read"]),
]


@pytest.mark.parametrize(("error", "run", "said"), TAUGHT)
def test_type_and_message(error: type[Exception], run: Run, said: list[str]) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        run()
    assert type(caught.value) is error
    message = str(caught.value)
    assert [part for part in said if part not in message] == [], message


ELSEWHERE = {"RendererNotFound": "explanation/test_render.py"}
"""Errors that only a machine without something raises, and where that is pretended."""


def test_every_error_has_its_lesson() -> None:
    taught = {error.__name__ for error, _, _ in TAUGHT}
    for name, file in ELSEWHERE.items():
        assert name in (Path(__file__).parent / file).read_text()
    subclasses = errors.AutogradError.__subclasses__()
    declared = {e.__name__ for e in subclasses if e.__module__ == errors.__name__}
    # `compile` raises TraceError and has its own tests.
    assert declared - {"TraceError"} == {
        name for name in taught | set(ELSEWHERE) if hasattr(errors, name)
    }


def test_warnings_say_what_to_do() -> None:
    z = x * 2
    z.name = "z"
    with pytest.warns(UserWarning, match=r"tensor 'z' is an intermediate result.*retain_grad\(\)"):
        assert z.grad is None


@pytest.mark.parametrize(("error", "run", "said"), TAUGHT)
def test_messages_are_short(error: type[Exception], run: Run, said: list[str]) -> None:
    with pytest.raises(error) as caught:
        run()
    assert len(str(caught.value).splitlines()[0]) < 320
