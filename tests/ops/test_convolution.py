"""Convolution against loops written out, `np.convolve` and differences; its errors."""

import tracemalloc
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import (
    ShapeError,
    Tensor,
    conv1d,
    conv2d,
    conv_transpose1d,
    conv_transpose2d,
    explain,
    grad,
    gradcheck,
    vjp,
)
from autograd.ops.shared import sliding
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)


def naive(
    x: Any,
    w: Any,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    groups: int,
) -> Any:
    """Return the defining sum, one entry after the other."""
    x = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)])
    kernel = w.shape[2:]
    positions = [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(x.shape[2:], kernel, stride, dilation, strict=True)
    ]
    per_group = w.shape[0] // groups
    y = np.zeros((x.shape[0], w.shape[0], *positions))
    for n, o, c in product(range(x.shape[0]), range(w.shape[0]), range(w.shape[1])):
        channel = o // per_group * w.shape[1] + c
        for p in np.ndindex(*positions):
            for k in np.ndindex(*kernel):
                at = tuple(s * i + d * j for s, i, d, j in zip(stride, p, dilation, k, strict=True))
                y[(n, o, *p)] += x[(n, channel, *at)] * w[(o, c, *k)]
    return y


@st.composite
def layers(draw: Any, axes: int) -> dict[str, Any]:
    """Shapes and parameters of a small layer."""

    def numbers(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.integers(low, high)) for _ in range(axes))

    layer = {
        "groups": draw(st.integers(1, 3)),
        "size": numbers(1, 6),
        "kernel": numbers(1, 3),
        "stride": numbers(1, 3),
        "padding": numbers(0, 2),
        "dilation": numbers(1, 2),
        "channels": tuple(draw(st.integers(1, 2)) for _ in range(2)),
        "samples": draw(st.integers(0, 2)),
    }
    along = (layer[a] for a in ("size", "kernel", "padding", "dilation"))
    assume(all(n + 2 * p >= d * (k - 1) + 1 for n, k, p, d in zip(*along, strict=True)))
    return layer


