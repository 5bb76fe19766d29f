"""One step of a recurrent cell, after its two affine maps.

Every cell maps the input x of the step by `a = W_ih x + b_ih` and the state h before it by
`b = W_hh h + b_hh`, each for all of its gates, side by side along the last axis. The rest works
entry by entry and is here. Its few operations are declared whole, as primitives of their own: there
are many steps, and an operation recorded costs more than its arithmetic.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Facts, LastAxes, Tensor, primitive, relu
from nn.functional.affine import linear

Weights = tuple[Any, Any, Any, Any]
"""W_ih, W_hh, b_ih and b_hh; the last two may be `None`."""


def rnn_update(a: Any, b: Any, nonlinearity: str = "tanh") -> Any:
    """Return `h' = tanh(a + b)`, or `max(0, a + b)` with `nonlinearity="relu"` (Elman 1990).

    Shapes: all (..., H).

    >>> rnn_update(np.array([1.0]), np.array([-1.0]))
    array([0.])
    """
    require_nonlinearity("rnn_update", nonlinearity)
    return _NONLINEARITIES[nonlinearity](a + b)


_NONLINEARITIES: dict[str, Callable[[Any], Any]] = {"tanh": np.tanh, "relu": relu}


def require_nonlinearity(name: str, nonlinearity: str) -> None:
    """Raise `ValueError`, on behalf of `name`, unless states can be made by `nonlinearity`."""
    if nonlinearity not in _NONLINEARITIES:
        known = " or ".join(map(repr, _NONLINEARITIES))
        raise ValueError(f"{name} needs nonlinearity={known}, got {nonlinearity!r}")


def lstm_update(gates: Any, c: Any) -> tuple[Any, Any]:
    """Return the states `c' = s(f) c + s(i) tanh(g)` and `h' = s(o) tanh(c')` as the pair (h', c').

    s is the sigmoid; i, f, g, o stand side by side in `gates = a + b`, of shape (..., 4H), and all
    states are (..., H) (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).

    >>> h, c = lstm_update(np.array([0.0, 0.0, 0.0, 0.0]), np.array([2.0]))
    >>> c, h  # the gates are half open: c' = 2 / 2 and h' = tanh(1) / 2
    (array([1.]), array([0.38079708]))
    """
    opened = _lstm_gates(gates)
    c = _lstm_memory(opened, c)
    return _lstm_output(opened, c), c


def gru_update(a: Any, b: Any, h: Any) -> Any:
    """Return the state `h' = (1 - z) n + z h` (Cho et al. 2014).

        r = s(a_r + b_r),    z = s(a_z + b_z),    n = tanh(a_n + r b_n)

    with the sigmoid s. As in PyTorch, r multiplies behind the affine map of the state. The parts r,
    z, n stand side by side in a and b, of shape (..., 3H); h and h' are (..., H).

    >>> gru_update(np.zeros(3), np.zeros(3), np.array([2.0]))  # z is half open, n = 0
    array([1.])
    """
    return _gru_mix(_gru_gates(a, b), h)


def rnn_cell(input: Any, h: Any, weights: Weights, nonlinearity: str = "tanh") -> Any:
    """One step of `RNNCell`: the state after `input`, from the state `h` before it."""
    return rnn_update(*_preactivations(input, h, weights), nonlinearity)


def lstm_cell(input: Any, state: tuple[Any, Any], weights: Weights) -> tuple[Any, Any]:
    """One step of `LSTMCell`: (h', c') after `input`, from `state`, which is (h, c)."""
    h, c = state
    a, b = _preactivations(input, h, weights)
    return lstm_update(a + b, c)


def gru_cell(input: Any, h: Any, weights: Weights) -> Any:
    """One step of `GRUCell`: the state after `input`, from the state `h` before it."""
    return gru_update(*_preactivations(input, h, weights), h)


def _preactivations(input: Any, h: Any, weights: Weights) -> tuple[Any, Any]:
    w_ih, w_hh, b_ih, b_hh = weights
    return linear(input, w_ih, b_ih), linear(h, w_hh, b_hh)


def detach_states(states: Any) -> Any:
    """Return final states, alone or in a tuple, as constants from which the next chunk may start.

    That is truncated back-propagation through time (Williams and Peng 1990): a long sequence is
    learned in chunks; states are handed on, and gradients stop at the boundaries.

    >>> import nn
    >>> lstm, states = nn.LSTM(2, 3, seed=0), None
    >>> for chunk in np.split(np.ones((6, 1, 2), np.float32), 3):
    ...     output, states = lstm(chunk, states)
    ...     np.sum(output).backward()
    ...     states = nn.functional.detach_states(states)
    >>> [state.is_leaf for state in states]
    [True, True]
    """
    if isinstance(states, tuple | list):
        return tuple(map(detach_states, states))
    return states.detach() if type(states) is Tensor else states


# The operations -----------------------------------------------------------------------------------

_PER_GATE = Facts(axes=LastAxes(1), pure=True)
"""The gates are the parts of the last axis; along the others entries are apart."""


def _parts(x: Any, n: int) -> list[Any]:
    """Return the n equal parts of the last axis."""
    width = x.shape[-1] // n
    return [x[..., k * width : (k + 1) * width] for k in range(n)]


def _joined(*parts: Any) -> Any:
    return np.concatenate(parts, axis=-1)


def _scales(z: Any) -> Any:
    """S for the gates i, f, g, o in `1 - s + s tanh(s z)`: at 1/2 the sigmoid of z, at 1 tanh z."""
    return np.repeat(np.array([0.5, 0.5, 1, 0.5], z.dtype), z.shape[-1] // 4)


def _open_lstm_gates(z: Any) -> Any:
    s = _scales(z)
    return 1 - s + s * np.tanh(s * z)


def _lstm_gates_rule(g: Any, y: Any, z: Any) -> Any:
    """Return the slope s^2 - (y - 1 + s)^2: y (1 - y) of the sigmoid and 1 - y^2 of tanh."""
    s = _scales(z)
    return g * (s**2 - (y - 1 + s) ** 2)


_lstm_gates = primitive(
    _open_lstm_gates, vjp=_lstm_gates_rule, jvp=_lstm_gates_rule, name="lstm_gates", facts=_PER_GATE
)


def _mixture(
    function: Callable[..., Any],
    gate_slopes: Callable[[Any, Any], tuple[Any, ...]],
    state_slope: Callable[[Any, Any], Any],
    name: str,
) -> Any:
    """Declare an operation on opened gates and a state, which works entry by entry in each gate.

    `gate_slopes(gates, state)` are its slopes in the gates, one after another.
    """

    def push_gates(t: Any, y: Any, gates: Any, state: Any) -> Any:
        slopes = gate_slopes(gates, state)
        tangents = _parts(t, len(slopes))
        return sum(t * slope for t, slope in zip(tangents, slopes, strict=True))

    def push_state(t: Any, y: Any, gates: Any, state: Any) -> Any:
        return t * state_slope(gates, state)

    def pull_gates(g: Any, y: Any, gates: Any, state: Any) -> Any:
        return _joined(*[g * slope for slope in gate_slopes(gates, state)])

    return primitive(
        function,
        vjp=[pull_gates, push_state],
        jvp=[push_gates, push_state],
        name=name,
        facts=_PER_GATE,
    )


def _remember(gates: Any, c: Any) -> Any:
    i, f, g, _ = _parts(gates, 4)
    return f * c + i * g


def _remember_slopes(gates: Any, c: Any) -> tuple[Any, ...]:
    i, _, g, _ = _parts(gates, 4)
    return g, c, i, 0


_lstm_memory = _mixture(
    _remember, _remember_slopes, lambda gates, c: _parts(gates, 4)[1], "lstm_memory"
)
_lstm_output = _mixture(
    lambda gates, c: _parts(gates, 4)[3] * np.tanh(c),
    lambda gates, c: (0, 0, 0, np.tanh(c)),
    lambda gates, c: _parts(gates, 4)[3] * (1 - np.tanh(c) ** 2),
    "lstm_output",
)


def _open_gru_gates(a: Any, b: Any) -> Any:
    (a_r, a_z, a_n), (b_r, b_z, b_n) = _parts(a, 3), _parts(b, 3)
    r, z = (0.5 + 0.5 * np.tanh(0.5 * x) for x in (a_r + b_r, a_z + b_z))
    return _joined(r, z, np.tanh(a_n + r * b_n))


def _pull_gru(g: Any, y: Any, b: Any) -> tuple[Any, Any, Any, Any]:
    """Return the cotangents of a_r + b_r, a_z + b_z and a_n, and the gate r."""
    (g_r, g_z, g_n), (r, z, n) = _parts(g, 3), _parts(y, 3)
    d_n = g_n * (1 - n**2)
    return (g_r + d_n * _parts(b, 3)[2]) * r * (1 - r), g_z * z * (1 - z), d_n, r


def _pull_gru_input(g: Any, y: Any, a: Any, b: Any) -> Any:
    return _joined(*_pull_gru(g, y, b)[:3])


def _pull_gru_hidden(g: Any, y: Any, a: Any, b: Any) -> Any:
    d_r, d_z, d_n, r = _pull_gru(g, y, b)
    return _joined(d_r, d_z, d_n * r)


def _push_gru(t: Any, y: Any, b: Any, n_slope: Any) -> Any:
    """Return the tangent of the gates; `n_slope` is that of `a_n + r b_n` in the operand's part."""
    (t_r, t_z, t_n), (r, z, n) = _parts(t, 3), _parts(y, 3)
    d_r = t_r * r * (1 - r)
    return _joined(d_r, t_z * z * (1 - z), (t_n * n_slope + d_r * _parts(b, 3)[2]) * (1 - n**2))


_gru_gates = primitive(
    _open_gru_gates,
    vjp=[_pull_gru_input, _pull_gru_hidden],
    jvp=[
        lambda t, y, a, b: _push_gru(t, y, b, 1),
        lambda t, y, a, b: _push_gru(t, y, b, _parts(y, 3)[0]),
    ],
    name="gru_gates",
    facts=_PER_GATE,
)


def _mix(gates: Any, h: Any) -> Any:
    _, z, n = _parts(gates, 3)
    return n + z * (h - n)


def _mix_slopes(gates: Any, h: Any) -> tuple[Any, ...]:
    _, z, n = _parts(gates, 3)
    return 0, h - n, 1 - z


_gru_mix = _mixture(_mix, _mix_slopes, lambda gates, h: _parts(gates, 3)[1], "gru_mix")
