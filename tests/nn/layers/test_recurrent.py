"""Recurrent layers against their cells, stepped by hand; lengths, truncation, errors."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor, gradcheck
from tests.nn.numeric import central_differences

RNG = np.random.default_rng(0)
KINDS = [(nn.RNN, nn.RNNCell), (nn.LSTM, nn.LSTMCell), (nn.GRU, nn.GRUCell)]
LAYERS = [layer for layer, _ in KINDS]
F64 = {"dtype": np.float64, "seed": 0}


def parts(states: Any) -> tuple[Any, ...]:
    return states if isinstance(states, tuple) else (states,)


def cell_of(layer: nn.Module, make: Any, suffix: str) -> Any:
    """Return the cell with the weights that the layer has under one ending of their names."""
    state = layer.state_dict()
    own = {k.removesuffix(suffix): v for k, v in state.items() if k.endswith(suffix)}
    cell = make(own["weight_ih"].shape[1], layer.hidden_size, dtype=np.float64)
    cell.load_state_dict(own)
    return cell


def stepped(cell: Any, x: np.ndarray) -> tuple[np.ndarray, tuple[Any, ...]]:
    """Run a cell over x by hand, and return outputs and final states."""
    state, outputs = None, []
    for row in x:
        state = cell(row, state)
        outputs.append(parts(state)[0].data)
    return np.stack(outputs), tuple(s.data for s in parts(state))


@pytest.mark.parametrize(("make", "make_cell"), KINDS)
def test_a_layer_is_its_cell_stepped(make: Any, make_cell: Any) -> None:
    layer = make(3, 4, **F64)
    x = RNG.normal(size=(6, 2, 3))
    output, final = layer(x)
    expected, ends = stepped(cell_of(layer, make_cell, "_l0"), x)
    np.testing.assert_allclose(output.data, expected, rtol=1e-12)
    for state, end in zip(parts(final), ends, strict=True):
        np.testing.assert_allclose(state.data[0], end, rtol=1e-12)


@pytest.mark.parametrize(("make", "make_cell"), KINDS)
def test_layers_and_directions_read_one_another(make: Any, make_cell: Any) -> None:
    layer = make(3, 4, num_layers=2, bidirectional=True, batch_first=True, **F64)
    x = RNG.normal(size=(2, 5, 3))
    output, final = layer(x)
    y, ends = np.swapaxes(x, 0, 1), []
    for k in range(2):
        forward, end = stepped(cell_of(layer, make_cell, f"_l{k}"), y)
        backward, reverse_end = stepped(cell_of(layer, make_cell, f"_l{k}_reverse"), y[::-1])
        y = np.concatenate([forward, backward[::-1]], axis=-1)
        ends += [end, reverse_end]
    np.testing.assert_allclose(output.data, np.swapaxes(y, 0, 1), rtol=1e-12)
    for state, end in zip(parts(final), zip(*ends, strict=True), strict=True):
        np.testing.assert_allclose(state.data, end, rtol=1e-12)


@pytest.mark.parametrize("make", LAYERS)
def test_each_sequence_is_what_it_is_alone_whatever_pads_it(make: Any) -> None:
    layer = make(3, 4, num_layers=2, bidirectional=True, **F64)
    x = RNG.normal(size=(6, 3, 3))
    lengths = np.array([6, 1, 4])
    for n, length in enumerate(lengths):
        x[length:, n] = np.nan
    leaf = Tensor(x, requires_grad=True)
    output, final = layer(leaf, lengths=lengths)
    for n, length in enumerate(lengths):
        alone, ends = layer(x[:length, n])
        np.testing.assert_allclose(output.data[:length, n], alone.data, rtol=1e-12)
        assert not output.data[length:, n].any()
        for state, end in zip(parts(final), parts(ends), strict=True):
            np.testing.assert_allclose(state.data[:, n], end.data, rtol=1e-12)
    np.sum(output * output).backward()
    assert all(np.isfinite(p.grad).all() for p in layer.parameters())
    assert np.array_equal(leaf.grad == 0, np.isnan(x))


@pytest.mark.parametrize("make", LAYERS)
def test_derivatives_through_time_are_differences(make: Any) -> None:
    layer = make(1, 2, bidirectional=True, **F64)
    lengths = np.array([3, 2])
    x = RNG.normal(size=(3, 2, 1))
    gradcheck(lambda x: layer(x, lengths=lengths), x, rtol=1e-5)

    def loss() -> Any:
        output, final = layer(x, lengths=lengths)
        return np.sum(output**2) + sum(np.sum(state) for state in parts(final))

    loss().backward()
    for parameter in layer.parameters():
        numeric = central_differences(loss, parameter)
        np.testing.assert_allclose(parameter.grad, numeric, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("make", LAYERS)
def test_a_chunk_with_detached_states_has_the_gradient_of_the_chunk_alone(make: Any) -> None:
    layer = make(2, 3, **F64)
    first, second = RNG.normal(size=(2, 4, 1, 2))
    _, states = layer(first)
    whole, _ = layer(np.concatenate([first, second]))
    states = nn.functional.detach_states(states)
    assert all(s.is_leaf and not s.requires_grad for s in parts(states))
    output, _ = layer(second, states)
    # The numbers go on as if nothing had been cut, the gradients start anew.
    np.testing.assert_allclose(output.data, whole.data[4:], rtol=1e-12)
    np.sum(output).backward()
    truncated = {name: p.grad for name, p in layer.named_parameters()}
    layer.zero_grad()
    constants = tuple(s.data for s in parts(states))
    np.sum(layer(second, constants if make is nn.LSTM else constants[0])[0]).backward()
    for name, parameter in layer.named_parameters():
        np.testing.assert_array_equal(truncated[name], parameter.grad)
    layer.zero_grad()
    np.sum(whole[4:]).backward()
    assert not np.allclose(truncated["weight_hh_l0"], layer.weight_hh_l0.grad)


def test_dropout_is_between_layers_and_in_training_only() -> None:
    x = np.ones((4, 2, 3))
    layer = nn.GRU(3, 5, num_layers=2, dropout=0.5, **F64)
    first, second = layer(x)[0].data, layer(x)[0].data
    assert not np.array_equal(first, second)
    again = nn.GRU(3, 5, num_layers=2, dropout=0.5, **F64)(x)[0].data
    np.testing.assert_array_equal(first, again)
    plain = nn.GRU(3, 5, num_layers=2, **F64)(x)[0].data
    np.testing.assert_array_equal(layer.eval()(x)[0].data, plain)
    # With everything dropped the second layer sees zeros.
    empty = nn.GRU(3, 5, num_layers=2, dropout=1.0, **F64)
    np.testing.assert_array_equal(empty(x)[0].data, empty(2 * x)[0].data)
    with pytest.warns(UserWarning, match="with num_layers=1 nothing"):
        nn.GRU(3, 5, dropout=0.5)


@pytest.mark.parametrize("make", LAYERS)
def test_single_sequences_have_no_axis_of_sequences(make: Any) -> None:
    for batch_first in (False, True):
        layer = make(3, 4, 2, batch_first=batch_first, **F64)
        x = RNG.normal(size=(5, 3))
        output, final = layer(x)
        axis = 0 if batch_first else 1
        batch, batch_final = layer(np.expand_dims(x, axis))
        np.testing.assert_array_equal(output.data, batch.data.squeeze(axis))
        for state, other in zip(parts(final), parts(batch_final), strict=True):
            assert state.shape == (2, 4)
            np.testing.assert_array_equal(state.data, other.data[:, 0])
        more, _ = layer(x, final)
        assert more.shape == (5, 4)


@pytest.mark.parametrize("make", LAYERS)
def test_float32_stays(make: Any) -> None:
    layer = make(3, 4, 2, bidirectional=True, dropout=0.5, seed=0)
    x = Tensor(np.ones((5, 2, 3), np.float32), requires_grad=True)
    output, final = layer(x, lengths=np.array([5, 3]))
    assert {t.dtype for t in (output, *parts(final))} == {np.dtype(np.float32)}
    np.sum(output).backward()
    assert {p.grad.dtype for p in (x, *layer.parameters())} == {np.dtype(np.float32)}


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 7, 9, 17])
def test_any_number_of_steps(steps: int) -> None:
    layer = nn.RNN(2, 3, **F64)
    x = Tensor(RNG.normal(size=(steps, 1, 2)), requires_grad=True)
    output, final = layer(x)
    assert output.shape == (steps, 1, 3)
    np.sum(final).backward()
    assert x.grad.any(axis=(1, 2)).all()


def test_a_layer_learns_to_remember_the_first_bit() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, size=(8, 64, 1)).astype(np.float32)
    target = x[0]
    lstm, head = nn.LSTM(1, 8, seed=0), nn.Linear(8, 1, seed=0)
    optimizer = nn.Adam([*lstm.parameters(), *head.parameters()], lr=0.05)
    for _ in range(60):
        optimizer.zero_grad()
        logits = head(lstm(x)[1][0][0])
        nn.functional.binary_cross_entropy_with_logits(logits, target).backward()
        optimizer.step()
    assert np.array_equal(logits.data > 0, target == 1)


def test_names_and_reprs() -> None:
    layer = nn.LSTM(3, 2, 2, bidirectional=True)
    assert list(layer.state_dict())[:8] == [
        "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0",
        "weight_ih_l0_reverse", "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse",
    ]  # fmt: skip
    assert layer.weight_ih_l1.shape == (8, 4)
    assert list(nn.GRU(3, 2, bias=False).state_dict()) == ["weight_ih_l0", "weight_hh_l0"]
    assert repr(layer) == "LSTM(3, 2, num_layers=2, bidirectional=True)"
    assert repr(nn.RNN(3, 2, nonlinearity="relu")) == "RNN(3, 2, nonlinearity=relu)"
    assert repr(nn.GRU(3, 2, 2, False, True, 0.5)) == (
        "GRU(3, 2, num_layers=2, bias=False, batch_first=True, dropout=0.5)"
    )


# Errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((5, 2, 4), r"LSTM\(3, 4\) needs inputs of 3 features .* got shape \(5, 2, 4\)"),
        ((3,), r"shape \(T, N, 3\) or \(T, 3\), .* got \(3,\)"),
        ((1, 5, 2, 3), r"got \(1, 5, 2, 3\)"),
        ((0, 2, 3), r"at least one step T, got \(0, 2, 3\)"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        nn.LSTM(3, 4)(np.ones(shape))


def test_states_that_do_not_fit_are_refused() -> None:
    x = np.ones((5, 2, 3))
    with pytest.raises(ShapeError, match=r"needs h of shape \(2, 2, 4\), got \(1, 2, 4\)"):
        nn.GRU(3, 4, bidirectional=True)(x, np.ones((1, 2, 4)))
    good, wrong = np.ones((1, 2, 4)), np.ones((1, 1, 4))
    message = r"needs h and c of shape \(1, 2, 4\), got \(1, 2, 4\) and \(1, 1, 4\)"
    with pytest.raises(ShapeError, match=message):
        nn.LSTM(3, 4)(x, (good, wrong))
    with pytest.raises(ShapeError, match=r"of shape \(1, 4\), got \(1, 2, 4\)$"):
        nn.RNN(3, 4)(x[:, 0], good)
    with pytest.raises(ShapeError, match=r"needs h and c of shape \(1, 2, 4\), got \(2, 4\)"):
        nn.LSTM(3, 4)(x, good)


def test_lengths_that_do_not_fit_are_refused() -> None:
    layer, x = nn.RNN(3, 4), np.ones((5, 2, 3))
    with pytest.raises(ShapeError, match=r"lengths of shape \(2,\), .* got \(3,\)"):
        layer(x, lengths=[1, 2, 3])
    with pytest.raises(TypeError, match="lengths of an integer dtype, got float64"):
        layer(x, lengths=[1.0, 2.0])
    for wrong in (0, 6):
        with pytest.raises(ValueError, match=f"lengths from 1 to 5, .* got {wrong}"):
            layer(x, lengths=[1, wrong])


def test_settings_that_make_no_layer_are_refused() -> None:
    with pytest.raises(ValueError, match=r"GRU needs sizes of at least 1, got .*num_layers=0"):
        nn.GRU(3, 4, 0)
    with pytest.raises(ValueError, match="RNN needs nonlinearity='tanh' or 'relu', got 'selu'"):
        nn.RNN(3, 4, nonlinearity="selu")
    with pytest.raises(ValueError, match=r"probability p from 0 to 1, got p=1.5"):
        nn.LSTM(3, 4, 2, dropout=1.5)
    with pytest.raises(ValueError, match="proj_size must be 0, got 2"):
        nn.LSTM(3, 4, proj_size=2)
