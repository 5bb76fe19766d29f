"""Adam and AdamW against the algorithms of their papers, written out in plain Python."""

import math

import pytest

import nn
from autograd import variables

GRADIENTS = [0.5, -1.0, 2.0, 0.25, -0.75]


@pytest.mark.parametrize("bias_correction", [True, False])
@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("decoupled", [False, True])
def test_steps_by_hand(bias_correction: bool, decay: float, decoupled: bool) -> None:
    lr, beta1, beta2, eps = 0.1, 0.8, 0.95, 1e-3
    w = variables(w=2.0)
    make = nn.AdamW if decoupled else nn.Adam
    optimizer = make([w], lr, (beta1, beta2), eps, decay, bias_correction=bias_correction)
    theta, m, v = 2.0, 0.0, 0.0
    for t, gradient in enumerate(GRADIENTS, 1):
        w.grad = gradient
        optimizer.step()
        if decoupled:
            theta, g = theta * (1 - lr * decay), gradient
        else:
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


def test_worked_numbers() -> None:
    # With betas (1/2, 3/4), eps 0 and gradients 2 and 6:
    # m = 1, v = 1, corrected 2 and 4: a step of lr; m = 7/2, v = 39/4, corrected 14/3 and 156/7.
    w = variables(w=0.0)
    optimizer = nn.Adam([w], lr=1.0, betas=(0.5, 0.75), eps=0.0)
    w.grad = 2.0
    optimizer.step()
    assert w.item() == -1
    w.grad = 6.0
    optimizer.step()
    assert w.item() == pytest.approx(-1 - 14 / 3 / math.sqrt(156 / 7), rel=1e-15)


def test_without_bias_correction_the_first_step_is_longer() -> None:
    # m = 0.1 g and v = 0.001 g^2: a step of 0.1 / sqrt(0.001) times lr.
    w = variables(w=0.0)
    optimizer = nn.Adam([w], lr=0.01, eps=0.0, bias_correction=False)
    w.grad = 5.0
    optimizer.step()
    assert w.item() == pytest.approx(-0.01 * 0.1 / math.sqrt(0.001), rel=1e-13)


def test_decoupled_decay_is_no_part_of_the_moments() -> None:
    w = variables(w=2.0)
    optimizer = nn.AdamW([w], lr=0.1, weight_decay=0.5)
    w.grad = 0.0
    optimizer.step()
    assert w.item() == pytest.approx(2 * 0.95, rel=1e-15)
    assert optimizer.state[w]["exp_avg"] == 0
