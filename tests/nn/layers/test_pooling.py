"""Pooling layers: values by plain windows, settings, errors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import ShapeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 3, 6, 8))


def by_windows(reduce: Callable[..., Any], x: np.ndarray, kernel: int, stride: int) -> np.ndarray:
    rows, cols = ((n - kernel) // stride + 1 for n in x.shape[-2:])
    y = np.empty((*x.shape[:-2], rows, cols))
    for i, j in np.ndindex(rows, cols):
        a, b = i * stride, j * stride
        y[..., i, j] = reduce(x[..., a : a + kernel, b : b + kernel], axis=(-2, -1))
    return y


@pytest.mark.parametrize(
    ("layer", "reduce", "kernel", "stride"),
    [
        (nn.MaxPool2d(2), np.max, 2, 2),
        (nn.MaxPool2d(3, 1), np.max, 3, 1),
        (nn.AvgPool2d(2), np.mean, 2, 2),
        (nn.AvgPool2d(3, 2), np.mean, 3, 2),
    ],
)
def test_values_are_those_of_the_windows(
    layer: nn.Module, reduce: Callable[..., Any], kernel: int, stride: int
) -> None:
    np.testing.assert_allclose(layer(X), by_windows(reduce, X, kernel, stride), rtol=1e-12)
    np.testing.assert_allclose(layer(X[0]), by_windows(reduce, X[0], kernel, stride), rtol=1e-12)


@pytest.mark.parametrize(
    ("one", "two"), [(nn.MaxPool1d, nn.MaxPool2d), (nn.AvgPool1d, nn.AvgPool2d)]
)
def test_one_axis_is_two_of_which_one_is_short(one: Any, two: Any) -> None:
    along = one(3, 2, 1)(X[:, :, 0])
    np.testing.assert_allclose(along, two((1, 3), (1, 2), (0, 1))(X[:, :, :1])[:, :, 0])


def test_settings_reach_the_function() -> None:
    ones, five = np.ones((1, 1, 2, 2)), np.arange(5.0)[None, None]
    assert nn.AvgPool2d(2, padding=1)(ones)[0, 0, 0, 0] == 0.25
    assert nn.AvgPool2d(2, padding=1, count_include_pad=False)(ones)[0, 0, 0, 0] == 1
    assert nn.MaxPool1d(2)(five).tolist() == [[[1, 3]]]
    assert nn.MaxPool1d(2, ceil_mode=True)(five).tolist() == [[[1, 3, 4]]]
    assert nn.AvgPool1d(2, ceil_mode=True)(five).tolist() == [[[0.5, 2.5, 4]]]
    assert nn.MaxPool1d(2, 1, dilation=3)(five).tolist() == [[[3, 4]]]


def test_adaptive_pooling_shares_the_pixels_out() -> None:
    np.testing.assert_allclose(nn.AdaptiveAvgPool2d(1)(X), X.mean(axis=(2, 3), keepdims=True))
    halves = X.reshape(2, 3, 2, 3, 4, 2).mean(axis=(3, 5))
    np.testing.assert_allclose(nn.AdaptiveAvgPool2d((2, 4))(X), halves)
    assert nn.AdaptiveAvgPool2d((None, 3))(X[0]).shape == (3, 6, 3)


def test_reprs() -> None:
    assert [
        repr(p) for p in (nn.MaxPool2d(2), nn.AvgPool2d((3, 2), 1), nn.AdaptiveAvgPool2d(1))
    ] == [
        "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
        "AvgPool2d(kernel_size=(3, 2), stride=1, padding=0)",
        "AdaptiveAvgPool2d(output_size=1)",
    ]


@pytest.mark.parametrize(
    ("layer", "wanted"),
    [
        (nn.MaxPool1d(2), "(N, C, L) or (C, L)"),
        (nn.AvgPool1d(2), "(N, C, L) or (C, L)"),
        (nn.MaxPool2d(2), "(N, C, H, W) or (C, H, W)"),
        (nn.AvgPool2d(2), "(N, C, H, W) or (C, H, W)"),
        (nn.AdaptiveAvgPool2d(2), "(N, C, H, W) or (C, H, W)"),
    ],
    ids=repr,
)
def test_other_axes_are_refused(layer: nn.Module, wanted: str) -> None:
    for shape in ((4,), (2, 3, 4, 4, 4)):
        with pytest.raises(ShapeError) as refusal:
            layer(np.ones(shape))
        assert str(refusal.value) == f"{layer} needs inputs of shape {wanted}, got shape {shape}"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.MaxPool2d(0), "MaxPool2d needs kernel_size to be one number or 2, at least 1"),
        (lambda: nn.AvgPool1d((2, 2)), r"kernel_size to be one number, at least 1, got \(2, 2\)"),
        (lambda: nn.MaxPool1d(2, 0), "stride to be one number, at least 1, got 0"),
        (lambda: nn.AvgPool2d(2, padding=-1), "padding to be one number or 2, at least 0, got -1"),
        (lambda: nn.MaxPool2d(3, padding=2), "at most half of the kernel, got kernel_size=3 and p"),
        (lambda: nn.MaxPool2d(3, dilation=0), "dilation to be one number or 2, at least 1, got 0"),
        (lambda: nn.MaxPool2d(3, return_indices=True), "gives no indices, got return_indices=True"),
        (lambda: nn.AdaptiveAvgPool2d((0, None)), "output_size to be one number or 2, at least 1"),
    ],
)
def test_settings_that_make_no_layer_are_refused(
    make: Callable[[], nn.Module], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
