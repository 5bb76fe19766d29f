"""Attention and transformer layers give PyTorch's numbers, in float64, from its state dicts."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional as F

torch = pytest.importorskip("torch", reason="PyTorch serves as the oracle: make test-oracle")
pytestmark = pytest.mark.oracle

RNG = np.random.default_rng(0)


def pair(name: str, *sizes: Any, **settings: Any) -> tuple[nn.Module, Any]:
    """Our layer and PyTorch's, with the same random weights."""
    torch.manual_seed(0)
    theirs = getattr(torch.nn, name)(*sizes, **settings).double()
    for parameter in theirs.parameters():
        # Also those that start at 0 or 1, where a mistake would not show.
        torch.nn.init.normal_(parameter, 0.1, 0.4)
    ours = getattr(nn, name)(*sizes, **settings, dtype=np.float64)
    load(ours, theirs)
    return ours, theirs


def load(ours: nn.Module, theirs: Any) -> None:
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict())


def both(*shapes: tuple[int, ...]) -> tuple[list[Tensor], list[Any]]:
    """Return the same random leaves for both."""
    arrays = [RNG.normal(size=shape) for shape in shapes]
    return (
        [Tensor(a, requires_grad=True) for a in arrays],
        [torch.tensor(a, requires_grad=True) for a in arrays],
    )


def assert_close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)


def compare(
    ours: nn.Module | None,
    theirs: Any,
    results: tuple[Any, ...],
    their_results: tuple[Any, ...],
    leaves: list[Tensor],
    their_leaves: list[Any],
) -> None:
    """Results, and the gradients of operands and parameters."""
    loss, their_loss = 0, 0
    for value, other in zip(results, their_results, strict=True):
        assert (value is None) == (other is None)
        if value is None:
            continue
        assert_close(value.data, other)
        weights = RNG.normal(size=value.shape)
        loss = loss + np.sum(value * weights)
        their_loss = their_loss + (other * torch.tensor(weights)).sum()
    loss.backward()
    their_loss.backward()
    for leaf, other in zip(leaves, their_leaves, strict=True):
        assert_close(leaf.grad, other.grad)
    if ours is not None:
        others = dict(theirs.named_parameters())
        for name, parameter in ours.named_parameters():
            assert_close(parameter.grad, others[name].grad)


def in_torch(options: dict[str, Any]) -> dict[str, Any]:
    return {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}


def no_row_empty(mask: np.ndarray) -> np.ndarray:
    """Return a mask, true at hidden keys, that leaves every query a key."""
    mask[..., 0] = False
    return mask


FLOATS = RNG.normal(size=(3, 2, 5, 4))
BOOLS = ~no_row_empty(RNG.random((3, 2, 5, 4)) < 0.4)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"is_causal": True},
        {"scale": 0.3},
        {"attn_mask": BOOLS},
        {"attn_mask": BOOLS[0, 0]},
        {"attn_mask": FLOATS},
        {"attn_mask": np.where(BOOLS[:, :1], FLOATS[:, :1], -np.inf)},
    ],
)
def test_scaled_dot_product_attention(options: dict[str, Any]) -> None:
    leaves, theirs = both((3, 2, 5, 6), (3, 2, 4, 6), (3, 2, 4, 7))
    ours = F.scaled_dot_product_attention(*leaves, **options)
    other = torch.nn.functional.scaled_dot_product_attention(*theirs, **in_torch(options))
    compare(None, None, (ours,), (other,), leaves, theirs)


def test_a_query_that_may_look_at_nothing_gets_0() -> None:
    mask = BOOLS.copy()
    mask[0, 1, 3] = False
    leaves, theirs = both((3, 2, 5, 6), (3, 2, 4, 6), (3, 2, 4, 7))
    ours = F.scaled_dot_product_attention(*leaves, attn_mask=mask)
    other = torch.nn.functional.scaled_dot_product_attention(*theirs, attn_mask=torch.tensor(mask))
    assert not ours.data[0, 1, 3].any()
    compare(None, None, (ours,), (other,), leaves, theirs)


L, S, N, E, HEADS = 5, 4, 3, 6, 2
PADDING = no_row_empty(RNG.random((N, S)) < 0.4)
MASK = no_row_empty(RNG.random((L, S)) < 0.4)
PER_HEAD = no_row_empty(RNG.random((N * HEADS, L, S)) < 0.4)
OPTIONS: list[dict[str, Any]] = [
    {},
    {"need_weights": False},
    {"average_attn_weights": False},
    {"key_padding_mask": PADDING},
    {"attn_mask": MASK},
    {"attn_mask": PER_HEAD, "average_attn_weights": False},
    {"attn_mask": RNG.normal(size=(L, S))},
    {"attn_mask": RNG.normal(size=(N * HEADS, L, S)), "key_padding_mask": RNG.normal(size=(N, S))},
    {"attn_mask": MASK, "key_padding_mask": PADDING, "need_weights": False},
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options))
@pytest.mark.parametrize(
    "settings",
    [{}, {"batch_first": True}, {"bias": False, "kdim": 3, "vdim": 7}, {"vdim": 2}],
    ids=str,
)
def test_multihead_attention(settings: dict[str, Any], options: dict[str, Any]) -> None:
    ours, theirs = pair("MultiheadAttention", E, HEADS, **settings)
    kdim, vdim = settings.get("kdim", E), settings.get("vdim", E)
    shapes = [(L, N, E), (S, N, kdim), (S, N, vdim)]
    if settings.get("batch_first"):
        shapes = [(n, length, width) for length, n, width in shapes]
    leaves, their_leaves = both(*shapes)
    compare(
        ours,
        theirs,
        ours(*leaves, **options),
        theirs(*their_leaves, **in_torch(options)),
        leaves,
        their_leaves,
    )