def operands(layer: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    inputs, outputs = (c * layer["groups"] for c in layer["channels"])
    x = RNG.normal(size=(layer["samples"], inputs, *layer["size"]))
    w = RNG.normal(size=(outputs, layer["channels"][0], *layer["kernel"]))
    return x, w, {k: layer[k] for k in ("stride", "padding", "dilation", "groups")}


# Few bytes make several blocks even of small layers.
BLOCKS = st.sampled_from([1, 500, sliding.BLOCK])


@settings(max_examples=150, deadline=None)
@given(layer=st.one_of(layers(1), layers(2)), block=BLOCKS)
def test_convolution_is_the_sum_that_defines_it(layer: dict[str, Any], block: int) -> None:
    x, w, params = operands(layer)
    conv = conv1d if w.ndim == 3 else conv2d
    b = RNG.normal(size=w.shape[0])
    expected = naive(x, w, **params) + b.reshape(-1, *(1,) * (w.ndim - 2))
    with patch.object(sliding, "BLOCK", block):
        y = conv(x, w, b, **params)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(layer=st.one_of(layers(1), layers(2)), block=BLOCKS)
def test_transposed_convolution_is_the_transpose(layer: dict[str, Any], block: int) -> None:
    """`<conv(x, w), g> = <x, conv_transpose(g, w)>`, the remainder put into output_padding."""
    x, w, params = operands(layer)
    conv, transpose = (conv1d, conv_transpose1d) if w.ndim == 3 else (conv2d, conv_transpose2d)
    y = conv(x, w, **params)
    g = RNG.normal(size=y.shape)
    names = ("size", "kernel", "stride", "padding", "dilation")
    extra = tuple(
        (n + 2 * p - d * (k - 1) - 1) % s
        for n, k, s, p, d in zip(*(layer[a] for a in names), strict=True)
    )
    with patch.object(sliding, "BLOCK", block):
        back = transpose(g, w, output_padding=extra, **params)
        slopes = vjp(lambda w: conv(x, w, **params), w)[1](g)
    assert back.shape == x.shape
    np.testing.assert_allclose(np.sum(x * back), np.sum(y * g), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(np.sum(w * slopes), np.sum(y * g), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("x", "w", "padding"),
    [
        # Few channels of many positions, many channels, and many more outputs than inputs.
        ((64, 1, 28, 28), (6, 1, 5, 5), 2),
        ((16, 32, 16, 16), (64, 32, 3, 3), 1),
        ((16, 2, 16, 16), (32, 2, 3, 3), 0),
        ((8, 64, 8, 8), (128, 64, 1, 1), 0),
    ],
)
def test_large_layers_are_computed_in_parts(
    x: tuple[int, ...], w: tuple[int, ...], padding: int
) -> None:
    """However they are cut up, all three products are the one sum."""
    image, weight = RNG.normal(size=x), RNG.normal(size=w)
    framed = np.pad(image, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    seen = np.lib.stride_tricks.sliding_window_view(framed, w[2:], axis=(2, 3))
    y, pullback = vjp(lambda x, w: conv2d(x, w, padding=padding), image, weight)
    g = RNG.normal(size=y.shape)
    np.testing.assert_allclose(
        y, np.einsum("ncpqij,ocij->nopq", seen, weight, optimize=True), rtol=1e-10, atol=1e-10
    )
    of_x, of_w = pullback(g)
    np.testing.assert_allclose(
        of_w, np.einsum("ncpqij,nopq->ocij", seen, g, optimize=True), rtol=1e-10, atol=1e-10
    )
    spread = np.zeros_like(framed)
    for i, j in np.ndindex(*w[2:]):
        entry = np.einsum("nopq,oc->ncpq", g, weight[:, :, i, j], optimize=True)
        spread[:, :, i : i + y.shape[2], j : j + y.shape[3]] += entry
    inside = (..., *(slice(padding, padding + n) for n in x[2:]))
    np.testing.assert_allclose(of_x, spread[inside], rtol=1e-10, atol=1e-10)


@settings(max_examples=15, deadline=None)
@given(layer=st.one_of(layers(1), layers(2)))
def test_derivatives_to_second_order(layer: dict[str, Any]) -> None:
    x, w, params = operands({**layer, "samples": 1, "channels": (1, 1)})
    assume(x.size * w.size < 200)
    conv = conv1d if w.ndim == 3 else conv2d
    assert_derivatives(lambda x, w, b: conv(x, w, b, **params), x, w, RNG.normal(size=w.shape[0]))


@pytest.mark.parametrize(
    ("transpose", "g", "w", "params"),
    [
        (conv_transpose1d, (2, 2, 3), (2, 1, 3), {"stride": 2, "output_padding": 1}),
        (conv_transpose1d, (1, 2, 3), (2, 2, 2), {"groups": 2, "padding": 1}),
        # More output padding than stride: the dilation allows it.
        (conv_transpose1d, (1, 1, 3), (1, 1, 2), {"dilation": 3, "output_padding": 2}),
        (conv_transpose2d, (1, 2, 2, 3), (2, 1, 2, 2), {"stride": (2, 1), "padding": (0, 1)}),
    ],
)
def test_derivatives_of_transposed_convolution(
    transpose: Any, g: tuple[int, ...], w: tuple[int, ...], params: dict[str, Any]
) -> None:
    b = RNG.normal(size=w[1] * params.get("groups", 1))
    assert_derivatives(
        lambda g, w, b: transpose(g, w, b, **params), RNG.normal(size=g), RNG.normal(size=w), b
    )


def test_third_derivatives_close_the_family() -> None:
    """`conv(x, x)` is a square, and the third derivative of its square is that of a polynomial."""
    x, v = RNG.normal(size=(1, 1, 3, 3)), RNG.normal(size=(1, 1, 3, 3))

    def f(x: Any) -> Any:
        return np.sum(conv2d(x, x[:, :, :2, :2]) ** 2)

    def along(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda x: np.sum(grad(f)(x) * v)

    expected = np.dot([-0.5, 1, 0, -1, 0.5], [f(x + t * v) for t in range(-2, 3)])
    np.testing.assert_allclose(along(along(along(f)))(x), expected, rtol=1e-9)


@pytest.mark.parametrize(("n", "k"), [(7, 3), (5, 1), (4, 4)])
def test_one_axis_is_numpy_correlate_and_convolve(n: int, k: int) -> None:
    x, w = RNG.normal(size=n), RNG.normal(size=k)
    valid = conv1d(x[None, None], w[None, None])[0, 0]
    np.testing.assert_allclose(valid, np.correlate(x, w, "valid"), rtol=1e-12, atol=1e-14)
    turned = conv1d(x[None, None], w[None, None, ::-1])[0, 0]
    np.testing.assert_allclose(turned, np.convolve(x, w, "valid"), rtol=1e-12, atol=1e-14)
    full = conv_transpose1d(x[None, None], w[None, None])[0, 0]
    np.testing.assert_allclose(full, np.convolve(x, w, "full"), rtol=1e-12, atol=1e-14)


def test_same_padding_keeps_the_size_and_puts_the_odd_entry_behind() -> None:
    x, w = RNG.normal(size=(1, 1, 5, 6)), RNG.normal(size=(1, 1, 3, 4))
    y = conv2d(x, w, padding="same")
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 2)])
    np.testing.assert_allclose(y, conv2d(padded, w, padding="valid"))
    assert y.shape == x.shape
    np.testing.assert_allclose(y, conv2d(x, w, padding=((1, 1), (1, 2))))


def test_one_sample_is_a_batch_of_one() -> None:
    x, w, b = RNG.normal(size=(2, 5, 4)), RNG.normal(size=(3, 2, 2, 2)), RNG.normal(size=3)
    np.testing.assert_array_equal(conv2d(x, w, b), conv2d(x[None], w, b)[0])
    np.testing.assert_array_equal(conv_transpose1d(x[0], RNG.normal(size=(5, 2, 3))).shape, (2, 6))
    gradcheck(lambda x: conv2d(x, w, b), x, order=1)


def test_lists_and_mixtures_are_taken() -> None:
    w = Tensor([[[1.0, -1.0]]], requires_grad=True)
    y = conv1d([[[1.0, 4.0, 9.0]]], w, [0.5])
    np.testing.assert_array_equal(y.data, [[[-2.5, -4.5]]])
    y.backward(np.ones((1, 1, 2)))
    np.testing.assert_array_equal(w.grad, [[[5.0, 13.0]]])


@pytest.mark.parametrize("layout", ["batch last", "reversed", "strided"])
def test_memory_layout_does_not_matter(layout: str) -> None:
    x = RNG.normal(size=(3, 2, 5, 4))
    view = {
        "batch last": np.moveaxis(np.moveaxis(x, 0, -1).copy(), -1, 0),
        "reversed": x[::-1, ::-1, ::-1, ::-1],
        "strided": np.repeat(x, 2, axis=3)[..., ::2],
    }[layout]
    w = RNG.normal(size=(2, 2, 3, 2))
    np.testing.assert_array_equal(conv2d(view, w), conv2d(view.copy(), w))
    g = RNG.normal(size=(3, 2, 3, 3))
    of_view, of_copy = (vjp(lambda x: conv2d(x, w), a)[1](g) for a in (view, view.copy()))
    np.testing.assert_array_equal(of_view, of_copy)


def test_operands_and_results_share_no_memory() -> None:
    """A kernel of one entry copies no columns, and must still not hand out its operands."""
    x = RNG.normal(size=(1, 2, 3, 3))
    before = x.copy()
    y = conv2d(x, np.ones((1, 2, 1, 1)))
    y += 1
    np.testing.assert_array_equal(x, before)


def test_large_batches_do_not_fill_the_memory_with_columns() -> None:
    x = np.ones((8, 16, 64, 64), np.float32)
    w = np.ones((16, 16, 3, 3), np.float32)
    tracemalloc.start()
    y, pullback = vjp(lambda x, w: conv2d(x, w, padding=1), x, w)
    pullback(y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    columns = 9 * x.nbytes
    assert peak < columns


def test_explanations_say_what_is_not_usual() -> None:
    """How windows are written in formulas and pictures."""
    x, w = Tensor(np.ones((1, 1, 9, 9)), requires_grad=True, name="x"), np.ones((2, 1, 3, 2))
    for params, text in (
        ({}, "over=<3×2>"),
        ({"stride": (2, 1), "padding": 1}, "over=<3×2, stride 2×1, padding 1×1>"),
        ({"dilation": 2, "padding": "same"}, "over=<3×2, dilation 2×2, padding 2×1>"),
        ({"padding": "same"}, "over=<3×2, padding 1×0:1>"),
    ):
        shown = str(explain(conv2d(x, w, **params)[0, 0, 0, 0]))
        assert f"conv(x, 2×1×3×2, norm 3.464, {text})" in shown


def test_float32_stays_float32() -> None:
    x = Tensor(np.ones((2, 1, 6, 6), np.float32), requires_grad=True)
    w = Tensor(np.ones((3, 1, 3, 3), np.float32), requires_grad=True)
    b = Tensor(np.ones(3, np.float32), requires_grad=True)
    np.sum(conv2d(x, w, b, stride=2, padding=1)).backward()
    assert {x.grad.dtype, w.grad.dtype, b.grad.dtype} == {np.dtype(np.float32)}


X, W = np.ones((1, 2, 4, 4)), np.ones((4, 2, 3, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conv2d(np.ones((1, 3, 4, 4)), W),
         r"weight of shape \(4, 2, 3, 3\), on an input of shape \(1, 3, 4, 4\): the input has 3 "
         r"channels, but the weight is for 2"),
        (lambda: conv2d(X, W, groups=2), r"weight is for 4 \(axis 1, times groups=2\)"),
        (lambda: conv2d(X, W, groups=3), r"axis 0 of the weight must be a multiple of groups=3"),
        (lambda: conv2d(X, W, groups=0), r"multiple of groups=0"),
        (lambda: conv2d(X, W, dilation=2),
         r"spans \(5, 5\) entries, but the input has \(4, 4\) with its padding; use a smaller"),
        (lambda: conv2d(X, W, np.ones(3)), r"4 output channels take a bias of shape \(4,\), got "),
        (lambda: conv2d(X[0, 0], W), r"input of shape \(N, C, H, W\) or \(C, H, W\), got \(4, 4\)"),
        (lambda: conv1d(X, W[0]), r"\(N, C, L\) or \(C, L\), got \(1, 2, 4, 4\)"),
        (lambda: conv2d(X, W[0]), r"weight of shape \(2, 3, 3\): it needs 4 axes"),
        (lambda: conv2d(X, W, stride=0), "stride must be at least 1, got 0"),
        (lambda: conv2d(X, W, stride=(1, 1, 1)), "stride has 3 numbers for 2 spatial axes"),
        (lambda: conv2d(X, W, padding=-1), "padding must be at least 0, got -1"),
        (lambda: conv2d(X, W, padding=(1,)), "padding has 1 parts for 2 spatial axes"),
        (lambda: conv2d(X, W, padding="full"), "padding is a number, 'same' or 'valid'"),
        (lambda: conv2d(X, W, padding="same", stride=2), "padding='same' needs stride 1"),
        (lambda: conv_transpose2d(X, W), r"weight is for 4 \(axis 0\)"),
        (lambda: conv_transpose2d(X, W[:2], output_padding=1), "must be smaller than stride=1"),
        (lambda: conv_transpose2d(X, W[:2], padding=3), r"would have size \(0, 0\)"),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        call()
