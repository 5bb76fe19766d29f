"""Histograms: counts, which are constants, of entries between edges, which may not be."""

from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant
from autograd.ops.shared.reducing import as_array


def _number_of_bins(a: Any, bins: Any, range: Any = None) -> Any:
    return np.asarray(len(np.histogram_bin_edges(a, bins, range)) - 1)


number_of_bins = constant(_number_of_bins)


@composite(np.histogram_bin_edges)
def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    """Return the edges of bins: as given, or of equal bins from the least entry to the greatest."""
    a = as_array(a)
    if a.dtype.kind == "c":
        raise TypeError("a must be an array of real numbers")
    if np.ndim(bins):
        if not np.all(np.diff(bins) >= 0):
            raise ValueError("`bins` must increase monotonically, when an array")
        return as_array(bins)
    n = int(number_of_bins(a, bins=bins, range=range))
    low, high = (np.min(a), np.max(a)) if range is None and np.size(a) else range or (0, 1)
    flat = np.equal(low, high)
    low, high = np.where(flat, low - 0.5, low), np.where(flat, high + 0.5, high)
    return np.linspace(low, high, n + 1).astype(a.dtype if a.dtype.kind == "f" else np.float64)


@composite(np.histogram)
def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> Any:
    """Return the number or total weight of entries between neighbouring edges, and the edges.

    The counts do not move with the entries; weights and edges have derivatives.
    """
    edges = histogram_bin_edges(a, bins, range)
    n = len(edges) - 1
    entries = np.ravel(a)
    # Numbered from 1; 0 is below all edges and n + 1 above. The last bin has both its edges.
    number = np.searchsorted(edges, entries, side="right")
    number = np.where(np.equal(entries, edges[n]), n, number)
    if weights is None:
        counts: Any = np.bincount(number, None, n + 2)[1:-1]
    else:
        weights = np.ravel(weights)
        counts = np.bincount(number, weights, n + 2)[1:-1].astype(weights.dtype, copy=False)
    if density:
        counts = counts / np.diff(edges).astype(np.float64) / np.sum(counts)
    return counts, edges
