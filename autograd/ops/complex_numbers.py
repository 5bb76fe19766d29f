"""Parts of complex numbers: linear over the reals, though not over the complex numbers."""

from typing import Any

import numpy as np

from autograd.primitive import linear, primitive

real = linear(np.real, lambda g, y, x: g)
conjugate = linear(np.conjugate, lambda g, y, x: np.conjugate(g))


def _imag_pull(g: Any, y: Any, x: Any) -> Any:
    return g * -1j if x.dtype.kind == "c" else np.zeros_like(x)


imag = linear(np.imag, _imag_pull)


def _angle_pull(g: Any, y: Any, x: Any) -> Any:
    """With `x = r e^(iy)`, `dx = (dr / r + i dy) x`, and so `dy = Im(dx / x) = Re(-i dx / x)`."""
    return g * -1j / x if x.dtype.kind == "c" else np.zeros_like(x)


angle = primitive(np.angle, vjp=_angle_pull, jvp=lambda t, y, x: np.imag(t / x))
