"""How numbers are written: 4 significant digits, no trailing zeros, a real minus sign."""

from typing import Any

import numpy as np

MINUS = "−"


def number(x: Any) -> str:
    """A number as a person would write it.

    >>> number(-12.0), number(1 / 3), number(2.5e-7), number(True)
    ('−12', '0.3333', '2.5e−7', '1')
    """
    if np.iscomplexobj(x):
        return f"{number(np.real(x))} + {number(np.imag(x))}i".replace(f"+ {MINUS}", f"{MINUS} ")
    x = float(x)
    text = f"{x:.4g}" if abs(x) < 1e4 or not x.is_integer() or abs(x) >= 1e7 else f"{x:.0f}"
    mantissa, e, exponent = text.partition("e")
    if e:
        text = f"{mantissa}e{int(exponent)}"
    return "0" if text == "-0" else text.replace("-", MINUS)


def value(x: Any, limit: int = 4) -> str:
    """A number, an array of up to `limit` entries in full, or a larger one as shape and norm.

    >>> value(np.array([1.0, -2.0])), value(np.ones((5, 4)))
    ('[1, −2]', '5×4, norm 4.472')
    """
    x = np.asarray(x)
    if x.size <= limit:
        return entries(x)
    if x.dtype == bool:
        return f"{shape(x.shape)}, {np.count_nonzero(x)} true"
    with np.errstate(over="ignore"):
        return f"{shape(x.shape)}, norm {number(np.linalg.norm(x.ravel()))}"


def entries(x: Any) -> str:
    """All entries of an array, in nested brackets."""
    x = np.asarray(x)
    if not x.ndim:
        return number(x)
    return "[" + ", ".join(entries(part) for part in x) + "]"


def shape(lengths: tuple[int, ...]) -> str:
    """A shape.

    >>> shape((5, 4)), shape((3,)), shape(())
    ('5×4', '3', 'scalar')
    """
    return "×".join(map(str, lengths)) or "scalar"