@pytest.mark.parametrize("sizes", [(4, 1, 1), (8, 4, 7)])
@pytest.mark.parametrize("batched", [True, False])
def test_self_attention(sizes: tuple[int, int, int], batched: bool) -> None:
    width, heads, length = sizes
    ours, theirs = pair("MultiheadAttention", width, heads)
    (x,), (xt,) = both((length, *((2,) if batched else ()), width))
    later = np.triu(np.ones((length, length), bool), 1)
    results = ours(x, x, x, is_causal=True)
    compare(ours, theirs, results, theirs(xt, xt, xt, attn_mask=torch.tensor(later)), [x], [xt])


LAYER_SETTINGS: list[dict[str, Any]] = [
    {"norm_first": norm_first, "batch_first": batch_first, **more}
    for norm_first in (False, True)
    for batch_first in (False, True)
    for more in ({}, {"activation": "gelu", "bias": False, "layer_norm_eps": 1e-3})
]


@pytest.mark.parametrize("settings", LAYER_SETTINGS, ids=str)
@pytest.mark.parametrize("training", [True, False])
def test_encoder_layers(settings: dict[str, Any], training: bool) -> None:
    ours, theirs = pair("TransformerEncoderLayer", 6, 3, 10, 0.0, **settings)
    ours.train(training)
    theirs.train(training)
    (x,), (xt,) = both((2, 5, 6) if settings["batch_first"] else (5, 2, 6))
    masks = {
        "src_mask": no_row_empty(RNG.random((5, 5)) < 0.3),
        "src_key_padding_mask": no_row_empty(RNG.random((2, 5)) < 0.3),
    }
    compare(ours, theirs, (ours(x, **masks),), (theirs(xt, **in_torch(masks)),), [x], [xt])


@pytest.mark.parametrize("settings", LAYER_SETTINGS, ids=str)
@pytest.mark.parametrize("training", [True, False])
def test_decoder_layers(settings: dict[str, Any], training: bool) -> None:
    ours, theirs = pair("TransformerDecoderLayer", 8, 2, 7, 0.0, **settings)
    ours.train(training)
    theirs.train(training)
    shapes = [(4, 2, 8), (5, 2, 8)]
    if settings["batch_first"]:
        shapes = [(n, length, width) for length, n, width in shapes]
    leaves, their_leaves = both(*shapes)
    masks = {
        "tgt_mask": np.triu(np.ones((4, 4), bool), 1),
        "memory_mask": no_row_empty(RNG.random((4, 5)) < 0.3),
        "tgt_key_padding_mask": no_row_empty(RNG.random((2, 4)) < 0.3),
        "memory_key_padding_mask": no_row_empty(RNG.random((2, 5)) < 0.3),
    }
    compare(
        ours,
        theirs,
        (ours(*leaves, **masks),),
        (theirs(*their_leaves, **in_torch(masks)),),
        leaves,
        their_leaves,
    )


def test_stacks() -> None:
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(6, 3, 10, 0.0, dtype=np.float64, seed=0),
        2,
        nn.LayerNorm(6, dtype=np.float64),
    )
    decoder = nn.TransformerDecoder(
        nn.TransformerDecoderLayer(6, 2, 10, 0.0, dtype=np.float64, seed=0), 3
    )
    their_encoder = torch.nn.TransformerEncoder(
        torch.nn.TransformerEncoderLayer(6, 3, 10, 0.0), 2, torch.nn.LayerNorm(6),
        enable_nested_tensor=False,
    ).double()  # fmt: skip
    their_decoder = torch.nn.TransformerDecoder(
        torch.nn.TransformerDecoderLayer(6, 2, 10, 0.0), 3
    ).double()
    for ours, theirs in ((encoder, their_encoder), (decoder, their_decoder)):
        for parameter in theirs.parameters():
            torch.nn.init.normal_(parameter, 0.1, 0.4)
        load(ours, theirs)
    (x, y), (xt, yt) = both((5, 2, 6), (4, 2, 6))
    later = np.triu(np.ones((4, 4), bool), 1)
    ours = decoder(y, encoder(x), later)
    theirs = their_decoder(yt, their_encoder(xt), torch.tensor(later))
    compare(decoder, their_decoder, (ours,), (theirs,), [x, y], [xt, yt])
    for name, parameter in their_encoder.named_parameters():
        assert_close(dict(encoder.named_parameters())[name].grad, parameter.grad)


@pytest.mark.parametrize("settings", [{}, {"kdim": 30}])
def test_weights_start_with_the_same_distribution(settings: dict[str, int]) -> None:
    ours = nn.MultiheadAttention(60, 2, **settings, seed=0)
    theirs = torch.nn.MultiheadAttention(60, 2, **settings)
    for name, parameter in theirs.named_parameters():
        mine, other = ours.state_dict()[name], parameter.detach().numpy()
        assert mine.dtype == other.dtype
        assert np.abs(mine).max() == pytest.approx(np.abs(other).max(), rel=0.05)
        assert mine.std() == pytest.approx(other.std(), rel=0.1)
