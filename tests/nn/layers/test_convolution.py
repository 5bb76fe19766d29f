"""Convolutional layers: values by plain sums, shapes, random starts, errors."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

import nn
from autograd import ShapeError

RNG = np.random.default_rng(0)


def by_sums(layer: nn.Conv2d, x: np.ndarray, padding: tuple[int, int]) -> np.ndarray:
    """Return the definition, entry by entry."""
    w, (s, t), (d, e) = layer.weight.data, layer.stride, layer.dilation
    x = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)])
    rows = (x.shape[2] - d * (w.shape[2] - 1) - 1) // s + 1
    cols = (x.shape[3] - e * (w.shape[3] - 1) - 1) // t + 1
    y = np.zeros((len(x), len(w), rows, cols))
    per_group = len(w) // layer.groups
    for o, i, j in product(range(len(w)), range(rows), range(cols)):
        first = o // per_group * w.shape[1]
        for c, k, m in product(*map(range, w.shape[1:])):
            y[:, o, i, j] += w[o, c, k, m] * x[:, first + c, s * i + d * k, t * j + e * m]
    return y if layer.bias is None else y + layer.bias.data[:, None, None]


@pytest.mark.parametrize(
    ("layer", "padding"),
    [
        (nn.Conv2d(4, 6, 3, dtype=np.float64, seed=0), (0, 0)),
        (nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), dtype=np.float64, seed=0), (1, 2)),
        (nn.Conv2d(4, 6, 3, dilation=(2, 1), groups=2, bias=False, dtype=np.float64), (0, 0)),
        (nn.Conv2d(4, 4, 3, padding="same", groups=4, dtype=np.float64), (1, 1)),
    ],
    ids=repr,
)
def test_values_are_the_sums_of_the_definition(layer: nn.Conv2d, padding: tuple[int, int]) -> None:
    x = RNG.normal(size=(2, 4, 7, 6))
    expected = by_sums(layer, x, padding)
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(layer(x[1]).data, expected[1], rtol=1e-10, atol=1e-12)


def test_one_axis_is_two_of_which_one_is_short() -> None:
    one = nn.Conv1d(4, 6, 3, 2, 1, dtype=np.float64, seed=0)
    two = nn.Conv2d(4, 6, (1, 3), (1, 2), (0, 1), dtype=np.float64, seed=0)
    two.load_state_dict(
        {k: v.reshape(two.state_dict()[k].shape) for k, v in one.state_dict().items()}
    )
    x = RNG.normal(size=(2, 4, 9))
    np.testing.assert_allclose(one(x).data, two(x[:, :, None]).data[:, :, 0], rtol=1e-12)


@pytest.mark.parametrize(
    "settings", [(3,), (3, 2), (3, 2, 1), (2, 3, 0, 1, 2), ((3, 2), (1, 2), (1, 0), 1, 1)]
)
def test_the_transpose_is_the_transpose(settings: tuple[int, ...]) -> None:
    """<conv(x), g> = <x, conv_transpose(g)> with the same weight."""
    kernel, stride, padding, dilation, groups = (*settings, *(1, 0, 1, 1)[len(settings) - 1 :])
    options = {"bias": False, "dtype": np.float64}
    conv = nn.Conv2d(4, 6, kernel, stride, padding, dilation, groups, **options)
    back = nn.ConvTranspose2d(
        6, 4, kernel, stride, padding, 0, groups, dilation=dilation, **options
    )
    back.load_state_dict(conv.state_dict())
    x = RNG.normal(size=(2, 4, 9, 9))
    y = conv(x).data
    g = RNG.normal(size=y.shape)
    returned = back(g).data
    # Rows and columns that the strides leave out get nothing from the result.
    seen = x[:, :, : returned.shape[2], : returned.shape[3]]
    assert np.sum(y * g) == pytest.approx(np.sum(seen * returned), rel=1e-10)


def test_output_padding_makes_the_result_longer() -> None:
    shapes = [nn.ConvTranspose1d(1, 1, 3, 2, 1, extra)(np.ones((1, 5))).shape for extra in (0, 1)]
    assert shapes == [(1, 9), (1, 10)]


@pytest.mark.parametrize(
    ("layer", "shape", "fan_in"),
    [
        (nn.Conv1d(20, 60, 5, groups=2, seed=0), (60, 10, 5), 50),
        (nn.Conv2d(20, 40, (3, 4), seed=0), (40, 20, 3, 4), 240),
        (nn.ConvTranspose1d(20, 60, 5, groups=2, seed=0), (20, 30, 5), 150),
        (nn.ConvTranspose2d(20, 40, (3, 4), seed=0), (20, 40, 3, 4), 480),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, nn.Module) else "",
)
def test_weight_and_bias_start_uniform_by_their_fan_in(
    layer: nn.Module, shape: tuple[int, ...], fan_in: int
) -> None:
    state = layer.state_dict()
    assert {k: (v.shape, v.dtype) for k, v in state.items()} == {
        "weight": (shape, np.float32),
        "bias": ((layer.out_channels,), np.float32),
    }
    for value in state.values():
        assert 0.8 / np.sqrt(fan_in) < np.abs(value).max() <= np.float32(1 / np.sqrt(fan_in))
        assert abs(value.mean()) < 0.25 / np.sqrt(fan_in)


def test_the_seed_decides_the_start() -> None:
    same = [nn.Conv2d(2, 3, 2, seed=s).state_dict() for s in (7, np.random.default_rng(7), 8)]
    for name in ("weight", "bias"):
        np.testing.assert_array_equal(same[0][name], same[1][name])
        assert not np.array_equal(same[0][name], same[2][name])


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (nn.Conv1d(4, 6, 3), "Conv1d(4, 6, kernel_size=(3,), stride=(1,))"),
        (
            nn.Conv2d(4, 6, 3, 1, "same", 2, 2, False),
            "Conv2d(4, 6, kernel_size=(3, 3), stride=(1, 1), padding='same', dilation=(2, 2), "
            "groups=2, bias=False)",
        ),
        (
            nn.ConvTranspose2d(4, 6, (3, 2), 2, 0, 1),
            "ConvTranspose2d(4, 6, kernel_size=(3, 2), stride=(2, 2), output_padding=(1, 1))",
        ),
    ],
)
def test_reprs(layer: nn.Module, text: str) -> None:
    assert repr(layer) == text


# Errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "wanted"),
    [
        (nn.Conv1d(3, 2, 2), "(N, 3, L) or (3, L)"),
        (nn.Conv2d(3, 2, 2), "(N, 3, H, W) or (3, H, W)"),
        (nn.ConvTranspose1d(3, 2, 2), "(N, 3, L) or (3, L)"),
        (nn.ConvTranspose2d(3, 2, 2), "(N, 3, H, W) or (3, H, W)"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("shape", [(3,), (2, 4), (5, 4, 8), (5, 4, 8, 8), (1, 5, 3, 8, 8)])
def test_other_channels_and_axes_are_refused(
    layer: nn.Module, wanted: str, shape: tuple[int, ...]
) -> None:
    with pytest.raises(ShapeError) as refusal:
        layer(np.ones(shape))
    assert str(refusal.value) == f"{layer} needs inputs of shape {wanted}, got shape {shape}"


def test_an_image_smaller_than_the_kernel_is_refused() -> None:
    with pytest.raises(
        ShapeError, match=r"kernel spans \(3, 3\) entries, but the input has \(2, 8\)"
    ):
        nn.Conv2d(1, 1, 3)(np.ones((1, 2, 8)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Conv2d(0, 2, 3), "Conv2d needs sizes of at least 1, got in_channels=0 and out"),
        (lambda: nn.Conv1d(3, 2, 3, groups=0), "got in_channels=3 and out_channels=2 and groups=0"),
        (lambda: nn.Conv2d(4, 3, 3, groups=2), "into 2 equal groups, got in_channels=4 and out_ch"),
        (
            lambda: nn.Conv2d(3, 2, (3, 3, 3)),
            r"kernel_size to be one number or 2, at least 1, got \(",
        ),
        (lambda: nn.Conv1d(3, 2, 0), "kernel_size to be one number, at least 1, got 0"),
        (lambda: nn.Conv2d(3, 2, 3, 0), "stride to be one number or 2, at least 1, got 0"),
        (lambda: nn.Conv2d(3, 2, 3, 1, -1), "padding to be one number or 2, at least 0, got -1"),
        (lambda: nn.Conv2d(3, 2, 3, dilation=0), "dilation to be one number or 2, at least 1"),
        (lambda: nn.Conv2d(3, 2, 3, 1, "full"), "to be numbers, 'same' or 'valid', got 'full'"),
        (lambda: nn.Conv2d(3, 2, 3, 2, "same"), r"padding='same' needs stride 1, got \(2, 2\)"),
        (
            lambda: nn.Conv2d(3, 2, 3, padding_mode="reflect"),
            "pads with zeros only, got padding_mode='reflect'; pad its input with np.pad",
        ),
        (
            lambda: nn.ConvTranspose2d(3, 2, 3, 2, 0, 2),
            r"output_padding smaller than stride or dilation, got output_padding=\(2, 2\)",
        ),
    ],
)
def test_settings_that_make_no_layer_are_refused(
    make: Callable[[], nn.Module], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
