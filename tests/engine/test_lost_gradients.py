"""A number that leaves the graph without being asked to: an error, or elsewhere a warning."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import (
    ConversionError,
    GradientLostWarning,
    Tensor,
    TraceError,
    compile,
    explain,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    variables,
    vjp,
)


def store(x: Any) -> Any:
    out = np.zeros(2)
    out[1] = x**2
    return out * x


def add_to_entry(x: Any) -> Any:
    out = np.zeros(2)
    out[1] += x**2
    return out * x


def fill(x: Any) -> Any:
    out = np.zeros(2)
    out.fill(x * 2)
    return out * x


LOSING: dict[str, Callable[[Any], Any]] = {
    "float": lambda x: float(x) * x,
    "int": lambda x: int(x) * x,
    "complex": lambda x: complex(x) * x,
    "round": lambda x: round(x) * x,
    "math.sin": lambda x: math.sin(x) * x,
    "math.hypot": lambda x: math.hypot(x, 2 * x) * x,
    "math.fsum": lambda x: math.fsum([x, x]) * x,
    "math.floor": lambda x: math.floor(x) * x,
    "np.float64": lambda x: np.float64(x) * x,
    "np.fromiter": lambda x: np.sum(np.fromiter((x * i for i in range(3)), float)) * x,
    "an entry of an array": store,
    "an entry added to": add_to_entry,
    "an array filled": fill,
}

TRANSFORMS: dict[str, Callable[[Any], Any]] = {
    "grad": lambda f: grad(f)(1.5),
    "value_and_grad": lambda f: value_and_grad(f)(1.5),
    "vjp": lambda f: vjp(f, 1.5),
    "jvp": lambda f: jvp(f, 1.5, 1.0),
    "jacobian": lambda f: jacobian(f)(1.5),
    "hessian": lambda f: hessian(f)(1.5),
    "hvp": lambda f: hvp(f, 1.5, 1.0),
    "explain": lambda f: explain(f, x=1.5),
    "grad inside another": lambda f: grad(lambda y: grad(f)(1.5) * y)(1.0),
    "over what is closed over": lambda f: grad(lambda x: grad(lambda y: f(x) * y)(1.0))(1.5),
}


@pytest.mark.parametrize("name", LOSING)
def test_in_a_differentiated_function_it_is_refused(name: str) -> None:
    for run in (grad, value_and_grad):
        with pytest.raises(ConversionError) as error:
            run(lambda x: np.sum(LOSING[name](x)))(1.5)
    if "array" not in name and "np." not in name:
        assert "np.sin for math.sin; np.stack or autograd.put" in str(error.value)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_refuses_it(name: str) -> None:
    with pytest.raises(ConversionError, match=r"t\.item\(\) for a number that shall have no"):
        TRANSFORMS[name](lambda x: math.sin(x) * x)


@pytest.mark.parametrize("name", [n for n in LOSING if n not in ("math.floor",)])
def test_elsewhere_a_warning_names_the_line(name: str) -> None:
    with pytest.warns(GradientLostWarning, match="its gradient is lost") as warned:
        LOSING[name](variables(x=1.5))
    assert {w.filename for w in warned} == {__file__}


def test_each_line_warns_once() -> None:
    x = variables(x=1.5)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        for _ in range(3):
            float(x)
        float(x)
    assert len(warned) == 2


@pytest.mark.parametrize("name", LOSING)
def test_what_has_no_gradient_converts(name: str) -> None:
    LOSING[name](Tensor(1.5))
    with no_grad():
        LOSING[name](variables(x=1.5) * 1)
    factor = Tensor(1.5)
    assert grad(lambda x: np.sum(np.real(LOSING[name](factor))).item() * x)(2.0) != 0


def test_explicit_ways_out_say_nothing() -> None:
    seen = []

    def f(x: Any) -> Any:
        seen.extend([x.item(), x.data, x.numpy().item(), f"{x:.1f}", str(x), repr(x)])
        return x * x

    assert grad(f)(3.0) == 6
    assert seen[:4] == [3.0, 3.0, 3.0, "3.0"]


def test_a_compiled_function_refuses_as_before() -> None:
    with pytest.raises(TraceError):
        compile(grad(lambda x: math.sin(x) * x))(1.5)


def test_after_a_refusal_nothing_is_left() -> None:
    with pytest.raises(ConversionError):
        grad(math.sin)(1.0)
    with pytest.warns(GradientLostWarning):
        math.sin(variables(x=1.0))


@pytest.mark.parametrize(
    "constant", [lambda x: 3.0, lambda x: x > 1, lambda x: np.argmax(np.stack([x, x]))]
)
def test_a_result_that_depends_on_no_argument_is_said(constant: Callable[[Any], Any]) -> None:
    for run in (grad(constant), value_and_grad(constant), jacobian(constant)):
        with pytest.warns(GradientLostWarning, match="depends on none of the arguments") as warned:
            run(2.0)
        assert warned[0].filename == __file__
    with pytest.warns(GradientLostWarning, match="depends on none of the arguments"):
        vjp(constant, 2.0)
    with pytest.warns(GradientLostWarning, match="depends on none of the arguments"):
        jvp(constant, 2.0, 1.0)


def test_constant_derivatives_are_no_mistake() -> None:
    assert hessian(lambda x: 3 * x)(2.0) == 0
    assert grad(grad(lambda x: 3 * x))(2.0) == 0
    assert hvp(lambda x: 3 * x, 2.0, 1.0) == 0
    assert grad(lambda x, y: x * 2, (0, 1))(1.0, 1.0) == (2, 0)
