"""PyTorch's counterparts of reductions, scans, sorting, shapes, indexing and transforms."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.ops.shared.axes_of_indices import Slot
from tests.oracle.bridge import F, Function, derivative, torch
from tests.oracle.operations.entrywise import Counterparts


def dim(shape: Sequence[int], axis: Any) -> Any:
    """NumPy's axis as PyTorch wants it: all axes in full."""
    return tuple(range(len(shape))) if axis is None else axis


def lines(x: Any, axis: Any) -> Any:
    """Merge the axes that a reduction takes into the last one: most of PyTorch's take one only."""
    axes = (axis,) if isinstance(axis, int) else dim(x.shape, axis)
    kept = x.ndim - len(axes)
    moved = torch.movedim(x, axes, tuple(range(kept, x.ndim)))
    return moved.reshape(*moved.shape[:kept], math.prod(moved.shape[kept:]))


def unreduced(y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """Return a result for `lines`, with the axes that NumPy keeps."""
    if not keepdims:
        return y
    axes = (axis,) if isinstance(axis, int) else dim(x.shape, axis)
    gone = [a % x.ndim for a in axes]
    return y.reshape([1 if k in gone else n for k, n in enumerate(x.shape)])


def reduction(function: Function) -> Function:
    """Return a reduction over any axes."""
    return lambda x, axis=None, keepdims=False: function(
        x, dim=dim(x.shape, axis), keepdim=keepdims
    )


def line_reduction(function: Function) -> Function:
    """Return a reduction over any axes, by one over a single axis."""
    return lambda x, axis=None, keepdims=False, **how: unreduced(
        function(lines(x, axis), **how), x, axis, keepdims
    )


def deviation(function: Function) -> Function:
    return lambda x, axis=None, keepdims=False, ddof=0: function(
        x, dim=dim(x.shape, axis), keepdim=keepdims, correction=ddof
    )


def prod_of_others(x: Any, axis: Any = None) -> Any:
    """Return the gradient of the product, by PyTorch itself."""
    return derivative(lambda x: torch.prod(lines(x, axis), -1), x, 1)


def recurrence(a: Any, b: Any, axis: int = -1) -> Any:
    """`s[k] = a[k] s[k-1] + b[k]`, step by step."""
    steps: list[Any] = []
    for ak, bk in zip(a.unbind(axis), b.unbind(axis), strict=True):
        steps.append(ak * steps[-1] + bk if steps else bk)
    return torch.stack(steps, axis) if steps else b


def unwrap(x: Any, discont: Any = None, axis: int = -1, period: float = 2 * math.pi) -> Any:
    """Whole periods are added, so that no step is larger than half a period."""
    step = torch.diff(x.detach(), dim=axis)
    wrapped = torch.remainder(step + period / 2, period) - period / 2
    small = torch.abs(step) < (period / 2 if discont is None else discont)
    added = torch.cumsum(torch.where(small, 0, wrapped - step), axis)
    first = torch.zeros_like(x.detach().narrow(axis, 0, min(1, x.shape[axis])))
    return x + torch.cat([first, added], axis).narrow(axis, 0, x.shape[axis])


# Order --------------------------------------------------------------------------------------------


def argsort(x: Any, axis: int = -1) -> Any:
    return torch.argsort(x, dim=axis, stable=True)


def lexsort(keys: Any, axis: int = -1) -> Any:
    """Sorted by the first key, then, stably, by each further one."""
    order = torch.arange(keys.shape[-1])
    for key in keys:
        order = order[torch.argsort(key[order], stable=True)]
    return order


def tied(y: Any, axis: int = -1) -> Any:
    same = torch.diff(y, dim=axis) == 0
    return torch.cat([torch.zeros_like(same.narrow(axis, 0, 1)), same], axis)


def unique_part(x: Any, part: int, axis: int | None = None) -> Any:
    """Return the inverse (2) and the counts (3); PyTorch has no first indices (1)."""
    _, inverse, counts = torch.unique(x, return_inverse=True, return_counts=True, dim=axis)
    first = argsort(inverse.ravel())[torch.cumsum(counts, 0) - counts]
    return (first, inverse, counts)[part - 1]


def median_share(x: Any, axis: Any = None) -> Any:
    """Half for each of the two in the middle, shared by those that equal it; over last axes."""
    rows = lines(x, axis)
    n = rows.shape[-1]
    middle = torch.sort(rows, -1).values[..., [(n - 1) // 2, n // 2]]
    hit = torch.eq(rows[..., None, :], middle[..., None]).to(x.dtype)
    return torch.mean(hit / torch.sum(hit, -1, keepdim=True), -2).reshape(x.shape)


def tie_mean(x: Any, tied: Any, axis: int = -1) -> Any:
    """Return the mean over each run of entries that are tied to the one before."""
    run = torch.cumsum(~tied.movedim(axis, -1), -1)
    together = torch.eq(run[..., None], run[..., None, :]).to(x.dtype)
    means = together @ x.movedim(axis, -1)[..., None] / together.sum(-1, keepdim=True)
    return means[..., 0].movedim(-1, axis)


def extremal_share(x: Any, y: Any, axis: Any = None) -> Any:
    hit = torch.eq(x, y).to(x.dtype)
    return hit / torch.sum(hit, dim(x.shape, axis), keepdim=True)


# Shapes and indices -------------------------------------------------------------------------------


def reshape(x: Any, shape: Any, order: str = "C") -> Any:
    """Columns first, that is the other way round with all axes reversed."""
    if order == "C":
        return torch.reshape(x, shape)
    return transpose(torch.reshape(transpose(x), tuple(reversed(shape))))


def transpose(x: Any, axes: Any = None) -> Any:
    return torch.permute(x, axes or tuple(reversed(range(x.ndim))))


def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """NumPy takes one shift for several axes."""
    if isinstance(shift, int) and isinstance(axis, tuple):
        shift = (shift,) * len(axis)
    return torch.roll(x, shift, axis)


def torch_index(index: Any, arrays: Sequence[Any] = ()) -> Any:
    """Return an index of NumPy's as PyTorch takes it; operands stand where it has slots."""
    if isinstance(index, tuple):
        return tuple(torch_index(part, arrays) for part in index)
    if isinstance(index, Slot):
        return arrays[index.k]
    if isinstance(index, list):
        index = np.asarray(index, np.intp if not index else None)
    return torch.tensor(index) if isinstance(index, np.ndarray) else index


def numbers(index: Any, arrays: Sequence[Any], shape: Any) -> Any:
    """Return the positions, numbered flat, that an index selects in an array of `shape`."""
    flat = np.arange(math.prod(shape)).reshape(shape)
    arrays = [a.numpy() for a in arrays]

    def filled(part: Any) -> Any:
        return arrays[part.k] if isinstance(part, Slot) else part

    places = flat[tuple(map(filled, index)) if isinstance(index, tuple) else filled(index)]
    return torch.tensor(np.ascontiguousarray(places).reshape(np.shape(places)))


def getitem(x: Any, *arrays: Any, index: Any) -> Any:
    """PyTorch's own indexing; where it has none, or orders axes otherwise, by numbered places."""
    if isinstance(index, tuple) and (goes_back(index) or takes_apart(index)):
        return torch.take(x, numbers(index, arrays, x.shape))
    return x[torch_index(index, arrays)]


def goes_back(index: tuple[Any, ...]) -> bool:
    return any(isinstance(part, slice) and (part.step or 1) < 0 for part in index)


def takes_apart(index: tuple[Any, ...]) -> bool:
    """Whether integers and arrays stand on both sides of something else."""
    kinds = "".join("i" if isinstance(part, int | list | np.ndarray) else "s" for part in index)
    return "s" in kinds.strip("s")


def scatter(g: Any, *arrays: Any, index: Any, shape: Any) -> Any:
    flat = torch.zeros(math.prod(shape), dtype=g.dtype)
    places = numbers(index, arrays, shape)
    return flat.index_add(0, places.reshape(-1), g.reshape(-1)).reshape(shape)


def put(x: Any, value: Any, *arrays: Any, index: Any) -> Any:
    """One entry after the other: in NumPy the last one written at a place wins."""
    y, places = x.clone().reshape(-1), numbers(index, arrays, x.shape)
    value = value.reshape(value.shape[max(0, value.ndim - places.ndim) :])
    entries = value.broadcast_to(places.shape).reshape(-1)
    for place, entry in zip(places.reshape(-1), entries, strict=True):
        y[place] = entry
    return y.reshape(x.shape)


def flat_index(x: Any, dims: Any, mode: str = "raise", order: str = "C") -> Any:
    strides = np.zeros(dims, order=order)
    steps = [s // strides.itemsize for s in strides.strides]
    sizes = torch.tensor(dims).reshape(-1, *(1,) * (x.ndim - 1))
    if mode == "wrap":
        x = torch.remainder(x, sizes)
    if mode == "clip":
        x = torch.minimum(torch.clamp(x, 0), sizes - 1)
    return sum(step * part for step, part in zip(steps, x, strict=True))


def choice(x: Any, n: int, mode: str = "raise") -> Any:
    return torch.clamp(x, 0, n - 1) if mode == "clip" else torch.remainder(x, n)


def pad_zeros(x: Any, widths: Any) -> Any:
    return F.pad(x, [n for pair in reversed(widths) for n in pair])


def on_diagonal(x: Any, shape: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    zeros = torch.zeros(shape, dtype=x.dtype)
    return torch.diagonal_scatter(zeros, x, offset, axis1, axis2)


def triangle(function: Function) -> Function:
    """NumPy takes a vector for rows that are all alike."""
    return lambda x, k=0: function(x.expand(x.shape[0], -1) if x.ndim == 1 else x, k)


def transform(name: str) -> Function:
    function = getattr(torch.fft, name)
    return lambda x, n=None, axis=-1, norm=None: function(x, n, axis, norm)


DIFFERENTIABLE: Counterparts = {
    "sum": reduction(torch.sum),
    "mean": reduction(torch.mean),
    "max": reduction(torch.amax),
    "min": reduction(torch.amin),
    "logsumexp": reduction(torch.logsumexp),
    "var": deviation(torch.var),
    "std": deviation(torch.std),
    "prod": line_reduction(lambda x: torch.prod(x, -1)),
    "prod_of_others": prod_of_others,
    # PyTorch's median is the lower one in the middle.
    "median": line_reduction(lambda x: torch.quantile(x, 0.5, -1)),
    "softmax": lambda x, axis=-1: torch.softmax(x, axis),
    "log_softmax": lambda x, axis=-1: torch.log_softmax(x, axis),
    "cumsum": lambda x, axis: torch.cumsum(x, axis),
    "cumprod": lambda x, axis: torch.cumprod(x, axis),
    "running_max": lambda x, axis=0: torch.cummax(x, axis).values,
    "running_min": lambda x, axis=0: torch.cummin(x, axis).values,
    "recurrence": recurrence,
    "diff": lambda x, n=1, axis=-1: torch.diff(x, n, axis),
    "unwrap": unwrap,
    "sort": lambda x, axis=-1, kind=None, stable=None: torch.sort(x, axis).values,
    "tie_mean": tie_mean,
    "reshape": reshape,
    "broadcast_to": lambda x, shape: torch.broadcast_to(x, shape),
    "swapaxes": lambda x, axis1, axis2: torch.swapaxes(x, axis1, axis2),
    "moveaxis": lambda x, source, destination: torch.moveaxis(
        x, *(a if isinstance(a, int) else tuple(a) for a in (source, destination))
    ),
    "transpose": transpose,
    "flip": lambda x, axis=None: torch.flip(
        x, (axis,) if isinstance(axis, int) else dim(x.shape, axis)
    ),
    "roll": roll,
    "concatenate": lambda *xs, axis=0: (
        torch.cat([x.ravel() for x in xs]) if axis is None else torch.cat(xs, axis)
    ),
    "stack": lambda *xs, axis=0: torch.stack(xs, axis),
    "getitem": getitem,
    "scatter": scatter,
    "put": put,
    "pad_zeros": pad_zeros,
    "diagonal": lambda x, offset=0, axis1=0, axis2=1: torch.diagonal(x, offset, axis1, axis2),
    "on_diagonal": on_diagonal,
    "tril": triangle(torch.tril),
    "triu": triangle(torch.triu),
    **{name: transform(name) for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")},
    "fftshift": lambda x, axes=None: torch.fft.fftshift(x, axes),
    "ifftshift": lambda x, axes=None: torch.fft.ifftshift(x, axes),
}
CONSTANT: Counterparts = {
    "argmax": lambda x, axis=None: torch.argmax(x, axis),
    "argmin": lambda x, axis=None: torch.argmin(x, axis),
    # None of the cases has a NaN.
    "nanargmax": lambda x, axis=None: torch.argmax(x, axis),
    "nanargmin": lambda x, axis=None: torch.argmin(x, axis),
    "all": reduction(torch.all),
    "any": reduction(torch.any),
    "count_nonzero": reduction(lambda x, **how: torch.sum(x != 0, **how)),
    "extremal_share": extremal_share,
    "median_share": median_share,
    "argsort": argsort,
    "ranks": lambda x, axis=-1: argsort(argsort(x, axis), axis),
    "argwhere": torch.argwhere,
    "lexsort": lexsort,
    "searchsorted": lambda x, v, side="left": torch.searchsorted(x, v, side=side),
    # NumPy names the side on which the bins are closed, PyTorch the one where v goes in.
    "digitize": lambda x, bins, right=False: torch.bucketize(x, bins, right=not right),
    "isin": lambda x, y, invert=False: torch.isin(x, y, invert=invert),
    "tied": tied,
    "unique_part": unique_part,
    "unravelled": lambda x, shape, order, axis: torch.unravel_index(x, shape)[axis],
    "flat_index": flat_index,
    "choice": choice,
}
