"""Every layer learns the same compiled as eager: other batches and masks, shapes, modes, freezing.

A new layer without a sample fails the first test.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import nn
from tests.nn.training.twins import Twins

Rng = np.random.Generator
Batch = Callable[[Rng, int], tuple[Any, ...]]
F64: Any = {"dtype": np.float64}
SEEDED: Any = {**F64, "seed": 0}


class Sample(NamedTuple):
    """A layer, the inputs of n rows, and how it is called with them."""

    layer: Callable[[], nn.Module]
    batch: Batch
    call: Callable[..., Any] = lambda layer, *inputs: layer(*inputs)


class Inside(nn.Module):
    """A layer behind parameters, so that gradients of its input count, too."""

    def __init__(self, sample: Sample, width: int) -> None:
        self.layer, self.call = sample.layer(), sample.call
        self.scale = nn.Parameter(np.linspace(0.8, 1.2, width))
        self.shift = nn.Parameter(np.zeros(width))

    def forward(self, x: Any, *others: Any) -> Any:
        if x.dtype.kind == "f":
            x = x * self.scale + self.shift
        return self.call(self.layer, x, *others)


def rows(*shape: int) -> Batch:
    return lambda rng, n: (rng.normal(size=(n, *shape)),)


def indices(rng: Rng, n: int) -> tuple[Any, ...]:
    return (rng.integers(0, 6, (n, 4)),)


def steps_first(rng: Rng, n: int) -> tuple[Any, ...]:
    """Sequences of n steps, and where each ends."""
    return rng.normal(size=(n, 5, 2)), rng.integers(1, n + 1, 5)


def rows_first(rng: Rng, n: int) -> tuple[Any, ...]:
    return rng.normal(size=(n, 5, 2)), rng.integers(1, 6, n)


def with_lengths(layer: nn.Module, x: Any, lengths: Any) -> Any:
    return layer(x, lengths=lengths)


def with_state(*shapes: tuple[int, ...]) -> Batch:
    """Sequences, and states to start from."""
    return lambda rng, n: (rng.normal(size=(4, n, 2)), *(rng.normal(size=s) for s in shapes))


def cell_with_state(rng: Rng, n: int) -> tuple[Any, ...]:
    return rng.normal(size=(n, 2)), rng.normal(size=(n, 3)), rng.normal(size=(n, 3))


def blocked(rng: Rng, *shape: int) -> Any:
    """Return a mask that is true where not to look; sometimes everywhere along a row."""
    mask = rng.random(shape) < 0.4
    mask[rng.integers(shape[0])] = True
    return mask


def as_numbers(mask: Any, rng: Rng) -> Any:
    """Return a mask to be added to scores."""
    return np.where(mask, -math.inf, rng.normal(size=mask.shape))


def sequences(rng: Rng, n: int) -> Any:
    return rng.normal(size=(n, 5, 4))


def queries_and_keys(rng: Rng, n: int) -> tuple[Any, ...]:
    return sequences(rng, n), rng.normal(size=(n, 3, 4)), rng.normal(size=(n, 3, 4))


def attention(**settings: Any) -> Callable[[], nn.Module]:
    return lambda: nn.MultiheadAttention(4, 2, batch_first=True, **SEEDED, **settings)


def to_itself(layer: nn.Module, x: Any, *masks: Any, **options: Any) -> Any:
    return layer(x, x, x, *masks, **options)


def encoder(**settings: Any) -> nn.Module:
    return nn.TransformerEncoderLayer(4, 2, 6, batch_first=True, **SEEDED, **settings)


def decoder(**settings: Any) -> nn.Module:
    return nn.TransformerDecoderLayer(4, 2, 6, batch_first=True, **SEEDED, **settings)


def masks_of_decoders(rng: Rng, n: int) -> tuple[Any, ...]:
    return (
        sequences(rng, n),
        rng.normal(size=(n, 3, 4)),
        blocked(rng, 5, 5),
        as_numbers(blocked(rng, 5, 3), rng),
        blocked(rng, n, 5),
        blocked(rng, n, 3),
    )


ACTIVATIONS = [
    nn.ELU, nn.GELU, nn.SELU, nn.Hardtanh, nn.Heaviside, nn.LeakyReLU, nn.LogSigmoid, nn.Mish,
    nn.ReLU, nn.ReLU6, nn.Sigmoid, nn.SiLU, nn.Softplus, nn.Softsign, nn.Tanh,
]  # fmt: skip

SAMPLES: dict[str, Sample] = {
    **{kind.__name__: Sample(kind, rows(4)) for kind in ACTIVATIONS},
    "ELU alpha": Sample(lambda: nn.ELU(0.5), rows(4)),
    "GELU tanh": Sample(lambda: nn.GELU("tanh"), rows(4)),
    "Softplus threshold": Sample(lambda: nn.Softplus(2.0, threshold=1.0), rows(4)),
    "PReLU": Sample(lambda: nn.PReLU(4, **F64), rows(4)),
    "Softmax": Sample(lambda: nn.Softmax(-1), rows(4)),
    "LogSoftmax": Sample(lambda: nn.LogSoftmax(1), rows(4, 2)),
    # Linear layers and containers
    "Linear": Sample(lambda: nn.Linear(4, 3, **SEEDED), rows(4)),
    "Linear of sequences": Sample(lambda: nn.Linear(4, 3, False, **SEEDED), rows(2, 4)),
    "Bilinear": Sample(
        lambda: nn.Bilinear(2, 3, 2, **SEEDED),
        lambda rng, n: (rng.normal(size=(n, 2)), rng.normal(size=(n, 3))),
    ),
    "Maxout": Sample(lambda: nn.Maxout(4, 3, 2, **SEEDED), rows(4)),
    "MLP": Sample(lambda: nn.MLP([4, 5, 2], "silu", **SEEDED), rows(4)),
    "Perceptron": Sample(lambda: nn.Perceptron(4, (-1, 1)), rows(4)),
    "Identity": Sample(nn.Identity, rows(4)),
    "Flatten": Sample(nn.Flatten, rows(2, 4)),
    "Lambda": Sample(lambda: nn.Lambda(lambda x: np.where(x > 0, np.sin(x), x**2)), rows(4)),
    "Residual": Sample(lambda: nn.Residual(nn.Linear(4, 4, **SEEDED), nn.Tanh()), rows(4)),
    "Sequential": Sample(
        lambda: nn.Sequential(nn.Linear(4, 4, **SEEDED), nn.Tanh(), nn.Dropout(0.5, seed=1)),
        rows(4),
    ),
    "ModuleList": Sample(
        lambda: nn.ModuleList(nn.Linear(4, 4, **SEEDED) for _ in range(2)),
        rows(4),
        lambda layers, x: layers[1](np.tanh(layers[0](x))),
    ),
    "ModuleDict": Sample(
        lambda: nn.ModuleDict({"a": nn.Linear(4, 4, **SEEDED), "b": nn.Tanh()}),
        rows(4),
        lambda layers, x: {"both": layers["b"](layers["a"](x)), "one": layers["a"](x)},
    ),
    "a layer used twice": Sample(
        lambda: nn.Linear(4, 4, **SEEDED), rows(4), lambda layer, x: layer(np.tanh(layer(x)))
    ),
    "a layer that is not used": Sample(
        lambda: nn.ModuleList(nn.Linear(4, 2, **SEEDED) for _ in range(2)),
        rows(4),
        lambda layers, x: layers[1](x),
    ),
    "Dropout": Sample(lambda: nn.Dropout(0.4, seed=0), rows(4)),
    "Dropout2d": Sample(lambda: nn.Dropout2d(0.4, seed=0), rows(3, 2, 4)),
    # Convolution and pooling
    "Conv1d": Sample(lambda: nn.Conv1d(2, 3, 2, stride=2, padding=1, **SEEDED), rows(2, 6)),
    "Conv2d": Sample(lambda: nn.Conv2d(2, 4, 3, padding=1, groups=2, **SEEDED), rows(2, 4, 5)),
    "Conv2d dilated": Sample(
        lambda: nn.Conv2d(1, 2, 2, dilation=2, bias=False, **SEEDED), rows(1, 5, 4)
    ),
    "Conv1d of the same length": Sample(
        lambda: nn.Conv1d(2, 3, 3, padding="same", **SEEDED), rows(2, 5)
    ),
    "ConvTranspose1d": Sample(lambda: nn.ConvTranspose1d(2, 3, 2, stride=2, **SEEDED), rows(2, 4)),
    "ConvTranspose2d": Sample(
        lambda: nn.ConvTranspose2d(2, 1, 3, stride=2, padding=1, output_padding=1, **SEEDED),
        rows(2, 3, 4),
    ),
    "MaxPool1d": Sample(lambda: nn.MaxPool1d(2), rows(2, 6)),
    "MaxPool2d": Sample(lambda: nn.MaxPool2d(3, stride=2, padding=1), rows(2, 5, 4)),
    "MaxPool2d dilated": Sample(
        lambda: nn.MaxPool2d(2, stride=2, dilation=2, ceil_mode=True), rows(2, 6, 5)
    ),
    "AvgPool1d": Sample(lambda: nn.AvgPool1d(3, stride=1, padding=1), rows(2, 6)),
    "AvgPool2d": Sample(
        lambda: nn.AvgPool2d(2, padding=1, count_include_pad=False), rows(2, 4, 4)
    ),
    "AdaptiveAvgPool2d": Sample(lambda: nn.AdaptiveAvgPool2d((2, 3)), rows(2, 5, 4)),
    # Normalization
    "BatchNorm1d": Sample(lambda: nn.BatchNorm1d(4, **F64), rows(4)),
    "BatchNorm1d of sequences": Sample(
        lambda: nn.BatchNorm1d(2, momentum=None, **F64), rows(2, 4)
    ),
    "BatchNorm1d without statistics": Sample(
        lambda: nn.BatchNorm1d(4, affine=False, track_running_stats=False, **F64), rows(4)
    ),
    "BatchNorm2d": Sample(lambda: nn.BatchNorm2d(2, momentum=0.3, **F64), rows(2, 3, 4)),
    "BatchNorm1d twice": Sample(
        lambda: nn.BatchNorm1d(4, **F64), rows(4), lambda layer, x: layer(layer(x) ** 2)
    ),
    "LayerNorm": Sample(lambda: nn.LayerNorm((2, 4), **F64), rows(3, 2, 4)),
    "RMSNorm": Sample(lambda: nn.RMSNorm(4, **F64), rows(4)),
    "GroupNorm": Sample(lambda: nn.GroupNorm(2, 4, **F64), rows(4, 3)),
    "GroupNorm without weights": Sample(lambda: nn.GroupNorm(2, 4, affine=False), rows(4, 3)),
    # Embedding, with repeated indices and a row that does not learn
    "Embedding": Sample(lambda: nn.Embedding(6, 3, **SEEDED), indices),
    "Embedding with padding": Sample(lambda: nn.Embedding(6, 3, padding_idx=-2, **SEEDED), indices),
    "PositionalEncoding": Sample(
        lambda: nn.PositionalEncoding(4, 0.3, batch_first=True, seed=0), rows(5, 4)
    ),
    "TransformerLM": Sample(lambda: nn.TransformerLM(6, 4, 2, 1, 4, 0.2, **SEEDED), indices),
    "TransformerLM untied": Sample(
        lambda: nn.TransformerLM(6, 4, 2, 1, 5, tied_weights=False, **SEEDED), indices
    ),
    # Recurrent layers
    "RNN": Sample(lambda: nn.RNN(2, 3, nonlinearity="relu", **SEEDED), with_state()),
    "RNN with lengths": Sample(
        lambda: nn.RNN(2, 3, bidirectional=True, **SEEDED), steps_first, with_lengths
    ),
    "RNN of one sequence": Sample(lambda: nn.RNN(2, 3, 2, **SEEDED), rows(2)),
    "GRU": Sample(lambda: nn.GRU(2, 3, bias=False, **SEEDED), with_state()),
    "GRU with lengths": Sample(
        lambda: nn.GRU(2, 3, 2, batch_first=True, dropout=0.3, **SEEDED), rows_first, with_lengths
    ),
    "LSTM": Sample(lambda: nn.LSTM(2, 3, 2, dropout=0.3, **SEEDED), with_state()),
    "LSTM with lengths": Sample(
        lambda: nn.LSTM(2, 3, batch_first=True, bidirectional=True, **SEEDED),
        rows_first,
        with_lengths,
    ),
    "LSTM with a state": Sample(
        lambda: nn.LSTM(2, 3, **SEEDED),
        lambda rng, n: (rng.normal(size=(4, n, 2)), *rng.normal(size=(2, 1, n, 3))),
        lambda layer, x, h, c: layer(x, (h, c)),
    ),
    "RNNCell": Sample(lambda: nn.RNNCell(2, 3, **SEEDED), rows(2)),
    "GRUCell": Sample(
        lambda: nn.GRUCell(2, 3, **SEEDED), cell_with_state, lambda cell, x, h, _: cell(x, h)
    ),
    "LSTMCell": Sample(
        lambda: nn.LSTMCell(2, 3, **SEEDED), cell_with_state, lambda cell, x, *hc: cell(x, hc)
    ),
    # Attention, with other masks at every step
    "MultiheadAttention": Sample(attention(dropout=0.3), queries_and_keys),
    "MultiheadAttention of one sequence": Sample(attention(), rows(4), to_itself),
    "MultiheadAttention of other widths": Sample(
        attention(kdim=3, vdim=2, bias=False),
        lambda rng, n: (sequences(rng, n), rng.normal(size=(n, 3, 3)), rng.normal(size=(n, 3, 2))),
    ),
    "MultiheadAttention with a mask of booleans": Sample(
        attention(),
        lambda rng, n: (sequences(rng, n), blocked(rng, 5, 5)),
        lambda layer, x, mask: to_itself(layer, x, attn_mask=mask),
    ),
    "MultiheadAttention with a mask of numbers": Sample(
        attention(),
        lambda rng, n: (sequences(rng, n), as_numbers(blocked(rng, 2 * n, 5, 5), rng)),
        lambda layer, x, mask: to_itself(layer, x, attn_mask=mask, average_attn_weights=False),
    ),
    "MultiheadAttention with padding": Sample(
        attention(),
        lambda rng, n: (sequences(rng, n), blocked(rng, n, 5)),
        lambda layer, x, mask: to_itself(layer, x, mask, need_weights=False),
    ),
    "MultiheadAttention with all masks": Sample(
        attention(),
        lambda rng, n: (
            sequences(rng, n),
            as_numbers(blocked(rng, n, 5), rng),
            blocked(rng, 2 * n, 5, 5),
        ),
        lambda layer, x, padding, mask: to_itself(
            layer, x, padding, attn_mask=mask, is_causal=True
        ),
    ),
    "TransformerEncoderLayer": Sample(
        lambda: encoder(norm_first=True, activation="gelu"),
        lambda rng, n: (sequences(rng, n), blocked(rng, 5, 5), blocked(rng, n, 5)),
    ),
    "TransformerDecoderLayer": Sample(decoder, masks_of_decoders),
    "TransformerEncoder": Sample(
        lambda: nn.TransformerEncoder(encoder(dropout=0.2), 2, nn.LayerNorm(4, **F64)),
        lambda rng, n: (sequences(rng, n), blocked(rng, n, 5)),
        lambda layer, x, padding: layer(x, src_key_padding_mask=padding, is_causal=True),
    ),
    "TransformerDecoder": Sample(
        lambda: nn.TransformerDecoder(decoder(dropout=0.0), 2), masks_of_decoders
    ),
}  # fmt: skip

LOOKING_AT_NUMBERS = {nn.ThresholdLogicUnit}


def test_every_layer_has_a_sample() -> None:
    public = {getattr(nn, name) for name in nn.__all__}
    layers = {x for x in public if isinstance(x, type) and issubclass(x, nn.Module)}
    losses = {x for x in layers if x.__module__ == "nn.losses"}
    sampled = {type(sample.layer()) for sample in SAMPLES.values()}
    assert layers - losses - {nn.Module} == sampled | LOOKING_AT_NUMBERS


@pytest.mark.filterwarnings("ignore:not shared out among threads")
@pytest.mark.parametrize("threads", [None, 2])
@pytest.mark.parametrize("name", SAMPLES)
def test_compiled_layers_learn_like_eager_ones(name: str, threads: int | None) -> None:
    sample, rng = SAMPLES[name], np.random.default_rng(len(name))
    width = sample.batch(np.random.default_rng(0), 4)[0].shape[-1]
    twins = Twins(lambda: Inside(sample, width), threads=threads)

    def learn(*numbers: int) -> None:
        for n in numbers:
            twins.step(*sample.batch(rng, n), rng.normal())

    # The last batch of an epoch is smaller; then the first program is run again.
    learn(4, 4, 3, 4)
    if threads is not None:
        return
    for model in twins:
        model.eval()
    learn(4, 4)
    for model in twins:
        model.train()
        next(iter(model.parameters())).requires_grad_(False)
    learn(4, 4)
    for model in twins:
        model.requires_grad_(True)
    learn(3, 4)


@pytest.mark.parametrize("name", SAMPLES)
def test_layers_of_single_precision_keep_it_compiled(name: str) -> None:
    sample, rng = SAMPLES[name], np.random.default_rng(len(name))
    width = sample.batch(np.random.default_rng(0), 4)[0].shape[-1]
    twins = Twins(lambda: Inside(sample, width).float(), rtol=1e-3, atol=1e-4)
    for _ in range(2):
        inputs = sample.batch(rng, 4)
        single = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in inputs]
        twins.step(*single, rng.normal())


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("Embedding", -1),
        ("Embedding", 6),
        ("Embedding with padding", -1),
        ("TransformerLM", 6),
        ("RNN with lengths", 0),
        ("GRU with lengths", 6),
        ("LSTM with lengths", -1),
    ],
)
def test_a_later_wrong_index_or_length_is_the_same_error(name: str, wrong: int) -> None:
    sample, rng = SAMPLES[name], np.random.default_rng(0)
    twins = Twins(lambda: Inside(sample, sample.batch(rng, 4)[0].shape[-1]))
    for model in twins:
        # A program draws for dropout before it comes to what is wrong.
        model.eval()
    batch = *sample.batch(rng, 4), 1.0
    twins.step(*batch)
    *inputs, last = sample.batch(rng, 4)
    last[-1] = wrong
    messages = []
    for learn in (twins.step_eagerly, twins.taken):
        with pytest.raises((IndexError, ValueError), match=str(wrong)) as found:
            learn(*inputs, last, 1.0)
        messages.append((found.type, str(found.value)))
    assert messages[0] == messages[1]
    twins.step(*batch)
