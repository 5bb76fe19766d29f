"""Peers compute the same."""

from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn


@pytest.fixture
def small(load: Any) -> Any:
    """Return a computation of every kind of workload, small enough for a test."""
    workloads = load("workloads")
    return {
        "mlp": workloads.Perceptron(3, (4, 5, 10)),
        "lenet": workloads.LeNet(2),
        "transformer": workloads.Transformer(2, 3, 8),
        "scalar_mlp": workloads.ScalarPerceptron(4),
        "chain": workloads.Chain(20),
        "hessian": workloads.Hessian(5),
        "hvp": workloads.HessianProduct(5),
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
    work = small[kind]
    by_hand = load("peers.by_hand").build(work, work.draw(), "")
    chalkgrad = load("peers.chalkgrad").build(work, work.draw(), mode)
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
        load(f"peers.{peer}").build(small[kind], small[kind].draw(), "")
        for peer in ("by_hand", "chalkgrad")
    )
    np.testing.assert_allclose(
        [by_hand() for _ in range(8)], [chalkgrad() for _ in range(8)], rtol=2e-6
    )


@pytest.mark.parametrize("kind", ["mlp", "lenet", "transformer"])
def test_training_by_hand_lowers_the_loss(load: Any, small: Any, kind: str) -> None:
    step = load("peers.by_hand").build(small[kind], small[kind].draw(), "")
    losses = [step() for _ in range(30)]
    assert all(later < earlier for earlier, later in pairwise(losses))


def test_by_hand_the_hessian_times_v_is_the_product(load: Any, small: Any) -> None:
    inputs = small["hvp"].draw()
    by_hand = load("peers.by_hand")
    H = by_hand.build(small["hessian"], inputs, "")()
    np.testing.assert_allclose(by_hand.build(small["hvp"], inputs, "")(), H @ inputs["v"])


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
    load("peers.products").build(small["mlp"], small["mlp"].draw(), "")()
    cost = load("sweeps").perceptron_cost(small["mlp"])
    assert sum(flops) == cost.flops == 2 * 3 * (2 * 4 * 5 + 3 * 5 * 10)


def test_inputs_are_the_same_every_time(load: Any, small: Any) -> None:
    for work in small.values():
        np.testing.assert_equal(work.draw(), work.draw())


def test_networks_are_of_single_precision(load: Any, small: Any) -> None:
    for kind in ("mlp", "lenet", "transformer"):
        arrays = small[kind].draw()["params"].values()
        assert {array.dtype for array in arrays} == {np.dtype("float32")}


def convolve(np: Any, convolution: Any, params: Any, x: Any) -> Any:
    """Return a layer of LeNet by products of windows."""
    W, b = params[f"{convolution.name}.weight"], params[f"{convolution.name}.bias"]
    p, k = convolution.padding, convolution.kernel
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))
    z = np.maximum(np.einsum("bchwij,ocij->bohw", windows, W) + b[:, None, None], 0)
    batch, channels, height, width = z.shape
    return z.reshape(batch, channels, height // 2, 2, width // 2, 2).max((3, 5))


@pytest.mark.parametrize("kind", ["mlp", "lenet", "transformer"])
def test_the_formulas_give_the_loss_by_hand(load: Any, small: Any, kind: str) -> None:
    """Libraries that are not installed here compute by these formulas."""
    formulas, work, inputs = load("peers.formulas"), small[kind], small[kind].draw()
    data = inputs if kind == "transformer" else {**inputs, "y": formulas.one_hot(work, inputs["y"])}
    entropy = partial(formulas.cross_entropy, np)
    loss = formulas.build_loss(np, work, data, partial(convolve, np), entropy)(inputs["params"])
    by_hand = load("peers.by_hand").build(work, inputs, "")()
    assert loss == pytest.approx(by_hand, rel=2e-6)


def test_a_network_has_the_parameters_of_its_description(load: Any, small: Any) -> None:
    for kind in ("mlp", "lenet"):
        params = small[kind].draw()["params"].values()
        assert [p.shape for p in params] == small[kind].parameters()


def test_titles_are_those_of_the_published_tables(load: Any) -> None:
    page = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text()
    for workload in load("workloads").WORKLOADS.values():
        assert workload.title in page
