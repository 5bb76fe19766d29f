"""Attention: values by hand, masks, causality, derivatives, errors."""

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor, gradcheck
from nn import functional as F
from tests.nn.numeric import central_differences

RNG = np.random.default_rng(0)
F64 = {"dtype": np.float64, "seed": 0}


def test_weights_by_hand() -> None:
    # Scores of ln 1 and ln 3 before the mask of the third key.
    q, k = np.array([[2.0, 0.0]]), np.array([[0.0, 9.0], [math.log(3) / 2, 0.0], [50.0, 0.0]])
    weights = F.attention_weights(q, k, np.array([True, True, False]), scale=1.0)
    np.testing.assert_allclose(weights, [[0.25, 0.75, 0]], rtol=1e-14)
    v = np.array([[4.0], [8.0], [1e9]])
    mask = np.array([[True, True, False]])
    np.testing.assert_allclose(
        F.scaled_dot_product_attention(q, k, v, mask, scale=1.0), [[7.0]], rtol=1e-14
    )


def test_the_scale_is_one_over_the_root_of_the_width() -> None:
    q, k, v = (RNG.normal(size=(2, n, 4)) for n in (3, 5, 5))
    scores = np.exp(q @ np.swapaxes(k, 1, 2) / 2)
    expected = scores / scores.sum(axis=-1, keepdims=True) @ v
    np.testing.assert_allclose(F.scaled_dot_product_attention(q, k, v), expected, rtol=1e-12)


@pytest.mark.parametrize("mask", [None, "bool", "float"])
@pytest.mark.parametrize("is_causal", [False, True])
def test_derivatives_are_differences(mask: str | None, is_causal: bool) -> None:
    masks = {"bool": RNG.random((3, 4)) < 0.6, "float": RNG.normal(size=(3, 4))}
    operands = [RNG.normal(size=shape) for shape in ((2, 3, 2), (2, 4, 2), (2, 4, 3))]
    chosen = masks[mask] if mask else None
    gradcheck(
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, chosen, is_causal=is_causal),
        *operands,
        rtol=1e-5,
    )


def test_a_mask_may_be_learned() -> None:
    q, k, v, mask = (RNG.normal(size=shape) for shape in ((3, 2), (4, 2), (4, 3), (3, 4)))
    gradcheck(lambda mask: F.scaled_dot_product_attention(q, k, v, mask), mask)


def test_a_query_without_keys_gets_0_and_passes_nothing_on() -> None:
    x = Tensor(RNG.normal(size=(3, 4)), requires_grad=True)
    mask = np.array([[True, True, False], [False, False, False], [False, True, True]])
    for blocked in (mask, np.where(mask, 0.0, -np.inf)):
        output = F.scaled_dot_product_attention(x, x, x, blocked)
        assert not output.data[1].any()
        assert np.isfinite(output.data).all()
        x.zero_grad()
        np.sum(output**2).backward()
        assert np.isfinite(x.grad).all()
    gradcheck(lambda x: F.scaled_dot_product_attention(x, x, x, mask), x.data, rtol=1e-5)
    attention = nn.MultiheadAttention(4, 2, **F64)
    output, weights = attention(x, x, x, attn_mask=~mask)
    np.testing.assert_array_equal(output.data[1], attention.out_proj.bias.data)
    assert not weights.data[1].any()


def test_scores_do_not_overflow() -> None:
    q = np.full((1, 1), 1e4)
    np.testing.assert_array_equal(F.attention_weights(q, np.array([[1e4], [-1e4]])), [[1, 0]])


def test_dropout_drops_weights_and_keeps_their_mean() -> None:
    q, v = np.zeros((1000, 1)), np.ones((20, 1))
    k = np.zeros((20, 1))
    output = F.scaled_dot_product_attention(q, k, v, dropout_p=0.5, seed=0).data
    assert set(np.round(output * 10).ravel()) <= set(range(21))
    assert output.std() > 0.1
    assert output.mean() == pytest.approx(1, abs=0.03)


# Several heads -----------------------------------------------------------------------------------


