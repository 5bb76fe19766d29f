"""Parts of complex numbers: linear over the reals, though not over the complex numbers."""

import math
from typing import Any

import numpy as np

from autograd.engine.axes import Elementwise
from autograd.engine.declare import composite, constant, linear, primitive
from autograd.engine.facts import Facts

real = linear(np.real, lambda g, y, x: g, facts=Facts(number="x", axes=Elementwise(), view=True))
conjugate = linear(
    np.conjugate, lambda g, y, x: np.conjugate(g), facts=Facts(number="x", axes=Elementwise())
)


def _imag_pull(g: Any, y: Any, x: Any) -> Any:
    return g * -1j if x.dtype.kind == "c" else np.zeros_like(x)


imag = linear(np.imag, _imag_pull, facts=Facts(axes=Elementwise(), view=True))


def _turn(x: Any, deg: bool) -> Any:
    """`-i / x`, in units of the angle: the x-derivative of the angle is its real part.

    With `x = r e^(iy)`, `dx = (dr / r + i dy) x`, and so `dy = Im(dx / x) = Re(-i dx / x)`. Zero at
    x = 0, where there is no angle, and for real x, whose angle jumps.
    """
    if x.dtype.kind != "c":
        return np.zeros_like(x)
    zero = x == 0
    turn = np.where(zero, 0, 1 / np.where(zero, 1, x)) * -1j
    return turn * (180 / math.pi) if deg else turn


angle = primitive(
    np.angle,
    vjp=lambda g, y, x, deg=False: g * _turn(x, deg),
    jvp=lambda t, y, x, deg=False: np.real(t * _turn(x, deg)),
    facts=Facts(axes=Elementwise()),
)

isreal = constant(np.isreal, facts=Facts(axes=Elementwise()))
iscomplex = constant(np.iscomplex, facts=Facts(axes=Elementwise()))


@composite(np.iscomplexobj, differentiable=False)
def _iscomplexobj(x: Any) -> bool:
    return bool(x.dtype.kind == "c")


@composite(np.isrealobj, differentiable=False)
def _isrealobj(x: Any) -> bool:
    return bool(x.dtype.kind != "c")


@composite(np.real_if_close)
def _real_if_close(a: Any, tol: float = 100) -> Any:
    """Return the real part if every imaginary part is below `tol`, in epsilons if above 1."""
    if a.dtype.kind != "c":
        return a
    bound = tol * float(np.finfo(a.dtype).eps) if tol > 1 else tol
    return np.real(a) if np.all(np.abs(np.imag(a)) < bound) else a
