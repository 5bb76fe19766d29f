"""Recurrent layers: a cell run over all steps of sequences, in both directions, in a stack."""

import math
import warnings
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from autograd import ShapeError, checked
from nn import functional
from nn.functional.dropping import require_probability
from nn.functional.operands import as_operand
from nn.functional.recurrent import require_nonlinearity
from nn.init import Seed
from nn.layers.checks import require_features, require_positive
from nn.layers.recurrent_cells import cell_parameters
from nn.module import Module

State = tuple[Any, ...]
"""The state of a cell: (h,), or (h, c) of an LSTM; each of shape (N, hidden_size)."""


class Recurrent(Module, ABC):
    """What `RNN`, `LSTM` and `GRU` share: the stack, the directions, the loop over time.

    `layer(input, hx=None, *, lengths=None)` gives `(output, h_n)`. Layer k > 0 of the stack reads
    the outputs of the one below, in training with a share of `dropout` of them set to 0;
    `bidirectional` adds to every layer a second cell that reads backwards, whose outputs stand
    behind those of the first.

    Shapes, for T steps, N sequences, D directions and H = `hidden_size`:

        input      (T, N, input_size), or (N, T, input_size) with `batch_first`, or (T, input_size)
        output     the same, with D H in place of input_size: the states h of the last layer
        hx, h_n    (num_layers D, N, H), or (num_layers D, H): the states before and after, of
                   layer 0, its reverse direction, layer 1, ...; without hx they start at 0
        lengths    (N,), integers: number of steps of each sequence

    Sequences of different lengths stand in one input, padded with anything. Values behind an
    end has no influence: the output there is 0, `h_n` is the state at each sequence's own end, and
    the reverse direction starts there. The numbers are those of PyTorch's packed sequences.

    Weights are named `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, then
    `weight_ih_l0_reverse`, ...; each is like that of the cell, and starts like it.

    Gradients flow back through all steps; `functional.detach_states` cuts a sequence in chunks.

    Raises `ValueError` for settings that make no layer and lengths outside 1 to T, `ShapeError`
    for inputs, states and lengths that do not fit.
    """

    gates = 1
    state_names: tuple[str, ...] = ("h",)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        dtype: Any,
        seed: Seed,
    ) -> None:
        name = type(self).__name__
        require_positive(
            name, input_size=input_size, hidden_size=hidden_size, num_layers=num_layers
        )
        require_probability(dropout)
        if dropout and num_layers == 1:
            warnings.warn(
                f"{name} drops out between layers only, and with num_layers=1 nothing; "
                "nn.Dropout drops out of its output",
                stacklevel=3,
            )
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first = bias, batch_first
        self.dropout, self.bidirectional = dropout, bidirectional
        self.generator = np.random.default_rng(seed)
        for layer in range(num_layers):
            inputs = hidden_size * len(self._directions) if layer else input_size
            for direction in self._directions:
                weights = cell_parameters(
                    inputs, hidden_size, self.gates, bias, dtype, self.generator
                )
                for key, parameter in weights.items():
                    setattr(self, f"{key}_l{layer}{direction}", parameter)

    @property
    def _directions(self) -> tuple[str, ...]:
        """The endings of the weights' names."""
        return ("", "_reverse") if self.bidirectional else ("",)

    @abstractmethod
    def _update(self, a: Any, b: Any, state: State) -> State:
        """One step, from the affine maps of the input and of the state before."""

    def forward(self, input: Any, hx: Any = None, *, lengths: Any = None) -> tuple[Any, Any]:
        x = as_operand(input)
        self._check_input(x)
        batched = x.ndim == 3
        if not batched:
            x = x[:, None]
        elif self.batch_first:
            x = np.swapaxes(x, 0, 1)
        states = self._initial_states(x, hx, batched)
        mask = None if lengths is None else self._mask(lengths, *x.shape[:2])
        if mask is not None:
            # So that not even a NaN behind an end reaches a gradient.
            x = np.where(mask, x, 0)
        final: list[State] = []
        for layer in range(self.num_layers):
            if layer and self.dropout and self.training:
                x = functional.dropout(x, self.dropout, seed=self.generator)
            outputs = []
            for direction in self._directions:
                output, state = self._run(x, states[len(final)], f"_l{layer}{direction}", mask)
                outputs.append(output)
                final.append(state)
            x = np.concatenate(outputs, axis=-1) if self.bidirectional else outputs[0]
        output = x if mask is None else np.where(mask, x, 0)
        ends = tuple(map(np.stack, zip(*final, strict=True)))
        if not batched:
            output, ends = output[:, 0], tuple(end[:, 0] for end in ends)
        elif self.batch_first:
            output = np.swapaxes(output, 0, 1)
        return output, ends if len(ends) > 1 else ends[0]

    def _run(self, x: Any, state: State, suffix: str, mask: Any) -> tuple[Any, State]:
        """One cell over all steps of x, (T, N, ...): its outputs, and the state it ends in."""
        w_ih, w_hh, b_ih, b_hh = (
            getattr(self, f"{name}{suffix}")
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        from_inputs = time_steps(functional.linear(x, w_ih, b_ih))
        w_hh = np.transpose(w_hh)
        times = range(len(from_inputs))
        outputs: list[Any] = [None] * len(times)
        for t in reversed(times) if suffix.endswith("_reverse") else times:
            from_state = state[0] @ w_hh
            if self.bias:
                from_state = from_state + b_hh
            after = self._update(from_inputs[t], from_state, state)
            if mask is not None:
                # A sequence that is over, or backwards not begun, keeps its state.
                after = tuple(
                    np.where(mask[t], new, old) for new, old in zip(after, state, strict=True)
                )
            state = after
            outputs[t] = state[0]
        return np.stack(outputs), state

    def extra_repr(self) -> str:
        """As in PyTorch: the sizes, then what is not the default."""
        defaults = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0}
        shown = [f"{self.input_size}, {self.hidden_size}"]
        for name, default in (defaults | {"bidirectional": False}).items():
            if (value := getattr(self, name)) != default:
                shown.append(f"{name}={value}")
        return ", ".join(shown)

    # Checks ----------------------------------------------------------------------------------

    def _check_input(self, x: Any) -> None:
        require_features(self, x, self.input_size)
        time = 1 if self.batch_first and x.ndim == 3 else 0
        if x.ndim not in (2, 3) or not x.shape[time]:
            axes = "N, T" if self.batch_first else "T, N"
            raise ShapeError(
                f"{self} needs inputs of shape ({axes}, {self.input_size}) or "
                f"(T, {self.input_size}), of at least one step T, got {x.shape}"
            )

    def _initial_states(self, x: Any, hx: Any, batched: bool) -> list[State]:
        """Return the states that the cells start in, in the order of `h_n`."""
        cells, batch = self.num_layers * len(self._directions), x.shape[1]
        if hx is None:
            dtype = np.result_type(x.dtype, next(self.parameters()).dtype)
            zeros = np.zeros((batch, self.hidden_size), dtype)
            return [(zeros,) * len(self.state_names)] * cells
        given = (hx,) if len(self.state_names) == 1 else hx
        wanted = (cells, *((batch,) if batched else ()), self.hidden_size)
        if len(given) != len(self.state_names) or any(np.shape(s) != wanted for s in given):
            raise ShapeError(
                f"{self} needs {' and '.join(self.state_names)} of shape {wanted}, "
                f"got {' and '.join(str(np.shape(s)) for s in given)}"
            )
        steps = [as_operand(s) if batched else as_operand(s)[:, None] for s in given]
        return [tuple(s[k] for s in steps) for k in range(cells)]

    def _mask(self, lengths: Any, steps: int, batch: int) -> Any:
        """Where sequences have not ended yet, (T, N, 1)."""
        lengths = as_operand(lengths)
        if lengths.shape != (batch,):
            raise ShapeError(
                f"{self} needs lengths of shape ({batch},), one for each sequence, "
                f"got {lengths.shape}"
            )
        if lengths.dtype.kind not in "iu":
            raise TypeError(f"{self} needs lengths of an integer dtype, got {lengths.dtype}")

        def check(ends: np.ndarray[Any, Any]) -> None:
            outside = (ends < 1) | (ends > steps)
            if np.any(outside):
                raise ValueError(
                    f"{self} needs lengths from 1 to {steps}, the number of steps of the input, "
                    f"got {ends[outside][0]}"
                )

        return (np.arange(steps)[:, None] < checked(lengths, check))[..., None]


