"""SGD against its recurrences, written out in plain Python."""

import pytest

import nn
from autograd import variables

GRADIENTS = [0.5, -1.0, 2.0, 0.25, -0.75]


@pytest.mark.parametrize(
    ("momentum", "dampening", "decay", "nesterov"),
    [
        (0.0, 0.0, 0.0, False),
        (0.0, 0.0, 0.1, False),
        (0.9, 0.0, 0.0, False),
        (0.9, 0.5, 0.1, False),
        (0.9, 0.0, 0.1, True),
    ],
)
def test_steps_by_hand(momentum: float, dampening: float, decay: float, nesterov: bool) -> None:
    w = variables(w=2.0)
    optimizer = nn.SGD([w], 0.1, momentum, dampening, decay, nesterov)
    theta, velocity = 2.0, None
    for gradient in GRADIENTS:
        w.grad = gradient
        optimizer.step()
        g = gradient + decay * theta
        velocity = g if velocity is None else momentum * velocity + (1 - dampening) * g
        theta -= 0.1 * (g + momentum * velocity if nesterov else velocity if momentum else g)
        assert w.item() == pytest.approx(theta, rel=1e-14)


def test_momentum_keeps_its_own_copy_of_the_first_gradient() -> None:
    w = variables(w=[1.0, 1.0])
    optimizer = nn.SGD([w], lr=1.0, momentum=0.5)
    (w * 2).sum().backward()
    optimizer.step()
    w.grad *= 100
    w.grad = [2.0, 2.0]
    optimizer.step()
    assert w.data.tolist() == [1 - 2 - (0.5 * 2 + 2)] * 2
