"""`detect_anomaly`: the first NaN or infinity, at its source, with the user's line."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import (
    AnomalyError,
    Tensor,
    detect_anomaly,
    grad,
    jacobian,
    jvp,
    no_grad,
    primitive,
    variables,
    vjp,
)
from autograd.engine import record

pytestmark = pytest.mark.filterwarnings("error")


def line_of(mark: str) -> str:
    """Where in this file the line with a comment stands, as reports name it."""
    lines = inspect.getsource(inspect.getmodule(line_of)).splitlines()  # type: ignore[arg-type]
    (number,) = [i for i, line in enumerate(lines, 1) if line.endswith(f"# {mark}")]
    return f"in {__file__}:{number}: {lines[number - 1].strip()}"


def report(run: Callable[[], Any]) -> list[str]:
    """Return the lines of the error that `run` ends with."""
    with pytest.raises(AnomalyError) as caught, detect_anomaly():
        run()
    return [line.strip() for line in str(caught.value).splitlines()]


# The forward pass --------------------------------------------------------------------------------


def test_an_operation_of_the_forward_pass() -> None:
    x, y = variables(x=[1, -1, 2], y=3)

    def run() -> None:
        z = x * y
        logs = np.log(z)  # the logarithm
        np.sum(logs * 0).backward()

    assert report(run) == [
        "log gave nan, first at index (1,)",
        "of operand 1, a tensor of shape (3,) made by multiply: [ 3. -3.  6.]",
        line_of("the logarithm"),
    ]


def test_it_is_raised_where_it_happens() -> None:
    x = variables(x=0)
    reached = []

    def run() -> None:
        1 / x
        reached.append("the next line")

    assert report(run)[0] == "divide gave inf"
    assert reached == []


@pytest.mark.parametrize(
    ("fn", "name", "kind"),
    [
        (lambda x: 1 / (x - 2), "divide", "inf"),
        (lambda x: -1 / (x - 2), "divide", "inf"),
        (lambda x: np.exp(x * 1000), "exp", "inf"),
        (lambda x: np.sqrt(-x), "sqrt", "nan"),
        (lambda x: np.log(x - 2), "log", "inf"),
        (lambda x: np.concatenate([np.reshape(x, 1), np.reshape(x / 0, 1)]), "divide", "inf"),
        (lambda x: np.linalg.inv(np.reshape(x - 2, (1, 1)) + 1e-310), "inv", "inf"),
        (lambda x: (x * (1 + 1j)) ** 2000, "power", "(inf|nan)"),
    ],
)
def test_every_way_of_recording_is_checked(fn: Callable[[Any], Any], name: str, kind: str) -> None:
    """Operators with numbers and tensors on either side, methods, functions of one and several."""
    assert re.match(f"{name} gave {kind}", report(lambda: fn(variables(x=2)))[0])


def test_operands_are_named_and_shortened() -> None:
    x = Tensor(np.linspace(0, 1, 1000), requires_grad=True, name="x")
    _, named, constant, _ = report(lambda: np.divide(x, np.zeros(1)))
    assert named.startswith("of operand 1, tensor 'x' of shape (1000,): [0.    0.001 0.002 ... ")
    assert constant == "of operand 2: [0.]"


def test_a_nan_in_the_data_is_found_where_it_comes_in() -> None:
    w, data = variables(w=2), np.array([1.0, np.nan])
    lines = report(lambda: w * data)
    assert lines[0] == "multiply gave nan, first at index (1,); operand 2 has it already"


def test_infinities_that_were_put_in_are_not_anomalies() -> None:
    """A mask of a softmax; but what becomes NaN by them is one."""
    x = variables(x=[1, 2, 3])
    with detect_anomaly():
        masked = np.where(np.array([True, True, False]), x, -np.inf)
        np.sum(autograd.softmax(masked) ** 2).backward()
    assert np.all(np.isfinite(x.grad))
    assert report(lambda: masked - np.inf * np.sign(masked.data))[0].startswith("subtract gave nan")


def test_what_is_not_recorded_is_not_looked_at() -> None:
    with detect_anomaly(), no_grad():
        assert np.isnan(np.log(variables(x=-1)).data)


def test_integers_and_booleans_are_never_bad() -> None:
    x = variables(x=[1, 2])
    with detect_anomaly():
        assert bool(np.all(x > 0))
        assert np.argmax(x) == 1


# The backward pass -------------------------------------------------------------------------------


def test_a_step_of_the_backward_pass() -> None:
    x, y = variables(x=[4, 0], y=[1, 2])

    def run() -> None:
        root = np.sqrt(x * y)  # the root
        np.sum(root).backward()

    assert report(run) == [
        "the backward step of sqrt gave inf, first at index (1,)",
        "for its operand 1, a tensor of shape (2,) made by multiply: [4. 0.]",
        "from the gradient of its result: [1. 1.]",
        line_of("the root"),
    ]
    assert x.grad is None


def test_the_other_operands_are_shown_too() -> None:
    x, n = variables(x=0, n=0.5)
    lines = report(lambda: (x**n).backward())
    assert lines[0] == "the backward step of power gave inf"
    assert lines[1:3] == [
        "for its operand 1, tensor 'x' of shape (): 0.",
        "and operand 2, tensor 'n' of shape (): 0.5",
    ]


def test_the_first_bad_step_is_the_one_nearest_to_the_result() -> None:
    """The infinity of the square root becomes NaN further down."""
    x = variables(x=0)
    assert report(lambda: (np.sqrt(x * x)).backward())[0] == "the backward step of sqrt gave inf"


@pytest.mark.parametrize(
    "differentiate",
    [
        lambda fn, x: grad(fn)(x),
        lambda fn, x: vjp(fn, x)[1](1.0),
        lambda fn, x: jacobian(fn)(x),
        lambda fn, x: jvp(fn, x, 1.0),
        lambda fn, x: grad(grad(fn))(x),
    ],
)
def test_transforms(differentiate: Callable[[Any, Any], Any]) -> None:
    def fn(x: Any) -> Any:
        return np.sqrt(x) + 1  # the function

    lines = report(lambda: differentiate(fn, 0.0))
    assert lines[0].endswith("gave inf")
    with np.errstate(divide="ignore"):
        assert differentiate(fn, 0.0) is not None


def test_a_step_of_forward_mode() -> None:
    def fn(x: Any) -> Any:
        return np.sqrt(x)  # pushed

    assert report(lambda: jvp(fn, np.array([1.0, 0.0]), np.array([1.0, 3.0]))) == [
        "the forward-mode step of sqrt gave inf, first at index (1,)",
        "for its operand 1, a tensor of shape (2,): [1. 0.], with the tangent [1. 3.]",
        line_of("pushed"),
    ]
    bad = np.array([np.nan])
    assert report(lambda: jvp(np.sin, np.ones(1), bad))[0].startswith("the tangent given for")


def test_what_no_step_did() -> None:
    x = variables(x=1e200)
    assert "it was given to backward()" in report(lambda: (x * 2).backward(np.inf))[0]
    x.register_hook(lambda g: g * np.nan)
    lines = report(lambda: (x * 2).backward())
    assert lines[0].startswith("the gradient of tensor 'x' is nan, though no single step gave that")


def test_a_hidden_anomaly_of_a_rule_of_the_users_own() -> None:
    op = primitive(lambda x: x * 1.0, vjp=lambda g, y, x: g / (x - x), name="mine")
    assert report(lambda: op(variables(x=2)).backward())[0] == (
        "the backward step of mine gave inf"
    )


def test_steps_recorded_before() -> None:
    y = np.sqrt(variables(x=0))
    assert report(y.backward)[-1] == "recorded before detect_anomaly was entered"


def test_the_line_is_the_users_also_below_a_network() -> None:
    model = nn.Sequential(nn.Linear(2, 2, seed=0), nn.Sigmoid())

    def run() -> None:
        model(np.array([[1.0, np.nan]]))  # the network

    assert report(run)[-1] == line_of("the network")


# What is right stays as it is --------------------------------------------------------------------


def test_results_are_the_same() -> None:
    def fn(x: Any, y: Any) -> Any:
        return np.sum(np.sin(x) * y) + np.mean(x**2)

    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    expected = [grad(fn, (0, 1))(x, y), jvp(fn, (x, y), (y, x)), jacobian(grad(fn))(x, y)]
    with detect_anomaly():
        found = [grad(fn, (0, 1))(x, y), jvp(fn, (x, y), (y, x)), jacobian(grad(fn))(x, y)]
    for a, b in zip(expected, found, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("retain_graph", [True, False])
@pytest.mark.parametrize("retain_grads", [True, False])
def test_backward_has_its_options(retain_graph: bool, retain_grads: bool) -> None:
    x = variables(x=3)
    y = x * x
    z = y * 2
    with detect_anomaly():
        z.backward(retain_graph=retain_graph, retain_grads=retain_grads)
    assert x.grad == 12
    assert y._grad == (2 if retain_grads else None)
    if retain_graph:
        z.backward()
        assert x.grad == 24
    else:
        with pytest.raises(autograd.GraphReleasedError):
            z.backward()


def test_nothing_is_left_behind() -> None:
    """Switched off, recording has no observer, and neither have the sweeps."""
    x = variables(x=0)
    with detect_anomaly():
        with detect_anomaly():
            assert len(record.observers) == 1
        with pytest.raises(AnomalyError):
            1 / x
        assert len(record.observers) == 1
    assert record.observers == []
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert np.isinf((1 / x).data)


def test_as_a_decorator() -> None:
    @detect_anomaly()
    def run(x: Any, depth: int) -> Any:
        return run(x, depth - 1) if depth else 1 / x

    with pytest.raises(AnomalyError):
        run(variables(x=0), 3)
    assert run(variables(x=1), 3).item() == 1
    assert record.observers == []
    assert not autograd.engine.modes.mode.anomaly
