"""Two steps of each rule, worked out by hand with round numbers.

The gradients are 3 and then 4, the start is 0 unless weight decay needs another.
"""

import math
from typing import Any

import pytest

import nn
from autograd import variables


def two_steps(make: Any, start: float = 0.0, **settings: Any) -> tuple[float, float]:
    """Where two steps lead, by the gradients 3 and 4."""
    w = variables(w=start)
    optimizer = make([w], **settings)
    positions = []
    for gradient in (3.0, 4.0):
        w.grad = gradient
        optimizer.step()
        positions.append(w.item())
    return positions[0], positions[1]


CASES = {
    # Sums of squares 9 and 25: steps 3/3 and 4/5.
    "Adagrad": (nn.Adagrad, {"lr": 1.0, "eps": 0.0}, -1, -1.8),
    # Sums 16 + 9 and 16 + 9 + 16, rates 1 and 1/2.
    "Adagrad with a start and shrinking rates": (
        nn.Adagrad,
        {"lr": 1.0, "eps": 1.0, "initial_accumulator_value": 16.0, "lr_decay": 1.0},
        -3 / 6,
        -3 / 6 - 0.5 * 4 / (math.sqrt(41) + 1),
    ),
    # v = 9/2, then 9/4 + 8; u = 0, then d^2 / 2.
    "Adadelta": (
        nn.Adadelta,
        {"lr": 2.0, "rho": 0.5, "eps": 0.5},
        -2 * math.sqrt(0.5 / 5) * 3,
        -2 * math.sqrt(0.5 / 5) * 3 - 2 * math.sqrt((0.45 + 0.5) / (10.25 + 0.5)) * 4,
    ),
    # v = 9/2, then 41/4.
    "RMSprop": (
        nn.RMSprop,
        {"lr": 1.0, "alpha": 0.5, "eps": 1.0},
        -3 / (math.sqrt(4.5) + 1),
        -3 / (math.sqrt(4.5) + 1) - 4 / (math.sqrt(10.25) + 1),
    ),
    # m = 3/2 and 11/4: variances 9/4 and 43/16.
    "RMSprop, centered": (
        nn.RMSprop,
        {"lr": 1.0, "alpha": 0.5, "eps": 0.5, "centered": True},
        -3 / 2,
        -3 / 2 - 4 / (math.sqrt(43) / 4 + 0.5),
    ),
    # The first step 3/3 comes again, halved, in the second.
    "RMSprop with momentum": (
        nn.RMSprop,
        {"lr": 1.0, "alpha": 0.0, "eps": 0.0, "momentum": 0.5},
        -1,
        -1 - (0.5 + 1),
    ),
    # m = 3/4 and c = 3/2; then c = 3/8 + 2: the sign alone counts.
    "Lion": (nn.Lion, {"lr": 0.25, "betas": (0.5, 0.75)}, -0.25, -0.5),
    "SGD with momentum": (nn.SGD, {"lr": 1.0, "momentum": 0.5}, -3, -3 - (1.5 + 4)),
    "SGD with dampening": (
        nn.SGD,
        {"lr": 1.0, "momentum": 0.5, "dampening": 0.25},
        -3,
        -3 - (1.5 + 3),
    ),
    "SGD, Nesterov's": (
        nn.SGD,
        {"lr": 1.0, "momentum": 0.5, "nesterov": True},
        -(3 + 1.5),
        -(3 + 1.5) - (4 + 0.5 * 5.5),
    ),
}


@pytest.mark.parametrize(("make", "settings", "first", "second"), CASES.values(), ids=CASES)
def test_two_steps(make: Any, settings: dict[str, Any], first: float, second: float) -> None:
    assert two_steps(make, **settings) == pytest.approx((first, second), rel=1e-14)


def test_nadam() -> None:
    beta1, beta2, decay = 0.5, 0.75, 100.0
    mu = [beta1 * (1 - 0.96 ** (t * decay) / 2) for t in range(4)]
    first = (mu[2] * 1.5 / (1 - mu[1] * mu[2]) + (1 - mu[1]) * 3 / (1 - mu[1])) / 3
    m, v = 0.75 + 2, 0.75 * 9 / 4 + 4
    ahead = mu[3] * m / (1 - mu[1] * mu[2] * mu[3]) + (1 - mu[2]) * 4 / (1 - mu[1] * mu[2])
    second = first + ahead / math.sqrt(v / (1 - 0.75**2))
    positions = two_steps(nn.NAdam, lr=1.0, betas=(beta1, beta2), eps=0.0, momentum_decay=decay)
    assert positions == pytest.approx((-first, -second), rel=1e-14)


@pytest.mark.parametrize("make", [nn.SGD, nn.Adagrad, nn.Adadelta, nn.RMSprop, nn.Adam, nn.NAdam])
def test_weight_decay_is_added_to_the_gradient(make: Any) -> None:
    decayed = variables(w=2.0)
    optimizer = make([decayed], lr=0.5, weight_decay=0.25)
    decayed.grad = 3.0
    optimizer.step()
    plain = variables(w=2.0)
    plain.grad = 3.5
    make([plain], lr=0.5).step()
    assert decayed.item() == plain.item()


@pytest.mark.parametrize(
    ("make", "options"),
    [(nn.AdamW, {}), (nn.Lion, {}), (nn.NAdam, {"decoupled_weight_decay": True})],
)
def test_decoupled_weight_decay_shrinks_the_parameter(make: Any, options: dict[str, Any]) -> None:
    decayed, plain = variables(w=2.0, v=2.0)
    for w, decay in ((decayed, 0.25), (plain, 0.0)):
        optimizer = make([w], lr=0.5, weight_decay=decay, **options)
        w.grad = 3.0
        optimizer.step()
    assert decayed.item() - plain.item() == pytest.approx(-2 * 0.5 * 0.25, rel=1e-14)


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_lion_is_algorithm_2_of_its_paper(decay: float) -> None:
    eta, beta1, beta2 = 0.01, 0.9, 0.6
    w = variables(w=2.0)
    optimizer = nn.Lion([w], eta, (beta1, beta2), decay)
    theta, m = 2.0, 0.0
    signs = []
    for gradient in (0.5, -1.0, 2.0, -0.1, -0.1, 0.0):
        w.grad = gradient
        optimizer.step()
        c = beta1 * m + (1 - beta1) * gradient
        signs.append(math.copysign(1, c))
        theta -= eta * (math.copysign(1, c) + decay * theta)
        m = beta2 * m + (1 - beta2) * gradient
        assert w.item() == pytest.approx(theta, rel=1e-14)
    # In the paper's order: c before m moves. The other way round the second sign would differ.
    assert signs == [1, 1, -1, 1, 1, 1]


def test_lion_stays_where_the_gradient_is_zero() -> None:
    w = variables(w=[1.0, 1.0])
    optimizer = nn.Lion([w], lr=0.25)
    w.grad = [0.0, -1e-30]
    optimizer.step()
    assert w.data.tolist() == [1.0, 1.25]
