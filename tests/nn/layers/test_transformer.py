"""Transformer layers, positions and the language model: what they compute, and what they hide."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor, gradcheck
from nn import functional as F
from tests.nn.numeric import central_differences

RNG = np.random.default_rng(0)
F64 = {"dtype": np.float64, "seed": 0}
LAYERS = [nn.TransformerEncoderLayer, nn.TransformerDecoderLayer]


def run(layer: Any, x: Any, memory: Any, **options: Any) -> Any:
    """Either kind of layer on x."""
    if isinstance(layer, nn.TransformerDecoderLayer):
        return layer(x, memory, **{f"tgt_{name}": value for name, value in options.items()})
    return layer(x, **options)


def test_an_encoder_layer_is_its_sublayers() -> None:
    x = RNG.normal(size=(5, 2, 4))
    for norm_first in (False, True):
        layer = nn.TransformerEncoderLayer(4, 2, 7, 0.0, "gelu", norm_first=norm_first, **F64)

        def feed_forward(x: Any, layer: Any = layer) -> Any:
            return layer.linear2(F.gelu(layer.linear1(x)))

        def attend(x: Any, layer: Any = layer) -> Any:
            return layer.self_attn(x, x, x)[0]

        if norm_first:
            y = x + attend(layer.norm1(x))
            y = y + feed_forward(layer.norm2(y))
        else:
            y = layer.norm1(x + attend(x))
            y = layer.norm2(y + feed_forward(y))
        np.testing.assert_allclose(layer(x).data, y.data, rtol=1e-12)


@pytest.mark.parametrize("make", LAYERS)
@pytest.mark.parametrize("norm_first", [False, True])
def test_derivatives_are_differences(make: Any, norm_first: bool) -> None:
    layer = make(2, 1, 3, 0.0, np.tanh, norm_first=norm_first, **F64)
    x, memory = RNG.normal(size=(2, 1, 2)), RNG.normal(size=(3, 1, 2))
    gradcheck(lambda x, m: run(layer, x, m, is_causal=True), x, memory, order=1, rtol=1e-5)

    def loss() -> Any:
        return np.sum(run(layer, x, memory) ** 3)

    loss().backward()
    for parameter in layer.parameters():
        numeric = central_differences(loss, parameter)
        np.testing.assert_allclose(parameter.grad, numeric, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("make", LAYERS)
def test_what_comes_later_has_no_influence(make: Any) -> None:
    layer = make(4, 2, 8, batch_first=True, **F64).eval()
    x, memory = RNG.normal(size=(2, 5, 4)), RNG.normal(size=(2, 3, 4))
    changed = x.copy()
    changed[:, 3:] = RNG.normal(size=(2, 2, 4))
    before, after = (run(layer, y, memory, is_causal=True).data for y in (x, changed))
    np.testing.assert_allclose(before[:, :3], after[:, :3], rtol=1e-12)
    assert not np.isclose(before[:, 3:], after[:, 3:]).any()


def test_a_decoder_layer_looks_at_the_memory_that_is_not_masked() -> None:
    layer = nn.TransformerDecoderLayer(4, 2, 8, **F64).eval()
    x, memory = RNG.normal(size=(3, 1, 4)), RNG.normal(size=(4, 1, 4))
    changed = memory.copy()
    changed[2:] += 1
    assert not np.allclose(layer(x, memory).data, layer(x, changed).data)
    padding = np.array([[False, False, True, True]])
    for options in (
        {"memory_key_padding_mask": padding},
        {"memory_mask": np.repeat(padding, 3, axis=0)},
    ):
        before, after = (layer(x, m, **options).data for m in (memory, changed))
        np.testing.assert_allclose(before, after, rtol=1e-12)


@pytest.mark.parametrize("make", LAYERS)
def test_float32_stays_and_dropout_is_in_training_only(make: Any) -> None:
    layer = make(4, 2, 8, 0.5, seed=0)
    x = Tensor(RNG.normal(size=(5, 2, 4)).astype(np.float32), requires_grad=True)
    first, second = run(layer, x, x), run(layer, x, x)
    assert not np.array_equal(first.data, second.data)
    np.sum(first**2).backward()
    assert {p.grad.dtype for p in (x, *layer.parameters())} == {np.dtype(np.float32)}
    layer.eval()
    np.testing.assert_array_equal(run(layer, x, x).data, run(layer, x, x).data)


def test_names_are_pytorch_s() -> None:
    names = [*nn.TransformerDecoderLayer(4, 2, 8).state_dict()]
    assert names == [
        *(f"{a}.{p}" for a in ("self_attn", "multihead_attn") for p in (
            "in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")),
        *(f"{m}.{p}" for m in ("linear1", "linear2", "norm1", "norm2", "norm3")
          for p in ("weight", "bias")),
    ]  # fmt: skip
    layer = nn.TransformerEncoderLayer(4, 2, 8, bias=False)
    assert [*nn.TransformerEncoder(layer, 1).state_dict()] == [
        "layers.0.self_attn.in_proj_weight", "layers.0.self_attn.out_proj.weight",
        "layers.0.linear1.weight", "layers.0.linear2.weight",
        "layers.0.norm1.weight", "layers.0.norm2.weight",
    ]  # fmt: skip


def test_stacks_copy_their_layer_and_drop_at_different_places() -> None:
    layer = nn.TransformerEncoderLayer(4, 2, 8, 0.5, **F64)
    encoder = nn.TransformerEncoder(layer, 2, nn.LayerNorm(4, dtype=np.float64))
    first, second = encoder.layers
    np.testing.assert_array_equal(first.linear1.weight.data, layer.linear1.weight.data)
    assert first.linear1.weight is not second.linear1.weight
    x = RNG.normal(size=(5, 2, 4))
    np.testing.assert_allclose(
        encoder.eval()(x).data, encoder.norm(second(first(x))).data, rtol=1e-12
    )
    encoder.train()
    assert not np.array_equal(first(x).data, second(x).data)
    assert first.dropout.generator is second.dropout.generator


def test_settings_that_make_no_layer_are_refused() -> None:
    with pytest.raises(ValueError, match=r"activation 'relu' or 'gelu', or a function .* 'elu'"):
        nn.TransformerEncoderLayer(4, 2, activation="elu")
    with pytest.raises(ValueError, match="TransformerEncoder needs at least one layer, got num_l"):
        nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 0)
    with pytest.raises(ShapeError, match="needs inputs of 4 features"):
        nn.TransformerDecoderLayer(4, 2)(np.ones((3, 1, 4)), np.ones((3, 1, 5)))


# Positions ---------------------------------------------------------------------------------------


def test_positions_are_sines_and_cosines() -> None:
    encoding = nn.PositionalEncoding(6, 0.0, max_len=50)
    table = encoding(np.zeros((50, 6)))
    for p, i in [(0, 0), (1, 0), (7, 1), (49, 2)]:
        angle = p / 10000 ** (2 * i / 6)
        np.testing.assert_allclose(table[p, 2 * i], np.sin(angle), rtol=1e-12)
        np.testing.assert_allclose(table[p, 2 * i + 1], np.cos(angle), rtol=1e-12)
    odd = nn.PositionalEncoding(5, 0.0)(np.zeros((3, 5)))
    np.testing.assert_allclose(odd[2, 4], np.sin(2 / 10000**0.8), rtol=1e-12)
    assert encoding.state_dict() == {}


def test_positions_are_added_along_time() -> None:
    x = RNG.normal(size=(3, 2, 4))
    table = nn.PositionalEncoding(4, 0.0)(np.zeros((3, 4)))
    by_time = nn.PositionalEncoding(4, 0.0)(x)
    np.testing.assert_array_equal(by_time, x + table[:, None])
    by_batch = nn.PositionalEncoding(4, 0.0, batch_first=True)(np.swapaxes(x, 0, 1))
    np.testing.assert_array_equal(by_batch, np.swapaxes(by_time, 0, 1))
    assert nn.PositionalEncoding(4, 0.0)(x.astype(np.float32)).dtype == np.float32
    dropping = nn.PositionalEncoding(4, 0.5, seed=0)
    assert (dropping(x).data == 0).any()
    np.testing.assert_array_equal(dropping.eval()(x), by_time)


def test_positions_that_are_not_there_are_refused() -> None:
    encoding = nn.PositionalEncoding(4, max_len=3)
    with pytest.raises(ShapeError, match=r"knows 3 positions \(max_len\), got 4"):
        encoding(np.zeros((4, 2, 4)))
    with pytest.raises(ShapeError, match=r"inputs of shape \(T, N, 4\) or \(T, 4\), got shape"):
        encoding(np.zeros((2, 5)))


# The language model ------------------------------------------------------------------------------


def small(**settings: Any) -> nn.TransformerLM:
    return nn.TransformerLM(7, 8, 2, 2, 6, **{"dropout": 0.0, "seed": 0} | settings)


def test_logits_depend_on_tokens_up_to_there() -> None:
    model = small(dtype=np.float64)
    tokens = np.array([[1, 2, 3, 4, 5, 6]])
    changed = np.array([[1, 2, 3, 0, 0, 0]])
    before, after = model(tokens).data, model(changed).data
    assert before.shape == (1, 6, 7)
    np.testing.assert_allclose(before[:, :3], after[:, :3], rtol=1e-12)
    assert not np.isclose(before[:, 3:], after[:, 3:]).all(axis=-1).any()
    np.testing.assert_allclose(model(tokens[0]).data, before[0], rtol=1e-12)
    # The same token at another place is another thing.
    logits = model(np.array([1, 1])).data
    assert not np.allclose(logits[0], logits[1])


def test_tied_weights_are_one_parameter() -> None:
    tied, untied = small(), small(tied_weights=False)
    assert "head.weight" not in tied.state_dict()
    assert untied.head.weight.shape == (7, 8)
    counts = [sum(p.size for p in model.parameters()) for model in (tied, untied)]
    assert counts[1] - counts[0] == 7 * 8
    np.sum(tied(np.array([1, 2])) ** 2).backward()
    # Also of tokens that were not looked up, as all are compared with.
    assert tied.tokens.weight.grad.any(axis=1).all()
    assert {p.grad.dtype for p in tied.parameters()} == {np.dtype(np.float32)}


def test_weights_start_small() -> None:
    model = nn.TransformerLM(50, 32, 2, 8, 16, seed=0)
    state = model.state_dict()
    assert state["tokens.weight"].std() == pytest.approx(0.02, rel=0.1)
    assert state["layers.3.linear2.weight"].std() == pytest.approx(0.005, rel=0.1)
    assert not state["layers.0.linear1.bias"].any()
    assert state["norm.weight"].tolist() == [1] * 32


def test_it_learns_to_count_and_goes_on_counting() -> None:
    model = nn.TransformerLM(5, 16, 2, 1, 8, dropout=0.0, seed=0)
    optimizer = nn.Adam(model.parameters(), lr=0.01)
    text = np.arange(40) % 5
    inputs = np.stack([text[k : k + 8] for k in range(5)])
    for _ in range(60):
        optimizer.zero_grad()
        logits = model(inputs)
        loss = F.cross_entropy(np.swapaxes(logits, 1, 2), (inputs + 1) % 5)
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1
    # Far past the context, and with the mode and the seed as they were.
    assert model.generate([3, 4], 20, temperature=0).tolist() == [(3 + k) % 5 for k in range(22)]
    assert model.training
    batch = model.generate(np.array([[0], [2]]), 3, temperature=0)
    assert batch.tolist() == [[0, 1, 2, 3], [2, 3, 4, 0]]


def test_tokens_are_drawn_from_the_softmax() -> None:
    model = small(dtype=np.float64)
    prompt = np.full((4000, 1), 3)
    for temperature in (1.0, 0.05):
        logits = model(prompt[:1]).data[0, 0]
        drawn = model.generate(prompt, 1, temperature, seed=0)[:, 1]
        shares = np.bincount(drawn, minlength=7) / 4000
        np.testing.assert_allclose(shares, F.softmax(logits / temperature), atol=0.03)
    best = np.argsort(logits)[-2:]
    assert set(model.generate(prompt, 1, 10.0, top_k=2, seed=0)[:, 1]) == set(best)
    assert set(model.generate(prompt, 1, 1.0, top_k=99, seed=0)[:, 1]) == set(range(7))


def test_the_seed_decides_the_text_and_dropout_is_off() -> None:
    model = small(dropout=0.5)
    likeliest = model.generate([1], 20, temperature=0)
    np.testing.assert_array_equal(likeliest, small().generate([1], 20, temperature=0))
    first, second = (model.generate([1], 20, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert model.generate([1], 20, seed=4).tolist() != first.tolist()
    assert model.generate([1], 0).tolist() == [1]


def test_what_cannot_be_read_or_written_is_refused() -> None:
    model = small()
    for tokens in (np.zeros((1, 7), int), np.zeros((1, 0), int), np.zeros((1, 1, 2), int)):
        with pytest.raises(ShapeError, match=r"T from 1 to 6 \(context_length\), got shape"):
            model(tokens)
    with pytest.raises(IndexError):
        model(np.array([7]))
    with pytest.raises(TypeError):
        model(np.array([1.0]))
    for wrong in ({"temperature": -1.0}, {"top_k": 0}, {"length": -1}):
        with pytest.raises(ValueError, match="at least 1, got length="):
            model.generate([1], **{"length": 2} | wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="TransformerLM needs sizes of at least 1"):
        nn.TransformerLM(7, 8, 2, 0, 6)
