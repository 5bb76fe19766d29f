"""Recurrent cells: one step in time each, for loops of one's own; `nn.layers.recurrent` loops."""

from typing import Any

import numpy as np

from autograd import ShapeError, Tensor
from nn import functional
from nn.functional.operands import as_operand
from nn.functional.recurrent import Weights, require_nonlinearity
from nn.init import Seed
from nn.layers.checks import require_features, require_positive
from nn.layers.start import uniform_parameter
from nn.module import Module


class RecurrentCell(Module):
    """Base of the cells: weights for all gates side by side, and checked inputs.

    Shapes: `weight_ih` (G hidden_size, input_size), `weight_hh` (G hidden_size, hidden_size),
    `bias_ih` and `bias_hh` (G hidden_size), for G gates; all start uniform on ±1 /
    sqrt(hidden_size). Inputs are (N, input_size) and states (N, hidden_size), or both without N;
    without a state, the one before is 0.

    Raises `ValueError` for sizes below 1, `ShapeError` for inputs or states that do not fit.
    """

    gates = 1
    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor | None
    bias_hh: Tensor | None

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, dtype: Any, seed: Seed
    ) -> None:
        name = type(self).__name__
        require_positive(name, input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        for key, parameter in cell_parameters(
            input_size, hidden_size, self.gates, bias, dtype, np.random.default_rng(seed)
        ).items():
            setattr(self, key, parameter)

    def _weights(self) -> Weights:
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh

    def _checked(self, input: Any) -> Any:
        input = as_operand(input)
        require_features(self, input, self.input_size)
        if input.ndim > 2:
            raise ShapeError(
                f"{self} takes one step, of shape (N, {self.input_size}) or "
                f"({self.input_size},), got shape {input.shape}"
            )
        return input

    def _state_before(self, input: Any, state: Any, name: str = "hx") -> Any:
        """Zeros, or what was given."""
        wanted = (*input.shape[:-1], self.hidden_size)
        if state is None:
            return np.zeros(wanted, np.result_type(input.dtype, self.weight_hh.dtype))
        if np.shape(state) != wanted:
            raise ShapeError(
                f"{self} with an input of shape {input.shape} needs {name} of shape {wanted}, "
                f"got {np.shape(state)}"
            )
        return state

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


def cell_parameters(
    input_size: int,
    hidden_size: int,
    gates: int,
    bias: bool,
    dtype: Any,
    rng: "np.random.Generator",
) -> dict[str, Tensor | None]:
    """Fresh weights of a cell by name, in PyTorch's order; without `bias` those are `None`."""
    rows = gates * hidden_size
    shapes = {"weight_ih": (rows, input_size), "weight_hh": (rows, hidden_size)}
    biases = {"bias_ih": (rows,), "bias_hh": (rows,)}
    weights: dict[str, Tensor | None] = {
        name: uniform_parameter(shape, hidden_size, dtype, rng)
        for name, shape in (shapes | biases if bias else shapes).items()
    }
    return weights if bias else weights | dict.fromkeys(biases)


class RNNCell(RecurrentCell):
    """One step of a simple recurrent network (Elman 1990).

        h' = tanh(W_ih x + b_ih + W_hh h + b_hh)

    `nonlinearity` is "tanh" or "relu". Weights, shapes and errors are those of `RecurrentCell`,
    for one gate; the call is `cell(input, hx=None)`.

    >>> cell = RNNCell(3, 2, seed=0)
    >>> cell
    RNNCell(3, 2)
    >>> h = cell(np.ones((5, 3)))
    >>> cell(np.ones((5, 3)), h).shape
    (5, 2)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        require_nonlinearity("RNNCell", nonlinearity)
        super().__init__(input_size, hidden_size, bias, dtype, seed)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Any:
        input = self._checked(input)
        h = self._state_before(input, hx)
        return functional.rnn_cell(input, h, self._weights(), self.nonlinearity)

    def extra_repr(self) -> str:
        shown = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}"
        return super().extra_repr() + shown


class LSTMCell(RecurrentCell):
    """One step of long short-term memory (Hochreiter and Schmidhuber 1997; Gers et al. 2000).

        i = s(W_ii x + b_ii + W_hi h + b_hi)       c' = f c + i g
        f = s(W_if x + b_if + W_hf h + b_hf)       h' = o tanh(c')
        g = tanh(W_ig x + b_ig + W_hg h + b_hg)
        o = s(W_io x + b_io + W_ho h + b_ho)

    with the sigmoid s. The rows of the weights are those of i, f, g, o, one gate after another;
    shapes and errors are those of `RecurrentCell`, for four gates. The call is
    `cell(input, (h, c)=None)` and gives `(h', c')`.

    >>> cell = LSTMCell(3, 2, seed=0)
    >>> h, c = cell(np.ones((5, 3)))
    >>> h, c = cell(np.ones((5, 3)), (h, c))
    >>> h.shape, c.shape
    ((5, 2), (5, 2))
    """

    gates = 4

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype, seed)

    def forward(self, input: Any, hx: tuple[Any, Any] | None = None) -> tuple[Any, Any]:
        input = self._checked(input)
        h, c = (None, None) if hx is None else hx
        state = self._state_before(input, h, "h"), self._state_before(input, c, "c")
        return functional.lstm_cell(input, state, self._weights())


class GRUCell(RecurrentCell):
    """One step of a gated recurrent unit (Cho et al. 2014).

        r = s(W_ir x + b_ir + W_hr h + b_hr)       h' = (1 - z) n + z h
        z = s(W_iz x + b_iz + W_hz h + b_hz)
        n = tanh(W_in x + b_in + r (W_hn h + b_hn))

    with the sigmoid s; as in PyTorch, r multiplies behind the affine map of h. The rows of the
    weights are those of r, z, n, one gate after another; shapes and errors are those of
    `RecurrentCell`, for three gates. The call is `cell(input, hx=None)`.

    >>> cell = GRUCell(3, 2, seed=0)
    >>> cell(np.ones((5, 3)), np.zeros((5, 2))).shape
    (5, 2)
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype, seed)

    def forward(self, input: Any, hx: Any = None) -> Any:
        input = self._checked(input)
        return functional.gru_cell(input, self._state_before(input, hx), self._weights())
