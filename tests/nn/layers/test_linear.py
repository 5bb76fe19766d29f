"""The affine layer: values, gradients, its random start, its errors."""

from collections.abc import Callable

import numpy as np
import pytest

import nn
from autograd import ShapeError
from tests.nn.numeric import central_differences


@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 5, 3)])
def test_it_maps_the_last_axis(shape: tuple[int, ...]) -> None:
    layer = nn.Linear(3, 4, dtype=np.float64, seed=0)
    x = np.random.default_rng(0).normal(size=shape)
    expected = np.einsum("...i,oi->...o", x, layer.weight.data) + layer.bias.data
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-12)


@pytest.mark.parametrize("bias", [True, False])
def test_gradients_are_central_differences(bias: bool) -> None:
    layer = nn.Linear(3, 2, bias, dtype=np.float64, seed=0)
    x = np.random.default_rng(0).normal(size=(5, 3))

    def loss() -> object:
        return np.sum(np.tanh(layer(x)))

    loss().backward()
    for parameter in layer.parameters():
        np.testing.assert_allclose(parameter.grad, central_differences(loss, parameter), rtol=1e-6)


def test_without_a_bias_there_is_none() -> None:
    layer = nn.Linear(3, 4, bias=False)
    assert layer.bias is None
    assert layer.state_dict().keys() == {"weight"}


@pytest.mark.parametrize("shape", [(5, 3), (4, 5, 3)])
def test_the_gradient_of_the_weights_lies_in_memory_as_they_do(shape: tuple[int, ...]) -> None:
    layer = nn.Linear(3, 2, seed=0)
    np.sum(layer(np.ones(shape))).backward()
    assert layer.weight.grad.flags.c_contiguous


def test_weight_and_bias_start_uniform_within_one_over_the_root_of_the_inputs() -> None:
    layer = nn.Linear(100, 400, seed=0)
    for parameter in layer.parameters():
        assert 0.09 < np.abs(parameter.data).max() <= np.float32(0.1)
        assert abs(parameter.data.mean()) < 0.02


def test_float32_is_the_default_and_inputs_promote_by_numpy_s_rules() -> None:
    layer = nn.Linear(2, 2)
    assert layer.weight.dtype == layer.bias.dtype == np.float32
    assert layer(np.ones(2, np.float32)).dtype == np.float32
    assert layer(np.ones(2)).dtype == np.float64
    with pytest.raises(TypeError, match="int32 cannot require gradients"):
        nn.Linear(2, 2, dtype=np.int32)


def test_the_seed_decides_the_start() -> None:
    same = [nn.Linear(3, 2, seed=seed).state_dict() for seed in (7, np.random.default_rng(7))]
    other = nn.Linear(3, 2, seed=8).state_dict()
    for name in ("weight", "bias"):
        np.testing.assert_array_equal(same[0][name], same[1][name])
        assert not np.array_equal(same[0][name], other[name])


def test_inputs_of_another_width_are_refused() -> None:
    layer = nn.Linear(3, 4)
    for wrong in (np.ones((3, 4)), np.float64(1)):
        with pytest.raises(ShapeError) as refusal:
            layer(wrong)
        assert str(refusal.value) == (
            "Linear(in_features=3, out_features=4, bias=True) needs inputs of 3 features along "
            f"the last axis, got shape {np.shape(wrong)}"
        )


@pytest.mark.parametrize(("fan_in", "fan_out"), [(0, 2), (2, 0), (-1, 2)])
def test_sizes_are_positive(fan_in: int, fan_out: int) -> None:
    with pytest.raises(ValueError, match=f"got in_features={fan_in} and out_features={fan_out}"):
        nn.Linear(fan_in, fan_out)


# Bilinear and maxout -----------------------------------------------------------------------------


@pytest.mark.parametrize("leading", [(), (5,), (2, 5)])
@pytest.mark.parametrize("bias", [True, False])
def test_bilinear_is_a_form_of_two_last_axes(leading: tuple[int, ...], bias: bool) -> None:
    layer = nn.Bilinear(3, 4, 2, bias, dtype=np.float64, seed=0)
    rng = np.random.default_rng(0)
    x1, x2 = rng.normal(size=(*leading, 3)), rng.normal(size=(*leading, 4))
    expected = np.einsum("...i,oij,...j->...o", x1, layer.weight.data, x2)
    if bias:
        expected = expected + layer.bias.data
    np.testing.assert_allclose(layer(x1, x2).data, expected, rtol=1e-12)
    assert repr(layer) == (f"Bilinear(in1_features=3, in2_features=4, out_features=2, bias={bias})")


@pytest.mark.parametrize(
    ("first", "second"), [((5, 3), (5, 3)), ((5, 2), (5, 4)), ((5, 3), (1, 4)), ((3,), (5, 4))]
)
def test_bilinear_refuses_other_shapes(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    layer = nn.Bilinear(3, 4, 2)
    with pytest.raises(ShapeError) as refusal:
        layer(np.ones(first), np.ones(second))
    assert str(refusal.value) == (
        f"{layer} needs inputs of shapes (..., 3) and (..., 4) with the same leading axes, "
        f"got {first} and {second}"
    )


@pytest.mark.parametrize("bias", [True, False])
def test_maxout_is_the_largest_of_several_affine_maps(bias: bool) -> None:
    layer = nn.Maxout(3, 4, 5, bias, dtype=np.float64, seed=0)
    x = np.random.default_rng(0).normal(size=(2, 6, 3))
    values = np.einsum("...i,oki->...ok", x, layer.weight.data)
    if bias:
        values = values + layer.bias.data
    np.testing.assert_allclose(layer(x).data, values.max(axis=-1), rtol=1e-12)
    assert list(layer.state_dict()) == ["weight", "bias"][: 1 + bias]
    with pytest.raises(ShapeError, match=r"3 features along the last axis, got shape \(2, 4\)"):
        layer(np.ones((2, 4)))


def test_two_pieces_make_a_relu_or_an_absolute_value() -> None:
    layer = nn.Maxout(1, 2, 2, bias=False)
    layer.weight.assign([[[1.0], [0.0]], [[1.0], [-1.0]]])
    assert layer(np.array([[-3.0], [2.0]])).data.tolist() == [[0, 3], [2, 2]]


@pytest.mark.parametrize(
    ("make", "sizes"),
    [
        (lambda: nn.Bilinear(3, 0, 2), "in1_features=3 and in2_features=0 and out_features=2"),
        (lambda: nn.Maxout(3, 2, 0), "in_features=3 and out_features=2 and pieces=0"),
    ],
)
def test_sizes_of_these_are_positive_too(make: Callable[[], nn.Module], sizes: str) -> None:
    with pytest.raises(ValueError, match=f"needs sizes of at least 1, got {sizes}"):
        make()
