"""Reductions, statistics and functions of numbers."""

import math
from typing import Any

import numpy as np

from tests.oracle.bridge import INF, Function, torch
from tests.oracle.composites.composite import Composite, of
from tests.oracle.composites.signals import linspace
from tests.oracle.operations.arrays import dim, line_reduction, lines, unreduced

NAN = float("nan")
HOLES = np.array([[1.5, NAN, -2.0, 0.5], [NAN, 0.7, 3.0, NAN], [1.0, 2.0, -0.5, 4.0]])
MASK = np.array([[True, False, True], [False, True, True]])
WEIGHTS = np.array([0.5, 2.0, 1.5, 1.0])
SORTED = np.array([-1.5, 0.2, 1.0, 2.5])

# Reductions ---------------------------------------------------------------------------------------


def masked(function: Function, fill: float) -> Function:
    """Return a reduction of the entries where a mask holds; `fill` replaces the others."""

    def reduce(x: Any, axis: Any = None, where: Any = True, keepdims: bool = False) -> Any:
        used = torch.where(torch.as_tensor(where), x, fill)
        return unreduced(function(lines(used, axis)), x, axis, keepdims)

    return reduce


def counted(x: Any, where: Any, axis: Any, keepdims: bool) -> Any:
    where = torch.broadcast_to(torch.as_tensor(where), x.shape)
    return torch.sum(where, dim(x.shape, axis), keepdim=keepdims)


def mean(x: Any, axis: Any = None, where: Any = True, keepdims: bool = False) -> Any:
    total = masked(lambda rows: rows.sum(-1), 0)(x, axis, where, keepdims)
    return total / counted(x, where, axis, keepdims)


def var(
    x: Any, axis: Any = None, where: Any = True, keepdims: bool = False, correction: float = 0
) -> Any:
    centred = torch.where(torch.as_tensor(where), x - mean(x, axis, where, True), 0)
    total = torch.sum((centred * centred.conj()).real, dim(x.shape, axis), keepdim=keepdims)
    return total / (counted(x, where, axis, keepdims) - correction)


def std(x: Any, **how: Any) -> Any:
    return torch.sqrt(var(x, **how))


def numbers_only(function: Function) -> Function:
    """Return a reduction that passes over NaN, by one with a mask."""
    return lambda x, **how: function(x, where=~torch.isnan(x), **how)


def ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = dim(x.shape, axis)
    return torch.amax(x, axes, keepdims) - torch.amin(x, axes, keepdims)


def extremum(function: Function) -> Function:
    return lambda x, axis=None, keepdims=False: function(x, dim(x.shape, axis), keepdims)


def cumulative(function: Function, identity: float) -> Function:
    """Return a scan, on request with what it starts from."""

    def scan(x: Any, axis: int = 0, include_initial: bool = False) -> Any:
        if include_initial:
            x = torch.cat([torch.full_like(x.narrow(axis, 0, 1), identity), x], axis)
        return function(x, axis)

    return scan


def flat(function: Function) -> Function:
    """Return a scan that without an axis goes over all entries."""
    return lambda x, axis=None: function(x.ravel(), 0) if axis is None else function(x, axis)


def quantile(function: Function, top: float) -> Function:
    """PyTorch has five of NumPy's methods; `top` is the largest q."""

    def take(
        x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
    ) -> Any:
        q = torch.as_tensor(q, dtype=x.dtype) / top
        y = function(lines(x, axis), q, -1, interpolation=method)
        if q.ndim:
            return torch.stack([unreduced(each, x, axis, keepdims) for each in y])
        return unreduced(y, x, axis, keepdims)

    return take


# Statistics ---------------------------------------------------------------------------------------


def average(x: Any, weights: Any, axis: int | None = None) -> Any:
    if weights.shape != x.shape:
        weights = weights.reshape([-1 if k == axis else 1 for k in range(x.ndim)])
    total = torch.sum(weights.broadcast_to(x.shape), dim(x.shape, axis))
    return torch.sum(x * weights, dim(x.shape, axis)) / total


def cov(
    x: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
) -> Any:
    x = x if rowvar else x.T
    x = x if y is None else torch.cat([torch.atleast_2d(x), torch.atleast_2d(y)])
    ddof = int(not bias) if ddof is None else ddof
    weights = [None if w is None else torch.tensor(w) for w in (fweights, aweights)]
    return torch.cov(x, correction=ddof, fweights=weights[0], aweights=weights[1])


