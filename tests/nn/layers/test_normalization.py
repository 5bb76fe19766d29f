"""Normalization layers: values by hand, running statistics, modes, errors."""

from collections.abc import Callable

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor
from nn import functional as F

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(3.0, 2.0, size=(5, 4, 3, 2))
F64 = {"dtype": np.float64}


def standard(x: np.ndarray, axis: tuple[int, ...], eps: float = 1e-5) -> np.ndarray:
    mean, var = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def with_parameters(layer: nn.Module) -> tuple[nn.Module, np.ndarray, np.ndarray]:
    shape = layer.weight.shape
    w, b = RNG.normal(size=shape), RNG.normal(size=shape)
    layer.weight.assign(w)
    if layer.bias is not None:
        layer.bias.assign(b)
    return layer, w, b


def test_batch_norm_normalizes_channels() -> None:
    layer, w, b = with_parameters(nn.BatchNorm2d(4, **F64))
    expected = standard(IMAGES, (0, 2, 3)) * w[:, None, None] + b[:, None, None]
    np.testing.assert_allclose(layer(IMAGES).data, expected, rtol=1e-12)
    layer, w, b = with_parameters(nn.BatchNorm1d(4, 1e-2, **F64))
    for x, axes in ((IMAGES[:, :, 0, 0], (0,)), (IMAGES[..., 0], (0, 2))):
        scale, shift = (p.reshape(-1, *(1,) * (x.ndim - 2)) for p in (w, b))
        np.testing.assert_allclose(
            layer(x).data, standard(x, axes, 1e-2) * scale + shift, rtol=1e-12
        )


@pytest.mark.parametrize("momentum", [0.1, 0.7, None])
def test_running_statistics_follow_the_batches(momentum: float | None) -> None:
    layer = nn.BatchNorm2d(4, momentum=momentum, **F64)
    mean, var = np.zeros(4), np.ones(4)
    for step in range(1, 4):
        x = RNG.normal(step, 2.0, size=(5, 4, 3, 2))
        layer(x)
        m = 1 / step if momentum is None else momentum
        mean = (1 - m) * mean + m * x.mean(axis=(0, 2, 3))
        var = (1 - m) * var + m * x.var(axis=(0, 2, 3), ddof=1)
        np.testing.assert_allclose(layer.running_mean.data, mean, rtol=1e-12)
        np.testing.assert_allclose(layer.running_var.data, var, rtol=1e-12)
        assert layer.num_batches_tracked.item() == step
    before = layer.state_dict()
    expected = (IMAGES - mean[:, None, None]) / np.sqrt(var[:, None, None] + 1e-5)
    np.testing.assert_allclose(layer.eval()(IMAGES).data, expected, rtol=1e-12)
    # One image alone is fine there, and nothing is followed.
    assert layer(IMAGES[:1, :, :1, :1]).shape == (1, 4, 1, 1)
    assert all(np.array_equal(before[name], value) for name, value in layer.state_dict().items())


def test_the_state_has_pytorch_s_names_in_its_order() -> None:
    names = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    layer = nn.BatchNorm1d(3)
    assert list(layer.state_dict()) == names
    assert layer.state_dict()["num_batches_tracked"].dtype == np.int64
    assert [name for name, _ in layer.named_parameters()] == names[:2]
    assert list(nn.BatchNorm1d(3, affine=False).state_dict()) == names[2:]
    assert list(nn.BatchNorm1d(3, track_running_stats=False).state_dict()) == names[:2]
    assert list(nn.BatchNorm1d(3, bias=False).state_dict()) == [names[0], *names[2:]]


def test_without_running_statistics_evaluation_normalizes_too() -> None:
    layer = nn.BatchNorm2d(4, track_running_stats=False, **F64).eval()
    np.testing.assert_allclose(layer(IMAGES).data, standard(IMAGES, (0, 2, 3)), rtol=1e-12)


def test_a_backward_pass_after_another_batch_is_no_stale_one() -> None:
    layer, x = nn.BatchNorm1d(4, **F64), Tensor(IMAGES[:, :, 0, 0], requires_grad=True)
    loss = np.sum(layer(x) ** 3)
    layer(x)
    loss.backward()
    assert x.grad is not None


@pytest.mark.parametrize(
    ("shape", "axes"), [(2, (-1,)), ([3, 2], (-2, -1)), ((4, 3, 2), (1, 2, 3))]
)
def test_layer_norm_normalizes_the_last_axes(shape: object, axes: tuple[int, ...]) -> None:
    layer, w, b = with_parameters(nn.LayerNorm(shape, **F64))
    np.testing.assert_allclose(layer(IMAGES).data, standard(IMAGES, axes) * w + b, rtol=1e-12)
    plain = nn.LayerNorm(shape, 0.1, elementwise_affine=False)
    np.testing.assert_allclose(plain(IMAGES), standard(IMAGES, axes, 0.1), rtol=1e-12)
    assert list(plain.state_dict()) == []
    assert list(nn.LayerNorm(shape, bias=False).state_dict()) == ["weight"]