@pytest.mark.parametrize("widths", [{}, {"kdim": 3, "vdim": 5}])
@pytest.mark.parametrize("bias", [True, False])
def test_heads_are_attentions_side_by_side(widths: dict[str, int], bias: bool) -> None:
    layer = nn.MultiheadAttention(6, 3, bias=bias, batch_first=True, **widths, **F64)
    q = RNG.normal(size=(2, 4, 6))
    k = RNG.normal(size=(2, 5, widths.get("kdim", 6)))
    v = RNG.normal(size=(2, 5, widths.get("vdim", 6)))
    for parameter in layer.parameters():
        parameter.assign(RNG.normal(size=parameter.shape))
    state = layer.state_dict()
    if widths:
        projections = [state[f"{x}_proj_weight"] for x in "qkv"]
    else:
        projections = np.split(state["in_proj_weight"], 3)
    shifts = np.split(state["in_proj_bias"], 3) if bias else [0, 0, 0]
    mapped = [x @ w.T + b for x, w, b in zip((q, k, v), projections, shifts, strict=True)]
    heads, weights = [], []
    for head in range(3):
        hq, hk, hv = (x[..., 2 * head : 2 * head + 2] for x in mapped)
        scores = np.exp(hq @ np.swapaxes(hk, 1, 2) / math.sqrt(2))
        weights.append(scores / scores.sum(axis=-1, keepdims=True))
        heads.append(weights[-1] @ hv)
    expected = np.concatenate(heads, axis=-1) @ state["out_proj.weight"].T
    output, mean = layer(q, k, v)
    np.testing.assert_allclose(
        output.data, expected + state.get("out_proj.bias", 0), rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(mean.data, np.mean(weights, axis=0), rtol=1e-10)
    _, each = layer(q, k, v, average_attn_weights=False)
    np.testing.assert_allclose(each.data, np.stack(weights, axis=1), rtol=1e-10)
    assert layer(q, k, v, need_weights=False)[1] is None


@pytest.mark.parametrize("same", [True, False])
def test_derivatives_of_the_layer_are_differences(same: bool) -> None:
    layer = nn.MultiheadAttention(4, 2, **F64)
    x = RNG.normal(size=(3, 2, 4))
    y = x if same else x + 0
    padding = np.array([[False, False, True], [False, False, False]])

    def loss() -> Any:
        return np.sum(layer(x, x, y, padding, is_causal=True)[0] ** 2)

    loss().backward()
    for parameter in layer.parameters():
        numeric = central_differences(loss, parameter)
        np.testing.assert_allclose(parameter.grad, numeric, rtol=1e-5, atol=1e-8)
    gradcheck(lambda x: layer(x, x, x, is_causal=True)[0], x[:, :1], rtol=1e-5)


def test_later_and_padded_keys_have_no_influence() -> None:
    layer = nn.MultiheadAttention(4, 2, batch_first=True, **F64)
    x = RNG.normal(size=(2, 5, 4))
    changed = x.copy()
    changed[:, 3:] += 1
    before, after = (layer(y, y, y, is_causal=True)[0].data for y in (x, changed))
    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert not np.isclose(before[:, 3:], after[:, 3:]).any()
    padding = np.zeros((2, 5), bool)
    padding[0, 3:] = True
    before, after = (layer(x, y, y, padding)[0].data for y in (x, changed))
    np.testing.assert_array_equal(before[0], after[0])
    assert not np.isclose(before[1], after[1]).any()


def test_masks_add_up() -> None:
    layer = nn.MultiheadAttention(4, 2, **F64)
    x = RNG.normal(size=(3, 1, 4))
    diagonal = np.eye(3, dtype=bool)
    _, weights = layer(x, x, x, np.array([[False, True, False]]), True, diagonal, True, True)
    # Row 0 may look only at itself, and that is masked; row 1 at 0; row 2 at 0.
    np.testing.assert_array_equal(weights.data[0], [[0, 0, 0], [1, 0, 0], [1, 0, 0]])


def test_float32_stays() -> None:
    layer = nn.MultiheadAttention(4, 2, dropout=0.5, seed=0)
    x = Tensor(np.ones((3, 2, 4), np.float32), requires_grad=True)
    for mask in (np.eye(3) > 0, RNG.normal(size=(3, 3))):
        output, weights = layer(x, x, x, np.zeros((2, 3), bool), attn_mask=mask)
        assert (output.dtype, weights.dtype) == (np.float32, np.float32)
    np.sum(output).backward()
    assert {p.grad.dtype for p in (x, *layer.parameters())} == {np.dtype(np.float32)}


def test_dropout_is_in_training_only() -> None:
    x = RNG.normal(size=(3, 2, 4))
    layer = nn.MultiheadAttention(4, 2, dropout=0.5, **F64)
    first, second = layer(x, x, x)[0].data, layer(x, x, x)[0].data
    assert not np.array_equal(first, second)
    same = nn.MultiheadAttention(4, 2, dropout=0.5, **F64)
    np.testing.assert_array_equal(first, same(x, x, x)[0].data)
    plain = nn.MultiheadAttention(4, 2, **F64)
    np.testing.assert_array_equal(layer.eval()(x, x, x)[0].data, plain(x, x, x)[0].data)


def test_names_and_repr() -> None:
    layer = nn.MultiheadAttention(4, 2)
    assert {name: value.shape for name, value in layer.state_dict().items()} == {
        "in_proj_weight": (12, 4),
        "in_proj_bias": (12,),
        "out_proj.weight": (4, 4),
        "out_proj.bias": (4,),
    }
    assert list(nn.MultiheadAttention(4, 2, bias=False, kdim=3).state_dict()) == [
        "q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight",
    ]  # fmt: skip
    assert repr(layer).splitlines()[:2] == ["MultiheadAttention(", "  embed_dim=4, num_heads=2"]


# Errors ------------------------------------------------------------------------------------------


def test_settings_that_make_no_layer_are_refused() -> None:
    with pytest.raises(ValueError, match="num_heads that divide embed_dim, got embed_dim=4 and"):
        nn.MultiheadAttention(4, 3)
    with pytest.raises(ValueError, match="needs sizes of at least 1, got embed_dim=0"):
        nn.MultiheadAttention(0, 1)
    with pytest.raises(ValueError, match="got p=2"):
        nn.MultiheadAttention(4, 2, 2)
    for unknown in ("add_bias_kv", "add_zero_attn"):
        with pytest.raises(ValueError, match="no add_bias_kv and no add_zero_attn"):
            nn.MultiheadAttention(4, 2, **{unknown: True})  # type: ignore[arg-type]


def test_operands_that_do_not_fit_are_refused() -> None:
    layer = nn.MultiheadAttention(4, 2)
    x = np.ones((3, 2, 4))
    with pytest.raises(ShapeError, match=r"needs inputs of 4 features .* got shape \(3, 2, 5\)"):
        layer(x, x, np.ones((3, 2, 5)))
    for k, v in ((x[:2], x), (x[:, :1], x[:, :1]), (x[0], x[0]), (x, x[:2])):
        with pytest.raises(ShapeError, match="as many values as keys for the same N, got"):
            layer(x, k, v)


def test_masks_that_do_not_fit_are_refused() -> None:
    layer = nn.MultiheadAttention(4, 2)
    x = np.ones((3, 2, 4))
    message = r"attn_mask of shape \(3, 3\) or \(4, 3, 3\), got \(3, 1\)"
    with pytest.raises(ShapeError, match=message):
        layer(x, x, x, attn_mask=np.zeros((3, 1), bool))
    with pytest.raises(ShapeError, match=r"key_padding_mask of shape \(2, 3\), got \(3, 2\)"):
        layer(x, x, x, np.zeros((3, 2), bool))
    with pytest.raises(TypeError, match=r"attn_mask of booleans .* got int64"):
        layer(x, x, x, attn_mask=np.zeros((3, 3), np.int64))
    q = np.ones((2, 3, 4))
    with pytest.raises(ShapeError, match=r"scores of shape \(2, 3, 3\) .* got shape \(2, 2\)"):
        F.attention_weights(q, q, np.zeros((2, 2)))
    with pytest.raises(ShapeError, match=r"broadcasts to it, got shape \(5, 2, 3, 3\)"):
        F.attention_weights(q, q, np.zeros((5, 2, 3, 3)))
    with pytest.raises(TypeError, match=r"mask of booleans .* got int64"):
        F.attention_weights(q, q, np.zeros((3, 3), np.int64))


def test_functions_refuse_operands_that_do_not_fit() -> None:
    q = np.ones((3, 4))
    with pytest.raises(ShapeError, match=r"keys \(..., S, E\), got shapes \(3, 4\) and \(3, 2\)"):
        F.attention_weights(q, q[:, :2])
    with pytest.raises(ShapeError, match=r"keys of shape \(3, 4\) and values of shape \(2, 4\)"):
        F.scaled_dot_product_attention(q, q, q[:2])
