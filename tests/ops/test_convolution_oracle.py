"""The same numbers as PyTorch's: convolution and pooling, with their gradients."""

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor

torch = pytest.importorskip("torch", reason="PyTorch serves as the oracle: make test-oracle")
pytestmark = pytest.mark.oracle

RNG = np.random.default_rng(0)


def compare(name: str, operands: list[Any], params: dict[str, Any]) -> None:
    """Value and gradients of the function that both libraries call `name`."""
    ours = [Tensor(x, requires_grad=True) for x in operands]
    theirs = [torch.tensor(x, requires_grad=True) for x in operands]
    y = getattr(autograd, name)(*ours, **params)
    expected = getattr(torch.nn.functional, name)(*theirs, **params)
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    g = RNG.normal(size=y.shape)
    y.backward(g)
    expected.backward(torch.tensor(g))
    for x, t in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x.grad, t.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize(
    ("x", "w", "params"),
    [
        ((2, 3, 9, 8), (4, 3, 3, 2), {}),
        ((2, 4, 9, 8), (6, 2, 3, 3), {"groups": 2, "padding": 1}),
        ((1, 2, 9, 8), (2, 1, 2, 3), {"groups": 2, "stride": (2, 3), "padding": (1, 2)}),
        ((2, 2, 9, 8), (3, 2, 3, 2), {"dilation": (2, 3), "padding": "same"}),
        ((2, 2, 9, 8), (3, 2, 4, 3), {"dilation": 2, "stride": 2, "padding": 3}),
        ((3, 9, 8), (4, 3, 1, 1), {"padding": "valid"}),
        ((2, 3, 9), (4, 3, 4), {"stride": 2, "padding": 2, "dilation": 2}),
        ((2, 4, 9), (4, 1, 3), {"groups": 4, "padding": "same"}),
    ],
)
def test_convolution(x: tuple[int, ...], w: tuple[int, ...], params: dict[str, Any]) -> None:
    operands = [RNG.normal(size=shape) for shape in (x, w, w[:1])]
    compare(f"conv{len(w) - 2}d", operands, params)


@pytest.mark.parametrize(
    ("x", "w", "params"),
    [
        ((2, 3, 4, 5), (3, 4, 3, 2), {}),
        ((2, 4, 4, 5), (4, 3, 3, 3), {"groups": 2, "stride": 2, "padding": 1}),
        ((1, 2, 4, 5), (2, 1, 2, 3), {"stride": (2, 3), "output_padding": (1, 2)}),
        ((2, 2, 4, 5), (2, 1, 3, 2), {"dilation": (2, 3), "output_padding": (1, 2), "padding": 1}),
        ((2, 3, 5), (3, 2, 4), {"stride": 3, "padding": 2, "output_padding": 2, "dilation": 2}),
    ],
)
def test_transposed_convolution(
    x: tuple[int, ...], w: tuple[int, ...], params: dict[str, Any]
) -> None:
    outputs = w[1] * params.get("groups", 1)
    operands = [RNG.normal(size=shape) for shape in (x, w, (outputs,))]
    compare(f"conv_transpose{len(w) - 2}d", operands, params)


@pytest.mark.parametrize(
    ("name", "x", "params"),
    [
        ("max_pool2d", (2, 3, 9, 8), {"kernel_size": 2}),
        ("max_pool2d", (2, 3, 9, 8), {"kernel_size": (3, 2), "stride": 2, "padding": 1}),
        ("max_pool2d", (2, 3, 9, 8), {"kernel_size": 3, "dilation": 2, "stride": 1, "padding": 1}),
        ("max_pool2d", (3, 9, 8), {"kernel_size": 3, "stride": (2, 3), "ceil_mode": True}),
        ("max_pool2d", (3, 9, 8), {"kernel_size": 2, "stride": 4, "padding": 1, "ceil_mode": True}),
        ("max_pool2d", (3, 9, 7), {"kernel_size": 2, "stride": 3, "dilation": 2,
                                   "ceil_mode": True}),
        ("max_pool1d", (2, 3, 9), {"kernel_size": 4, "padding": 2, "ceil_mode": True}),
        ("avg_pool2d", (2, 3, 9, 8), {"kernel_size": 2}),
        ("avg_pool2d", (2, 3, 9, 8), {"kernel_size": (3, 2), "stride": 2, "padding": 1}),
        ("avg_pool2d", (2, 3, 9, 8), {"kernel_size": 3, "padding": 1, "ceil_mode": True}),
        ("avg_pool2d", (2, 3, 9, 8), {"kernel_size": 3, "padding": 1, "ceil_mode": True,
                                      "count_include_pad": False}),
        ("avg_pool2d", (3, 9, 8), {"kernel_size": 4, "stride": 3, "padding": 2, "ceil_mode": True}),
        ("avg_pool1d", (2, 3, 9), {"kernel_size": 4, "padding": 2, "ceil_mode": True}),
        ("adaptive_avg_pool2d", (2, 3, 9, 8), {"output_size": (4, 3)}),
        ("adaptive_avg_pool2d", (2, 3, 9, 8), {"output_size": (None, 16)}),
        ("adaptive_avg_pool2d", (3, 9, 8), {"output_size": 1}),
        ("unfold", (2, 3, 9, 8), {"kernel_size": (2, 3), "stride": 2, "padding": (1, 0)}),
        ("unfold", (2, 3, 9, 8), {"kernel_size": 2, "dilation": 3}),
        ("fold", (2, 12, 20), {"output_size": (8, 9), "kernel_size": 2, "stride": 2,
                               "padding": (0, 1)}),
    ],
)  # fmt: skip
def test_pooling(name: str, x: tuple[int, ...], params: dict[str, Any]) -> None:
    compare(name, [RNG.normal(size=x)], params)
