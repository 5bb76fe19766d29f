"""Values as data for a page: numbers, small arrays in full, large ones as a summary."""

from typing import Any

import numpy as np

from autograd.engine.dtypes import Value
from autograd.explanation import numbers

MOST_ENTRIES = 400
"""Largest size of an array that is shown in full."""

MOST_IN_ALL = 40_000
"""Most entries in one page; with many arrays the limit of each is lower."""

_BINS = 24
_DIGITS = 6


def to_json(x: Value, limit: int = MOST_ENTRIES) -> Any:
    """Return a number, or a dict with `shape`, `text` and either `entries` or a summary, for JSON.

    >>> to_json(np.float64(-2.0)), to_json(np.array([1.0, 0.5]))
    (-2.0, {'shape': [2], 'text': '[1, 0.5]', 'entries': [1.0, 0.5]})
    """
    x = np.asarray(x)
    if np.iscomplexobj(x):
        return {"shape": list(x.shape), "text": numbers.format_value(x)}
    x = x.astype(np.float64)
    if not x.ndim:
        return plain(float(x))
    found = {"shape": list(x.shape), "text": numbers.format_value(x)}
    if x.size <= limit:
        return found | {"entries": [plain(_rounded(entry)) for entry in x.ravel().tolist()]}
    return found | summary(x)


def plain(x: float) -> float | str:
    """Return a number for JSON, which has no infinities and no NaN, as text if it is one."""
    return x if np.isfinite(x) else str(x)


def _rounded(x: float) -> float:
    return float(f"{x:.{_DIGITS}g}")


def summary(x: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return the range and a histogram of an array's entries."""
    finite = x[np.isfinite(x)]
    found: dict[str, Any] = {"not finite": int(x.size - finite.size)}
    if not finite.size:
        return found
    with np.errstate(all="ignore"):
        found["figures"] = {
            "least": plain(float(finite.min())),
            "greatest": plain(float(finite.max())),
            "mean": plain(float(finite.mean())),
            "standard deviation": plain(float(finite.std())),
            "norm": plain(float(np.linalg.norm(finite))),
            "zeros": int(np.count_nonzero(finite == 0)),
        }
    try:
        with np.errstate(all="ignore"):
            counts, _ = np.histogram(finite, bins=_BINS)
    except ValueError:
        # The entries lie too close together, or too far apart, for bins.
        return found
    return found | {"histogram": counts.tolist()}
