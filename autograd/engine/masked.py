"""Masked arrays, which are refused: a tensor has no mask, so masked entries would count."""

import sys
from typing import Any, NoReturn

CURE = (
    "; fill them first, m.filled(0.0), and leave entries out with np.where(mask, 0.0, t) or "
    "np.sum(t, where=~mask)"
)


def is_masked(kind: type) -> bool:
    """Return whether `kind` is a class of masked arrays; does not import `numpy.ma`."""
    return hasattr(kind, "mask")


def refuse_masked(who: str) -> NoReturn:
    """Raise `TypeError`, because `who` was given a masked array."""
    raise TypeError(f"{who} takes no masked arrays, whose masks would be lost{CURE}")


def require_unmasked(who: str, data: Any) -> None:
    """Raise `TypeError` if `data` is a masked array, or a nested list with one in it."""
    if is_masked(type(data)):
        refuse_masked(who)
    # In long lists of numbers the search costs half as much as NumPy's conversion.
    if isinstance(data, (list, tuple)) and "numpy.ma" in sys.modules:
        kinds = set(map(type, data))
        if any(map(is_masked, kinds)):
            refuse_masked(who)
        if not kinds.isdisjoint((list, tuple)):
            for part in data:
                require_unmasked(who, part)
