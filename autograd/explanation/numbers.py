"""Numbers as text: 4 significant digits, no trailing zeros, a real minus sign."""

from typing import Any

import numpy as np

MINUS = "−"


def format_number(x: Any) -> str:
    """Return a number with 4 significant digits, as a person would write it.

    >>> format_number(-12.0), format_number(1 / 3), format_number(2.5e-7), format_number(True)
    ('−12', '0.3333', '2.5e−7', '1')
    """
    if np.iscomplexobj(x):
        return f"{format_number(np.real(x))} + {format_number(np.imag(x))}i".replace(
            f"+ {MINUS}", f"{MINUS} "
        )
    x = float(x)
    text = f"{x:.4g}" if abs(x) < 1e4 or not x.is_integer() or abs(x) >= 1e7 else f"{x:.0f}"
    mantissa, e, exponent = text.partition("e")
    if e:
        text = f"{mantissa}e{int(exponent)}"
    return "0" if text == "-0" else text.replace("-", MINUS)


def format_value(x: Any, limit: int = 4) -> str:
    """Return a number, an array of up to `limit` entries in full, or its shape and norm.

    >>> format_value(np.array([1.0, -2.0])), format_value(np.ones((5, 4)))
    ('[1, −2]', '5×4, norm 4.472')
    """
    x = np.asarray(x)
    if x.size <= limit:
        return format_entries(x)
    if x.dtype == bool:
        return f"{format_shape(x.shape)}, {np.count_nonzero(x)} true"
    with np.errstate(over="ignore"):
        return f"{format_shape(x.shape)}, norm {format_number(np.linalg.norm(x.ravel()))}"


def format_entries(x: Any) -> str:
    """Return all entries of an array, in nested brackets."""
    x = np.asarray(x)
    if not x.ndim:
        return format_number(x)
    return "[" + ", ".join(format_entries(part) for part in x) + "]"


def format_shape(lengths: tuple[int, ...]) -> str:
    """Return a shape, `scalar` for ().

    >>> format_shape((5, 4)), format_shape((3,)), format_shape(())
    ('5×4', '3', 'scalar')
    """
    return "×".join(map(str, lengths)) or "scalar"