def time_steps(x: Any) -> list[Any]:
    """Return the entries of x along its first axis.

    They are cut out of blocks of about sqrt(T): the gradient of a slice is as large as what it was
    cut from, and so T slices of the whole would take T^2 time.
    """
    size = math.isqrt(len(x))
    blocks = [x[start : start + size] for start in range(0, len(x), size)]
    return [block[t] for block in blocks for t in range(len(block))]


class RNN(Recurrent):
    """Simple recurrent layers (Elman 1990); the formula stands at `RNNCell`.

    `nonlinearity` is "tanh" or "relu". The call, shapes, lengths and errors are those of
    `Recurrent`.

    >>> rnn = RNN(3, 4, bidirectional=True, seed=0)
    >>> output, h_n = rnn(np.ones((7, 5, 3)))
    >>> output.shape, h_n.shape
    ((7, 5, 8), (2, 5, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        require_nonlinearity("RNN", nonlinearity)
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            dtype, seed,
        )  # fmt: skip
        self.nonlinearity = nonlinearity

    def _update(self, a: Any, b: Any, state: State) -> State:
        return (functional.rnn_update(a, b, self.nonlinearity),)

    def extra_repr(self) -> str:
        shown = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}"
        return super().extra_repr() + shown


class LSTM(Recurrent):
    """Long short-term memory (Hochreiter and Schmidhuber 1997); the formulas stand at `LSTMCell`.

    `layer(input, (h_0, c_0)=None, *, lengths=None)` gives `(output, (h_n, c_n))`. Shapes, lengths
    and errors are those of `Recurrent`. PyTorch's projected states (`proj_size`) are refused.

    >>> lstm = LSTM(3, 4, num_layers=2, batch_first=True, seed=0)
    >>> lstm
    LSTM(3, 4, num_layers=2, batch_first=True)
    >>> output, (h_n, c_n) = lstm(np.ones((5, 7, 3)), lengths=np.array([7, 2, 1, 3, 7]))
    >>> output.shape, h_n.shape, c_n.shape
    ((5, 7, 4), (2, 5, 4), (2, 5, 4))
    """

    gates = 4
    state_names = ("h", "c")

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        if proj_size:
            raise ValueError(f"LSTM has no projected states, proj_size must be 0, got {proj_size}")
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            dtype, seed,
        )  # fmt: skip

    def _update(self, a: Any, b: Any, state: State) -> State:
        return functional.lstm_update(a + b, state[1])


class GRU(Recurrent):
    """Gated recurrent units (Cho et al. 2014); the formulas stand at `GRUCell`.

    The call, shapes, lengths and errors are those of `Recurrent`.

    >>> gru = GRU(3, 4, seed=0)
    >>> output, h_n = gru(np.ones((7, 3)))
    >>> output.shape, h_n.shape
    ((7, 4), (1, 4))
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            dtype, seed,
        )  # fmt: skip

    def _update(self, a: Any, b: Any, state: State) -> State:
        return (functional.gru_update(a, b, state[0]),)
