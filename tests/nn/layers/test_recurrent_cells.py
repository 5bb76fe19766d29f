"""Recurrent cells: numbers by hand, derivatives, errors."""

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor, gradcheck
from nn import functional as F

RNG = np.random.default_rng(0)
CELLS = [nn.RNNCell, nn.LSTMCell, nn.GRUCell]


def with_weights(cell: nn.Module, **weights: Any) -> nn.Module:
    """Return a float64 cell of one input and one unit, its weights given gate by gate."""
    cell.load_state_dict({k: np.reshape(v, cell.state_dict()[k].shape) for k, v in weights.items()})
    return cell


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_an_rnn_step_by_hand() -> None:
    weights = {"weight_ih": 2, "weight_hh": -1, "bias_ih": 0.5, "bias_hh": 0.25}
    step = with_weights(nn.RNNCell(1, 1, dtype=np.float64), **weights)
    # 2 * 0.5 + 0.5 - 1 * 2 + 0.25 = -0.25
    x, h = np.array([0.5]), np.array([2.0])
    assert step(x, h).item() == pytest.approx(math.tanh(-0.25), rel=1e-14)
    relu = with_weights(nn.RNNCell(1, 1, nonlinearity="relu", dtype=np.float64), **weights)
    assert relu(x, h).item() == 0
    assert relu(x, -h).item() == 3.75


def test_an_lstm_step_by_hand() -> None:
    cell = with_weights(
        nn.LSTMCell(1, 1, dtype=np.float64),
        weight_ih=[1, 2, -1, 0.5],
        weight_hh=[0.5, -0.5, 1, 2],
        bias_ih=[0, 1, 0, 0.25],
        bias_hh=[0.5, 0, 0, 0],
    )
    # x = 2, h = 1, c = -3, so that the gates see 3, 4.5, -1 and 3.25.
    h, c = cell(np.array([2.0]), (np.array([1.0]), np.array([-3.0])))
    expected = sigmoid(4.5) * -3 + sigmoid(3) * math.tanh(-1)
    assert c.item() == pytest.approx(expected, rel=1e-14)
    assert c.item() == pytest.approx(-3.69251, abs=1e-5)
    assert h.item() == pytest.approx(sigmoid(3.25) * math.tanh(expected), rel=1e-14)
    assert h.item() == pytest.approx(-0.96148, abs=1e-5)


def test_a_gru_step_by_hand() -> None:
    cell = with_weights(
        nn.GRUCell(1, 1, dtype=np.float64),
        weight_ih=[1, -1, 2],
        weight_hh=[0.5, 1, -2],
        bias_ih=[0, 0.5, 0],
        bias_hh=[-1, 0, 1],
    )
    # x = 1, h = 2: r sees 1, z sees 1.5, n sees 2 + r * (-3).
    r, z = sigmoid(1), sigmoid(1.5)
    n = math.tanh(2 - 3 * r)
    h = cell(np.array([1.0]), np.array([2.0]))
    assert h.item() == pytest.approx((1 - z) * n + z * 2, rel=1e-14)
    assert h.item() == pytest.approx(1.60034, abs=1e-5)


GATES = {"rnn": 1, "lstm": 4, "gru": 3}


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", GATES)
def test_derivatives_of_cells_are_differences(kind: str, bias: bool) -> None:
    rows = 2 * GATES[kind]
    shapes: list[tuple[int, ...]] = [(2, 3), (2, 2), (rows, 3), (rows, 2)]
    if kind == "lstm":
        shapes.insert(2, (2, 2))
    if bias:
        shapes += [(rows,), (rows,)]

    def step(x: Any, h: Any, *rest: Any) -> Any:
        missing = () if bias else (None, None)
        if kind == "lstm":
            c, *weights = rest
            return F.lstm_cell(x, (h, c), (*weights, *missing))
        cell = F.rnn_cell if kind == "rnn" else F.gru_cell
        return cell(x, h, (*rest, *missing))

    gradcheck(step, *(RNG.normal(size=shape) for shape in shapes), rtol=1e-5)


