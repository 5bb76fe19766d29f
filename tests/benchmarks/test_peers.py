"""Peers compute the same."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import nn


@pytest.fixture
def small(load: Any) -> Any:
    """Inputs of every kind of workload, small enough for a test."""
    workloads = load("workloads")
    return {
        "mlp": lambda: workloads.mlp(3, 4, 5, 10),
        "lenet": lambda: workloads.lenet(2),
        "transformer": lambda: workloads.transformer(2, 3, 8),
        "scalar_mlp": lambda: workloads.moons(4),
        "chain": lambda: workloads.chain(20),
        "hessian": lambda: workloads.rosenbrock(5),
        "hvp": lambda: workloads.rosenbrock(5),
    }


def test_every_kind_of_workload_is_compared(load: Any, small: Any) -> None:
    assert {workload.kind for workload in load("workloads").WORKLOADS.values()} == set(small)


@pytest.mark.parametrize("mode", ["", "compiled"])
@pytest.mark.parametrize(
    "kind", ["mlp", "lenet", "transformer", "scalar_mlp", "chain", "hessian", "hvp"]
)
def test_chalkgrad_computes_what_is_written_by_hand(
    load: Any, small: Any, kind: str, mode: str
) -> None:
    """After some steps, to which the gradients of all parameters have led."""
    by_hand = load("peers.by_hand").build(kind, small[kind](), "")
    chalkgrad = load("peers.chalkgrad").build(kind, small[kind](), mode)
    for _ in range(8):
        np.testing.assert_allclose(chalkgrad(), by_hand(), rtol=2e-5)


class Descent:
    """Gradient descent, which unlike Adam sees constant factors."""

    def __init__(self, params: list[Any]) -> None:
        self.params = params

    def step(self, gradients: list[Any]) -> None:
        for p, g in zip(self.params, gradients, strict=True):
            p -= 0.1 * g


@pytest.mark.parametrize("kind", ["mlp", "lenet", "transformer"])
def test_the_gradients_by_hand_have_the_right_size(
    load: Any, small: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load("peers.by_hand_networks"), "Adam", Descent)
    monkeypatch.setattr(nn, "Adam", lambda params, lr: nn.SGD(params, lr=0.1))
    by_hand, chalkgrad = (
        load(f"peers.{peer}").build(kind, small[kind](), "") for peer in ("by_hand", "chalkgrad")
    )
    np.testing.assert_allclose(
        [by_hand() for _ in range(8)], [chalkgrad() for _ in range(8)], rtol=2e-6
    )


@pytest.mark.parametrize("kind", ["mlp", "lenet", "transformer"])
def test_training_by_hand_lowers_the_loss(load: Any, small: Any, kind: str) -> None:
    step = load("peers.by_hand").build(kind, small[kind](), "")
    losses = [step() for _ in range(30)]
    assert all(later < earlier for earlier, later in pairwise(losses))


def test_by_hand_the_hessian_times_v_is_the_product(load: Any, small: Any) -> None:
    inputs = small["hvp"]()
    by_hand = load("peers.by_hand")
    H = by_hand.build("hessian", inputs, "")()
    np.testing.assert_allclose(by_hand.build("hvp", inputs, "")(), H @ inputs["v"])


def test_the_products_are_those_of_the_step_by_hand(
    load: Any, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their flops, as NumPy is asked for them."""
    flops: list[int] = []

    def counted(a: Any, b: Any, out: Any = None) -> Any:
        flops.append(2 * a.shape[0] * a.shape[1] * b.shape[1])
        return matmul(a, b, out=out)

    matmul = np.matmul
    monkeypatch.setattr(np, "matmul", counted)
    load("peers.products").build("mlp", small["mlp"](), "")()
    cost = load("sweeps").perceptron_cost(3, 4, 5, 10)
    assert sum(flops) == cost.flops == 2 * 3 * (2 * 4 * 5 + 3 * 5 * 10)


def test_inputs_are_the_same_every_time(load: Any, small: Any) -> None:
    for make in small.values():
        np.testing.assert_equal(make(), make())


def test_networks_are_of_single_precision(load: Any, small: Any) -> None:
    for kind in ("mlp", "lenet", "transformer"):
        arrays = small[kind]()["params"].values()
        assert {array.dtype for array in arrays} == {np.dtype("float32")}
