"""Recurrent layers and cells give PyTorch's numbers, in float64, from PyTorch's state dicts."""

from itertools import product
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor

torch = pytest.importorskip("torch", reason="PyTorch serves as the oracle: make test-oracle")
pytestmark = pytest.mark.oracle

RNG = np.random.default_rng(0)
KINDS = ["RNN", "GRU", "LSTM"]


def pair(kind: str, *sizes: Any, **settings: Any) -> tuple[nn.Module, Any]:
    """Our layer and PyTorch's, with its weights."""
    torch.manual_seed(0)
    theirs = getattr(torch.nn, kind)(*sizes, **settings).double()
    ours = getattr(nn, kind)(*sizes, **settings, dtype=np.float64)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def leaves(*shapes: tuple[int, ...]) -> tuple[list[Tensor], list[Any]]:
    """Return the same random leaves for both."""
    arrays = [RNG.normal(size=shape) for shape in shapes]
    return (
        [Tensor(a, requires_grad=True) for a in arrays],
        [torch.tensor(a, requires_grad=True) for a in arrays],
    )


def assert_close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)


def flat(results: Any) -> list[Any]:
    if isinstance(results, tuple):
        return [leaf for part in results for leaf in flat(part)]
    return [results]


def compare(
    ours: nn.Module,
    theirs: Any,
    results: Any,
    their_results: Any,
    inputs: list[Tensor],
    their_inputs: list[Any],
) -> None:
    """Return outputs, final states, and the gradients of inputs and parameters."""
    results, their_results = flat(results), flat(their_results)
    loss, their_loss = 0, 0
    for value, other in zip(results, their_results, strict=True):
        assert_close(value.data, other)
        weights = RNG.normal(size=value.shape)
        loss = loss + np.sum(value * weights)
        their_loss = their_loss + (other * torch.tensor(weights)).sum()
    loss.backward()
    their_loss.backward()
    for leaf, other in zip(inputs, their_inputs, strict=True):
        assert_close(leaf.grad, other.grad)
    others = dict(theirs.named_parameters())
    for name, parameter in ours.named_parameters():
        assert_close(parameter.grad, others[name].grad)


def states(kind: str, parts: list[Any]) -> Any:
    return tuple(parts) if kind.startswith("LSTM") else parts[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("layers", "bidirectional", "batch_first", "given"),
    list(product([1, 3], [False, True], [False, True], [False, True])),
)
def test_layers(
    kind: str, layers: int, bidirectional: bool, batch_first: bool, given: bool
) -> None:
    ours, theirs = pair(
        kind, 4, 3, num_layers=layers, bidirectional=bidirectional, batch_first=batch_first
    )
    assert repr(ours) == repr(theirs)
    state = (layers * (1 + bidirectional), 2, 3)
    (x, *s), (xt, *st) = leaves((2, 5, 4) if batch_first else (5, 2, 4), state, state)
    count = (2 if kind == "LSTM" else 1) if given else 0
    hx, hxt = (states(kind, s), states(kind, st)) if given else (None, None)
    compare(ours, theirs, ours(x, hx), theirs(xt, hxt), [x, *s[:count]], [xt, *st[:count]])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("layers", "bidirectional", "batch_first", "given"),
    [
        (1, False, True, False),
        (1, True, False, True),
        (2, True, True, True),
        (2, False, False, True),
    ],
)
def test_lengths_are_packed_sequences(
    kind: str, layers: int, bidirectional: bool, batch_first: bool, given: bool
) -> None:
    ours, theirs = pair(
        kind, 3, 4, num_layers=layers, bidirectional=bidirectional, batch_first=batch_first
    )
    lengths, steps = np.array([4, 6, 1, 5]), 7
    state = (layers * (1 + bidirectional), 4, 4)
    (x, *s), (xt, *st) = leaves((4, steps, 3) if batch_first else (steps, 4, 3), state, state)
    count = (2 if kind == "LSTM" else 1) if given else 0
    hx, hxt = (states(kind, s), states(kind, st)) if given else (None, None)
    rnn = torch.nn.utils.rnn
    packed = rnn.pack_padded_sequence(
        xt, torch.tensor(lengths), batch_first=batch_first, enforce_sorted=False
    )
    output, final = theirs(packed, hxt)
    padded, _ = rnn.pad_packed_sequence(output, batch_first=batch_first, total_length=steps)
    compare(
        ours,
        theirs,
        ours(x, hx, lengths=lengths),
        (padded, final),
        [x, *s[:count]],
        [xt, *st[:count]],
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("settings", [{}, {"bias": False, "bidirectional": True}])
def test_single_sequences(kind: str, settings: dict[str, bool]) -> None:
    ours, theirs = pair(kind, 2, 5, **settings)
    (x,), (xt,) = leaves((6, 2))
    compare(ours, theirs, ours(x), theirs(xt), [x], [xt])


def test_relu_networks() -> None:
    ours, theirs = pair("RNN", 3, 6, 2, "relu")
    (x,), (xt,) = leaves((8, 3, 3))
    compare(ours, theirs, ours(x), theirs(xt), [x], [xt])


@pytest.mark.parametrize("kind", ["RNNCell", "GRUCell", "LSTMCell"])
@pytest.mark.parametrize("batch", [(), (5,)])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("given", [True, False])
def test_cells(kind: str, batch: tuple[int, ...], bias: bool, given: bool) -> None:
    ours, theirs = pair(kind, 3, 4, bias=bias)
    assert repr(ours) == repr(theirs)
    (x, *s), (xt, *st) = leaves((*batch, 3), (*batch, 4), (*batch, 4))
    count = (2 if kind == "LSTMCell" else 1) if given else 0
    hx, hxt = (states(kind, s), states(kind, st)) if given else (None, None)
    compare(ours, theirs, ours(x, hx), theirs(xt, hxt), [x, *s[:count]], [xt, *st[:count]])


@pytest.mark.parametrize("kind", KINDS)
def test_weights_start_with_the_same_distribution(kind: str) -> None:
    ours, theirs = getattr(nn, kind)(50, 80, seed=0), getattr(torch.nn, kind)(50, 80)
    for name, parameter in theirs.named_parameters():
        mine, other = ours.state_dict()[name], parameter.detach().numpy()
        assert mine.dtype == other.dtype
        assert np.abs(mine).max() == pytest.approx(np.abs(other).max(), rel=0.05)
        assert mine.std() == pytest.approx(other.std(), rel=0.2)
