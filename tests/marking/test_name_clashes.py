"""A user's operation that bears the name of a built-in one is not taken for it."""

import numpy as np
import pytest

from autograd import primitive
from autograd.language import run
from autograd.marking.kinks import find_kinks
from autograd.marking.mistakes import SLOPES, VALUES

INPUTS = {"x": [0, 0], "y": [0, 0], "p": [1, 2], "W": [[1, 2], [3, 4]], "k": [1, 3], "a": 2, "b": 3}
KINKS = {
    "relu": "relu(x)",
    "leaky_relu": "leaky_relu(x)",
    "elu": "elu(x)",
    "absolute": "abs(x)",
    "clip": "clip(x, 0, 1)",
    "maximum": "maximum(x, y)",
    "minimum": "minimum(x, y)",
    "max": "max(x)",
    "min": "min(x)",
    "where": "where(x > y, x, y)",
}
STEPS = KINKS | {
    "add": "a + b",
    "subtract": "a - b",
    "multiply": "a * b",
    "divide": "a / b",
    "power": "a ** b",
    "matmul": "W @ p",
    "exp": "exp(p)",
    "log": "log(p)",
    "log2": "log2(p)",
    "log10": "log10(p)",
    "sqrt": "sqrt(p)",
    "sin": "sin(p)",
    "cos": "cos(p)",
    "tan": "tan(p)",
    "tanh": "tanh(p)",
    "sigmoid": "sigmoid(p)",
    "softplus": "softplus(p)",
    "gelu": "gelu(p)",
    "sum": "sum(p)",
    "mean": "mean(p)",
    "norm": "norm(p)",
    "softmax": "softmax(W)",
    "log_softmax": "log_softmax(W)",
    "logsumexp": "logsumexp(W, axis=1, keepdims=True)",
    "transpose": "transpose(W)",
    "getitem": "p[0:1]",
}


def record(program):
    """Return the step that a program records last."""
    return run(program, {name: x for name, x in INPUTS.items() if name in program}).result


def imitate(step, name):
    """Return a step of a user's operation called `name`, with the operands of `step`."""
    value = np.array(step.data)
    rules = [lambda g, y, *xs, k=k: np.ones(np.shape(xs[k])) for k in range(len(step.inputs))]
    operation = primitive(lambda *xs: np.array(value), vjp=rules, name=name)
    return operation(*step.inputs)


def list_mistakes(step):
    """Return class and sentence of every mistake that is declared for a step."""
    return [
        (kind, sentence) for kind, declaration in VALUES for sentence, _ in declaration(step)
    ] + [
        (kind, k, sentence)
        for k in range(len(step.inputs))
        for kind, declaration in SLOPES
        for sentence, _ in declaration(step, k)
    ]


@pytest.mark.parametrize(("name", "program"), KINKS.items(), ids=KINKS)
def test_no_kink_is_found_in_a_users_operation(name, program):
    step = record(program)
    assert step.op.name == name
    assert find_kinks([step])
    assert not find_kinks([imitate(step, name)])


@pytest.mark.parametrize(("name", "program"), STEPS.items(), ids=STEPS)
def test_a_users_operation_has_only_the_mistakes_of_every_operation(name, program):
    step = record(program)
    assert step.op.name == name
    of_any = list_mistakes(imitate(step, "mine"))
    assert list_mistakes(imitate(step, name)) == of_any
    assert list_mistakes(step) != of_any


def test_a_users_operation_named_conv_is_no_convolution():
    step = record("conv(k, p)")
    while step.op.name != "conv":
        step = step.inputs[0]
    assert "the kernel is flipped" in [sentence for *_, sentence in list_mistakes(step)]
    assert list_mistakes(imitate(step, "conv")) == list_mistakes(imitate(step, "mine"))