@pytest.mark.parametrize("eps", [None, 0.1])
def test_rms_norm_divides_by_the_root_of_the_mean_square(eps: float | None) -> None:
    layer, w, _ = with_parameters(nn.RMSNorm((3, 2), eps, **F64))
    square = np.mean(IMAGES**2, axis=(2, 3), keepdims=True)
    expected = IMAGES / np.sqrt(square + (2.0**-52 if eps is None else eps)) * w
    np.testing.assert_allclose(layer(IMAGES).data, expected, rtol=1e-12)


def test_without_eps_rms_norm_takes_that_of_the_input_s_dtype() -> None:
    x = np.full(2, 1e-6, np.float32)
    expected = 1e-6 / np.sqrt(1e-12 + np.finfo(np.float32).eps)
    np.testing.assert_allclose(F.rms_norm(x, [2]), expected, rtol=1e-5)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_group_norm_normalizes_groups_of_channels(groups: int) -> None:
    layer, w, b = with_parameters(nn.GroupNorm(groups, 4, **F64))
    grouped = IMAGES.reshape(5, groups, 4 // groups, 3, 2)
    normal = standard(grouped, (2, 3, 4)).reshape(IMAGES.shape)
    expected = normal * w[:, None, None] + b[:, None, None]
    np.testing.assert_allclose(layer(IMAGES).data, expected, rtol=1e-12)
    assert list(nn.GroupNorm(groups, 4, affine=False).state_dict()) == []


def test_large_means_do_not_cancel() -> None:
    x = (IMAGES + 1000).astype(np.float32)
    for layer in (nn.BatchNorm2d(4), nn.LayerNorm((4, 3, 2))):
        axes = (0, 2, 3) if isinstance(layer, nn.BatchNorm2d) else (1, 2, 3)
        expected = standard(x.astype(float), axes)
        np.testing.assert_allclose(layer(x).data, expected, atol=1e-3)


def test_functions_refuse_what_would_only_broadcast() -> None:
    with pytest.raises(ShapeError, match=r"batch_norm needs inputs of shape \(N, 4, \.\.\.\)"):
        F.batch_norm(IMAGES[:, :1], np.zeros(4), np.ones(4))
    with pytest.raises(ShapeError, match=r"layer_norm needs inputs of shape \(\.\.\., 1, 2\)"):
        F.layer_norm(IMAGES, [1, 2])
    with pytest.raises(ValueError, match="needs running_mean and running_var, or training=True"):
        F.batch_norm(IMAGES)
    with pytest.raises(ValueError, match="into 3 equal groups, got channels=4"):
        F.group_norm(IMAGES, 3)
    with pytest.raises(TypeError, match="running statistics in training: they must be tensors"):
        F.batch_norm(IMAGES, np.zeros(4), np.ones(4), training=True)


@pytest.mark.parametrize("layer", [nn.LayerNorm(2), nn.RMSNorm((3, 2)), nn.GroupNorm(2, 4)])
def test_a_batch_may_be_empty(layer: nn.Module) -> None:
    assert layer(IMAGES[:0]).shape == (0, 4, 3, 2)


# Errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "wanted", "shape"),
    [
        (nn.BatchNorm1d(4), "(N, 4) or (N, 4, L)", (5, 3)),
        (nn.BatchNorm1d(4), "(N, 4) or (N, 4, L)", (5, 4, 3, 3)),
        (nn.BatchNorm1d(4), "(N, 4) or (N, 4, L)", (4,)),
        (nn.BatchNorm2d(4), "(N, 4, H, W)", (5, 3, 2, 2)),
        (nn.BatchNorm2d(4), "(N, 4, H, W)", (4, 2, 2)),
        (nn.LayerNorm((3, 4)), "(..., 3, 4)", (4,)),
        (nn.LayerNorm((3, 4)), "(..., 3, 4)", (2, 4, 3)),
        (nn.RMSNorm(4), "(..., 4)", (2, 1)),
        (nn.GroupNorm(2, 4), "(N, 4, ...)", (5, 2)),
        (nn.GroupNorm(2, 4), "(N, 4, ...)", (4,)),
    ],
)
def test_other_shapes_are_refused(layer: nn.Module, wanted: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError) as refusal:
        layer(np.ones(shape))
    assert str(refusal.value) == f"{layer} needs inputs of shape {wanted}, got shape {shape}"


@pytest.mark.parametrize("batch", [0, 1])
def test_a_single_value_has_no_variance(batch: int) -> None:
    for layer in (nn.BatchNorm1d(4), nn.BatchNorm1d(4, track_running_stats=False)):
        with pytest.raises(ValueError, match=rf"more than one value .*, got shape \({batch}, 4\)"):
            layer(np.ones((batch, 4)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.BatchNorm2d(0), "BatchNorm2d needs sizes of at least 1, got num_features=0"),
        (lambda: nn.LayerNorm([]), r"LayerNorm needs lengths of axes, .*got normalized_shape=\[\]"),
        (lambda: nn.RMSNorm(0), "RMSNorm needs lengths of axes, at least 1 each"),
        (lambda: nn.GroupNorm(0, 4), "got num_groups=0 and num_channels=4"),
        (lambda: nn.GroupNorm(3, 4), "into 3 equal groups, got num_channels=4"),
    ],
)
def test_settings_that_make_no_layer_are_refused(
    make: Callable[[], nn.Module], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
