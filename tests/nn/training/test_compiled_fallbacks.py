"""Models that do not compile are trained as if nobody had tried to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.nn.training.twins import number_of

F64: Any = {"dtype": np.float64}


class Deciding(nn.Module):
    """Looks at numbers after it has counted, drawn and moved statistics."""

    def __init__(self) -> None:
        self.layer = nn.Linear(3, 2, seed=0, **F64)
        self.dropout = nn.Dropout(0.5, seed=1)
        self.norm = nn.BatchNorm1d(2, **F64)
        self.calls = 0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        y = self.norm(self.dropout(self.layer(x))) * self.calls
        return y if np.max(y) > -100 else -y


def test_a_run_that_was_refused_leaves_nothing_behind() -> None:
    model, twin, rng = Deciding(), Deciding(), np.random.default_rng(0)
    optimizers = [nn.SGD(x.parameters(), lr=0.1, momentum=0.9) for x in (model, twin)]
    step = nn.compile_step(model, number_of, optimizers[0])
    for k in range(3):
        x = rng.normal(size=(6, 3))
        if k:
            step(x, 1.0)
        else:
            with pytest.warns(UserWarning, match="Deciding is trained step by step, not compiled"):
                step(x, 1.0)
        optimizers[1].zero_grad()
        number_of(twin(x), 1.0).backward()
        optimizers[1].step()
        for name, value in twin.state_dict().items():
            np.testing.assert_allclose(model.state_dict()[name], value, rtol=1e-14, err_msg=name)


def test_draws_of_a_run_that_was_refused_are_taken_back() -> None:
    rng, twin = np.random.default_rng(0), np.random.default_rng(0)

    def f(x: Any) -> Any:
        return float(x * autograd.sample(rng.random))

    with pytest.raises(autograd.TraceError):
        autograd.compile(f)(1.0)
    assert rng.random() == twin.random()


def picked_with_dropout(rng: Any) -> Callable[[Any], Any]:
    """Drop out some of the positive entries, however many they are."""

    def f(x: Any) -> Any:
        y = x[x > 0]
        return np.sum(y * (autograd.sample(rng.random, y.shape) > 0.5)) + autograd.sample(
            rng.random
        )

    return f


def test_draws_have_the_shape_that_is_wanted_when_a_program_departs() -> None:
    eager, compiled = (picked_with_dropout(np.random.default_rng(0)) for _ in range(2))
    program = autograd.compile(compiled)
    for x in ([1.0, 2.0, -1.0], [1.0, -2.0, -1.0], [3.0, 2.0, 1.0], [1.0, 1.0, -1.0]) * 2:
        np.testing.assert_allclose(program(np.array(x)), eager(np.array(x)).data, rtol=1e-14)


class LookingAtInputs(nn.Module):
    """A layer behind a threshold unit, which looks whether its inputs are 0 and 1."""

    def __init__(self) -> None:
        self.unit = nn.ThresholdLogicUnit([1, 1, -1], threshold=1, **F64)
        self.layer = nn.Linear(1, 2, seed=0, **F64)

    def forward(self, x: Any) -> Any:
        return self.layer(self.unit(x)[:, None])


def test_threshold_units_are_run_step_by_step() -> None:
    """They refuse what is neither 0 nor 1, also later."""
    model, rng = LookingAtInputs(), np.random.default_rng(0)
    step = nn.compile_step(model, number_of, nn.SGD(model.parameters(), lr=0.1))
    with pytest.warns(UserWarning, match="LookingAtInputs is trained step by step"):
        step(rng.integers(0, 2, (4, 3)), 1.0)
    with pytest.raises(ValueError, match="takes inputs of 0 and 1 only"):
        step(np.full((4, 3), 0.5), 1.0)
