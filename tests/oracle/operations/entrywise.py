"""PyTorch's counterparts of the operations that act entry by entry, and of comparisons."""

import math
from functools import partial
from typing import Any

from tests.oracle.bridge import INF, F, Function, derivative, torch

Counterparts = dict[str, Function]

CLOSE = 1e-6


def clip(x: Any, low: Any, high: Any) -> Any:
    """PyTorch's bounds are two numbers or two tensors; its backward pass needs them no wider."""
    low, high = -INF if low is None else low, INF if high is None else high
    low, high = (torch.as_tensor(bound, dtype=x.dtype) for bound in (low, high))
    return torch.clamp(*torch.broadcast_tensors(x, low, high))


def rounded(x: Any, decimals: int = 0) -> Any:
    if x.is_complex():
        return torch.complex(rounded(x.real, decimals), rounded(x.imag, decimals))
    return torch.round(x, decimals=decimals)


def nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    return torch.nan_to_num(x, nan, posinf, neginf)


def isclose(x: Any, y: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    return torch.isclose(*torch.broadcast_tensors(x, y), rtol, atol, equal_nan)


def array_equiv(x: Any, y: Any) -> Any:
    return torch.all(torch.eq(x, y))


def bitwise_count(x: Any) -> Any:
    return (x.unsqueeze(-1) >> torch.arange(63) & 1).sum(-1)


def polygamma(x: Any, order: int) -> Any:
    """By Hurwitz's zeta function: `torch.polygamma` of order 1 is right to nine digits only."""
    return (-1) ** (order + 1) * math.factorial(order) * torch.special.zeta(order + 1.0, x)


def taylor(x: Any, value: Any, first: Any, second: Any) -> Any:
    """Around x itself: a function whose first two derivatives are these."""
    at = x.detach()
    return value(at) + (x - at) * first(at) + (x - at) ** 2 / 2 * second(at)


def near_zero(function: Function, *series: float) -> Function:
    """Return an even function, by its series close to zero: there PyTorch's derivatives cancel."""

    def joined(x: Any) -> Any:
        small = torch.abs(x) < CLOSE
        near = sum(c * x ** (2 * k) for k, c in enumerate(series))
        return torch.where(small, near, function(torch.where(small, 1, x)))

    return joined


sinc = near_zero(
    torch.sinc, *((-1) ** k * math.pi ** (2 * k) / math.factorial(2 * k + 1) for k in range(5))
)
i0 = near_zero(torch.special.i0, *(1 / (2**k * math.factorial(k)) ** 2 for k in range(5)))


def angle(x: Any, deg: bool = False) -> Any:
    return torch.rad2deg(torch.angle(x)) if deg else torch.angle(x)


SAME_CONSTANTS = """
greater greater_equal less less_equal not_equal isnan isfinite isinf isposinf isneginf isreal
signbit logical_not logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor gcd lcm
zeros_like ones_like
"""
SAME_NAME = """
add subtract multiply divide negative positive remainder fmod copysign hypot reciprocal
exp exp2 expm1 log log2 log10 log1p logaddexp logaddexp2 sqrt square
sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh deg2rad rad2deg
sign floor ceil trunc maximum minimum fmax fmin
sigmoid relu relu6 leaky_relu elu selu silu gelu mish softsign hardtanh
erf erfc real
"""
DIFFERENTIABLE: Counterparts = {
    **{name: getattr(torch, name, getattr(F, name, None)) for name in SAME_NAME.split()},
    "absolute": torch.abs,
    "fabs": torch.abs,
    "power": torch.pow,
    # The gradient of `torch.ldexp` by x is 0 where n is negative.
    "ldexp": lambda x, n: x * 2.0 ** torch.as_tensor(n, dtype=torch.float64),
    "cbrt": lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3),
    "rint": rounded,
    "round": rounded,
    "fraction": torch.frac,
    "whole_part": torch.trunc,
    "mantissa": lambda x: torch.frexp(x).mantissa,
    "log_sigmoid": F.logsigmoid,
    "normal_cdf": torch.special.ndtr,
    # Exact at all x; PyTorch's own threshold is 20.
    "softplus": lambda x: F.softplus(x, threshold=1000),
    "gammaln": lambda x: taylor(x, torch.lgamma, torch.digamma, partial(polygamma, order=1)),
    "digamma": lambda x: taylor(
        x, torch.digamma, partial(polygamma, order=1), partial(polygamma, order=2)
    ),
    "polygamma": polygamma,
    "sinc": sinc,
    "sinc_derivative": lambda x, order: derivative(sinc, x, order),
    "i0": i0,
    "i0_derivative": lambda x, order: derivative(i0, x, order),
    "where": lambda c, x, y: torch.where(torch.as_tensor(c, dtype=torch.bool), x, y),
    "clip": clip,
    "nan_to_num": nan_to_num,
    "imag": lambda x: torch.imag(x.to(torch.complex128)),
    "conjugate": torch.conj,
    "angle": angle,
    "astype": lambda x, dtype: x.to(torch.float64),
    "copy": torch.clone,
}
CONSTANT: Counterparts = {
    **{name: getattr(torch, name) for name in SAME_CONSTANTS.split()},
    "equal": torch.eq,
    "iscomplex": lambda x: torch.imag(x.to(torch.complex128)) != 0,
    "isclose": isclose,
    "allclose": lambda x, y: torch.all(isclose(x, y)),
    "array_equal": torch.equal,
    "array_equiv": array_equiv,
    "invert": torch.bitwise_not,
    "left_shift": torch.bitwise_left_shift,
    "right_shift": torch.bitwise_right_shift,
    "bitwise_count": bitwise_count,
    "exponent": lambda x: torch.frexp(x).exponent,
    "tie_share": lambda x, y: torch.heaviside(x - y, torch.tensor(0.5, dtype=torch.float64)),
    # PyTorch declares no derivative for these; here it is 0 almost everywhere.
    "heaviside": lambda x, y: torch.heaviside(
        *(torch.as_tensor(z, dtype=torch.float64) for z in (x, y))
    ),
    "floor_divide": torch.floor_divide,
    "same": lambda x, y: torch.isclose(x, y, 0, 0, True).to(x.dtype),
    "astype_discrete": lambda x, dtype: x.to({"i": torch.int64, "b": torch.bool}[dtype.kind]),
    "full_like": lambda x, fill_value, dtype=None, shape=None: torch.full(
        x.shape if shape is None else shape, fill_value, dtype=dtype and torch.int64
    ),
}