def test_relu_cells_have_the_derivatives_of_relu() -> None:
    a, b = np.array([1.0, -2.0, 3.0]), np.array([-0.5, 1.0, 2.0])
    gradcheck(lambda a, b: F.rnn_update(a, b, "relu"), a, b)
    np.testing.assert_array_equal(F.rnn_update(a, b, "relu"), [0.5, 0, 5])


def test_gates_do_not_overflow() -> None:
    gates = Tensor(np.full(4, -1e4), requires_grad=True)
    h, c = F.lstm_update(gates, np.array([2.0]))
    assert (h.item(), c.item()) == (0, 0)
    np.sum(h + c).backward()
    assert not gates.grad.any()


@pytest.mark.parametrize("make", CELLS)
def test_without_a_state_it_starts_at_0(make: Any) -> None:
    cell = make(3, 2, seed=0)
    x, zeros = RNG.normal(size=(4, 3)), np.zeros((4, 2))
    state = (zeros, zeros) if make is nn.LSTMCell else zeros
    np.testing.assert_array_equal(np.stack(cell(x)).data, np.stack(cell(x, state)).data)


@pytest.mark.parametrize("make", CELLS)
def test_float32_is_the_default_and_stays(make: Any) -> None:
    cell = make(3, 2, seed=0)
    output = cell(np.ones((4, 3), np.float32))
    parts = output if isinstance(output, tuple) else (output,)
    assert {part.dtype for part in parts} == {np.dtype(np.float32)}
    np.sum(parts[0]).backward()
    assert cell.weight_ih.grad.dtype == np.float32
    assert make(3, 2, seed=0).state_dict()["weight_hh"].tolist() == cell.weight_hh.data.tolist()


def test_state_dicts_have_pytorch_s_names_and_reprs_pytorch_s_words() -> None:
    cell = nn.LSTMCell(3, 2)
    assert {name: value.shape for name, value in cell.state_dict().items()} == {
        "weight_ih": (8, 3),
        "weight_hh": (8, 2),
        "bias_ih": (8,),
        "bias_hh": (8,),
    }
    assert list(nn.GRUCell(3, 2, bias=False).state_dict()) == ["weight_ih", "weight_hh"]
    assert repr(nn.GRUCell(3, 2, bias=False)) == "GRUCell(3, 2, bias=False)"
    assert repr(nn.RNNCell(3, 2, True, "relu")) == "RNNCell(3, 2, nonlinearity=relu)"


@pytest.mark.parametrize("make", CELLS)
def test_inputs_and_states_that_do_not_fit_are_refused(make: Any) -> None:
    cell = make(3, 2)
    with pytest.raises(ShapeError, match=r"Cell\(3, 2\) needs inputs of 3 features .* \(4, 2\)"):
        cell(np.ones((4, 2)))
    with pytest.raises(ShapeError, match=r"takes one step, .* got shape \(5, 4, 3\)"):
        cell(np.ones((5, 4, 3)))
    wrong, right = np.ones((1, 2)), np.ones((4, 2))
    state = (right, wrong) if make is nn.LSTMCell else wrong
    with pytest.raises(ShapeError, match=r"needs (hx|c) of shape \(4, 2\), got \(1, 2\)"):
        cell(np.ones((4, 3)), state)


def test_settings_that_make_no_cell_are_refused() -> None:
    with pytest.raises(ValueError, match=r"GRUCell needs sizes of at least 1, got .*hidden_size=0"):
        nn.GRUCell(3, 0)
    with pytest.raises(ValueError, match="RNNCell needs nonlinearity='tanh' or 'relu', got 'elu'"):
        nn.RNNCell(3, 2, nonlinearity="elu")
    with pytest.raises(ValueError, match="got 'elu'"):
        F.rnn_update(np.ones(1), np.ones(1), "elu")