def histogram(x: Any, weights: Any, bins: Any, density: bool = False) -> Any:
    """Return the sums of the weights; PyTorch's own histograms have no derivatives."""
    edges = torch.tensor(bins)
    place = torch.clamp(torch.bucketize(x.detach(), edges, right=True) - 1, 0, len(bins) - 2)
    inside = (x >= edges[0]) & (x <= edges[-1])
    y = torch.zeros(len(bins) - 1, dtype=x.dtype).index_add(0, place, weights * inside)
    return (y / y.sum() / torch.diff(edges) if density else y), edges


def extended(function: Function, **bounds: Any) -> Composite:
    """Of functions that go on with complex numbers where real ones end."""
    return Composite(
        lambda x, **how: function(x.to(torch.complex128), **how), [of((2, 3), **bounds)]
    )


COMPOSITES: dict[Any, Composite] = {
    np.sum: Composite(
        masked(lambda rows: rows.sum(-1), 0),
        [of((2, 3), where=MASK, axis=0), of((2, 3), where=MASK, keepdims=True)],
    ),
    np.prod: Composite(masked(lambda rows: rows.prod(-1), 1), [of((2, 3), where=MASK, axis=0)]),
    np.mean: Composite(mean, [of((2, 3), where=MASK, axis=1)]),
    np.var: Composite(var, [of((2, 3), where=MASK, axis=1), of((2, 3), correction=1)]),
    np.std: Composite(std, [of((2, 3), where=MASK, axis=1), of((2, 3), correction=1)]),
    np.max: Composite(extremum(torch.amax), [of((2, 3), axis=(0, 1))]),
    np.min: Composite(extremum(torch.amin), [of((2, 3), axis=-1, keepdims=True)]),
    np.amax: Composite(extremum(torch.amax), [of((2, 3)), of((2, 3), axis=0)]),
    np.amin: Composite(extremum(torch.amin), [of((2, 3)), of((2, 3), axis=0)]),
    np.ptp: Composite(
        ptp, [of((2, 3)), of((2, 3, 4), axis=(0, 2)), of((2, 3), axis=0, keepdims=True)]
    ),
    np.nansum: Composite(
        numbers_only(masked(lambda rows: rows.sum(-1), 0)), [of(HOLES), of(HOLES, axis=0)]
    ),
    np.nanmean: Composite(numbers_only(mean), [of(HOLES), of(HOLES, axis=1, keepdims=True)]),
    np.nanprod: Composite(
        numbers_only(masked(lambda rows: rows.prod(-1), 1)), [of(HOLES), of(HOLES, axis=0)]
    ),
    np.nanvar: Composite(numbers_only(var), [of(HOLES), of(HOLES, axis=1)]),
    np.nanstd: Composite(numbers_only(std), [of(HOLES), of(HOLES, axis=0, keepdims=True)]),
    np.nanmax: Composite(
        numbers_only(masked(lambda rows: rows.amax(-1), -INF)), [of(HOLES), of(HOLES, axis=0)]
    ),
    np.nanmin: Composite(
        numbers_only(masked(lambda rows: rows.amin(-1), INF)), [of(HOLES), of(HOLES, axis=1)]
    ),
    np.nanmedian: Composite(
        line_reduction(lambda x: torch.nanquantile(x, 0.5, -1)), [of(HOLES), of(HOLES, axis=1)]
    ),
    np.median: Composite(
        line_reduction(lambda x: torch.quantile(x, 0.5, -1)), [of((2, 3)), of((4, 3), axis=0)]
    ),
    np.quantile: Composite(
        quantile(torch.quantile, 1),
        [
            of((2, 3), q=0.3),
            of((2, 3, 4), q=[0.1, 0.8], axis=(0, 2)),
            of((5, 2), q=0.7, axis=0, keepdims=True),
        ]
        + [of((2, 5), q=0.4, axis=1, method=m) for m in ("lower", "higher", "nearest", "midpoint")],
    ),
    np.percentile: Composite(
        quantile(torch.quantile, 100), [of((2, 3), q=30), of((6,), q=[12.5, 95])]
    ),
    np.nanquantile: Composite(
        quantile(torch.nanquantile, 1), [of(HOLES, q=0.3), of(HOLES, q=[0.25, 0.9], axis=1)]
    ),
    np.nanpercentile: Composite(quantile(torch.nanquantile, 100), [of(HOLES, q=35, axis=0)]),
    np.cumsum: Composite(flat(torch.cumsum), [of((2, 3))]),
    np.cumprod: Composite(flat(torch.cumprod), [of((2, 3))]),
    np.nancumsum: Composite(
        flat(lambda x, axis: torch.cumsum(torch.where(torch.isnan(x), 0, x), axis)),
        [of(HOLES), of(HOLES, axis=1)],
    ),
    np.nancumprod: Composite(
        flat(lambda x, axis: torch.cumprod(torch.where(torch.isnan(x), 1, x), axis)),
        [of(HOLES), of(HOLES, axis=0)],
    ),
    np.average: Composite(
        average,
        [of((2, 4), (2, 4)), of((2, 4), (4,), axis=1, low=0.5)],
        lambda x, w, axis=None: np.average(x, axis, w),
    ),
    np.cov: Composite(
        cov,
        [
            of((3, 5)),
            of((5,), (5,)),
            of((3, 5), (3, 5), ddof=0),
            of((5, 2), rowvar=False, bias=True),
            of((3, 4), aweights=WEIGHTS),
            of((3, 4), fweights=np.array([1, 3, 0, 2]), aweights=WEIGHTS),
        ],
    ),
    np.corrcoef: Composite(
        lambda x, rowvar=True: torch.corrcoef(x if rowvar else x.T),
        [of((3, 5)), of((5, 2), rowvar=False)],
    ),
    np.histogram: Composite(
        histogram,
        [of((7,), (7,), bins=SORTED, density=d, low=0.1) for d in (False, True)],
        lambda x, weights, bins, density=False: np.histogram(x, bins, None, density, weights),
    ),
    np.histogram_bin_edges: Composite(
        lambda x, bins: linspace(x.amin(), x.amax(), bins + 1), [of((2, 3), bins=4)]
    ),
    np.frexp: Composite(torch.frexp, [of((2, 3))]),
    np.modf: Composite(lambda x: (torch.frac(x), torch.trunc(x)), [of((2, 3))]),
    np.divmod: Composite(
        lambda x, y: (torch.floor_divide(x.detach(), y.detach()), torch.remainder(x, y)),
        [of((2, 3), (3,), low=0.5)],
    ),
    np.fix: Composite(torch.trunc, [of((2, 3))]),
    np.float_power: Composite(torch.float_power, [of((2, 3), (3,), low=0.5)]),
    np.clip: Composite(
        lambda x, min=None, max=None: torch.clamp(x, min, max),
        [of((2, 3), min=-0.5), of((2, 3), min=-1.0, max=0.5)],
    ),
    np.nan_to_num: Composite(
        lambda x, nan=0.0: torch.nan_to_num(x, nan), [of(HOLES), of(HOLES, nan=2.0)]
    ),
    np.sign: Composite(torch.sgn, [of((2, 3))]),
    np.emath.sqrt: extended(torch.sqrt),
    np.emath.log: extended(torch.log),
    np.emath.log2: extended(lambda x: torch.log(x) / math.log(2)),
    np.emath.log10: extended(lambda x: torch.log(x) / math.log(10)),
    np.emath.logn: Composite(
        lambda n, x: torch.log(x.to(torch.complex128)) / torch.log(n),
        [of((), (2, 3))],
        lambda n, x: np.emath.logn(n, x),
    ),
    np.emath.power: extended(lambda x, p: torch.pow(x, p), p=1.5),
    # On the branch cut beyond 1 PyTorch's derivatives have the sign of the other side.
    np.emath.arccos: extended(torch.arccos, high=0.9),
    np.emath.arcsin: extended(torch.arcsin, high=0.9),
    np.emath.arctanh: extended(torch.arctanh),
}
if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    COMPOSITES |= {
        np.cumulative_sum: Composite(
            cumulative(torch.cumsum, 0), [of((3,)), of((2, 3), axis=1, include_initial=True)]
        ),
        np.cumulative_prod: Composite(
            cumulative(torch.cumprod, 1), [of((3,)), of((2, 3), axis=0, include_initial=True)]
        ),
    }
