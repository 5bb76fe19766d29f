"""Adam against Kingma and Ba's algorithm, written out in plain Python."""

import math

import pytest

import nn
from autograd import variables

GRADIENTS = [0.5, -1.0, 2.0, 0.25, -0.75]


@pytest.mark.parametrize("bias_correction", [True, False])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_steps_by_hand(bias_correction: bool, decay: float) -> None:
    lr, beta1, beta2, eps = 0.1, 0.8, 0.95, 1e-3
    w = variables(w=2.0)
    optimizer = nn.Adam([w], lr, (beta1, beta2), eps, decay, bias_correction=bias_correction)
    theta, m, v = 2.0, 0.0, 0.0
    for t, gradient in enumerate(GRADIENTS, 1):
        w.grad = gradient
        optimizer.step()
        g = gradient + decay * theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        if bias_correction:
            theta -= lr * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + eps)
        else:
            theta -= lr * m / (math.sqrt(v) + eps)
        assert w.item() == pytest.approx(theta, rel=1e-14)


def test_the_first_corrected_step_has_the_length_of_the_learning_rate() -> None:
    for scale in (1e-3, 1.0, 1e6):
        w = variables(w=2.0)
        optimizer = nn.Adam([w], lr=0.1)
        w.grad = scale
        optimizer.step()
        assert w.item() == pytest.approx(1.9, rel=1e-5)


def test_defaults_are_pytorch_s() -> None:
    adam = nn.Adam([variables(w=1.0)])
    assert {name: getattr(adam, name) for name in adam.settings} == {
        "lr": 1e-3,
        "betas": (0.9, 0.999),
        "eps": 1e-8,
        "weight_decay": 0.0,
        "bias_correction": True,
    }
