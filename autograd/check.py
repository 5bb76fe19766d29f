"""`gradcheck`: analytic derivatives against differences of the function itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.errors import GradientMismatch
from autograd.tensor import Tensor
from autograd.transforms import jvp, vjp

_STEP = 1e-4


def gradcheck(
    fn: Callable[..., Any],
    *args: Any,
    order: int = 2,
    modes: Sequence[str] = ("reverse", "forward"),
    rtol: float = 1e-6,
    atol: float = 1e-7,
    seed: int = 0,
) -> None:
    """Compare the derivatives of `fn` at `args` with central differences, entry by entry.

    The output is weighted with fixed random numbers w, so that for every entry of every argument

        d(w . fn)/dx_i  =  (4 D(h/2) - D(h)) / 3,   D(h) = w . (fn(x + h e_i) - fn(x - h e_i)) / 2h

    has to hold (Richardson's extrapolation, error of order h^4) in each of the `modes` "reverse"
    and "forward". With `order=2` the same holds for the derivative of the gradient, in both modes.
    Arguments are numbers or arrays and are checked in float64.

    Raises `GradientMismatch`, which names the worst entry, and `TypeError` or `ValueError` for
    arguments that cannot be checked.

    >>> gradcheck(lambda x, y: np.sum(x * np.sin(y)), np.array([1.0, 2.0]), 3.0)
    """
    unknown = set(modes) - {"reverse", "forward"}
    if unknown or not modes:
        raise ValueError(f"modes are 'reverse' and 'forward', got {tuple(modes)}")
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, got {order}")
    if not args:
        raise TypeError("gradcheck needs at least one argument to differentiate with respect to")
    points = [np.array(x.data if type(x) is Tensor else x, np.float64) for x in args]
    rng = np.random.default_rng(seed)
    _check_first(fn, points, modes, rtol, atol, rng, 1)
    if order == 2:
        for second in _gradients(fn, points, modes, rng):
            _check_first(second, points, modes, rtol, atol, rng, 2)


@dataclass
class _Entry:
    """One analytic derivative beside its numerical value."""

    argument: int
    index: tuple[int, ...]
    mode: str
    analytic: float
    numeric: float

    @property
    def error(self) -> float:
        """Relative to the larger of the two; infinite where only one is a number."""
        difference = abs(self.analytic - self.numeric)
        largest = max(abs(self.analytic), abs(self.numeric), np.finfo(float).tiny)
        return difference / largest if np.isfinite(difference) else np.inf

    def agrees(self, rtol: float, atol: float) -> bool:
        return bool(np.isclose(self.analytic, self.numeric, rtol=rtol, atol=atol))


def _check_first(
    fn: Callable[..., Any],
    points: list[Any],
    modes: Sequence[str],
    rtol: float,
    atol: float,
    rng: np.random.Generator,
    order: int,
) -> None:
    weights = rng.uniform(0.5, 1.5, np.shape(_plain(fn(*points))))
    entries = list(_entries(fn, points, modes, weights))
    wrong = [e for e in entries if not e.agrees(rtol, atol)]
    if wrong:
        worst = max(wrong, key=lambda e: e.error)
        raise GradientMismatch(
            f"{'first' if order == 1 else 'second'} derivative in {worst.mode} mode, "
            f"argument {worst.argument}, index {worst.index}: analytic {worst.analytic:.10g}, "
            f"numeric {worst.numeric:.10g}, relative error {worst.error:.3g} "
            f"({len(wrong)} of {len(entries)} entries are off)"
        )


def _plain(value: Any) -> Any:
    return value.data if type(value) is Tensor else value


def _entries(
    fn: Callable[..., Any], points: list[Any], modes: Sequence[str], weights: Any
) -> Iterator[_Entry]:
    pulled: list[Any] = []
    if "reverse" in modes:
        cotangents = vjp(fn, *points)[1](weights)
        pulled = [cotangents] if len(points) == 1 else list(cotangents)
    for k, point in enumerate(points):
        for index in np.ndindex(point.shape):
            numeric = _difference(fn, points, k, index, weights)
            if "reverse" in modes:
                yield _Entry(k, index, "reverse", float(pulled[k][index]), numeric)
            if "forward" in modes:
                tangents = [np.zeros_like(p) for p in points]
                tangents[k][index] = 1.0
                tangent = jvp(fn, tuple(points), tuple(tangents))[1]
                yield _Entry(k, index, "forward", float(np.sum(weights * tangent)), numeric)


def _difference(
    fn: Callable[..., Any], points: list[Any], k: int, index: tuple[int, ...], weights: Any
) -> float:
    def at(offset: float) -> float:
        moved = list(points)
        moved[k] = points[k].copy()
        moved[k][index] += offset
        return float(np.sum(weights * _plain(fn(*moved))))

    h = _STEP * max(1.0, abs(float(points[k][index])))
    wide = (at(h) - at(-h)) / (2 * h)
    narrow = (at(h / 2) - at(-h / 2)) / h
    return (4 * narrow - wide) / 3


def _gradients(
    fn: Callable[..., Any], points: list[Any], modes: Sequence[str], rng: np.random.Generator
) -> Iterator[Callable[..., Any]]:
    """Scalar functions that are made of first derivatives, one for each mode."""
    weights = rng.uniform(0.5, 1.5, np.shape(_plain(fn(*points))))
    directions = tuple(rng.uniform(0.5, 1.5, p.shape) for p in points)

    def by_reverse(*args: Any) -> Any:
        cotangents = vjp(fn, *args)[1](weights)
        parts = [cotangents] if len(args) == 1 else cotangents
        return sum(np.sum(d * c) for d, c in zip(directions, parts, strict=True))

    def by_forward(*args: Any) -> Any:
        return np.sum(weights * jvp(fn, args, directions)[1])

    if "reverse" in modes:
        yield by_reverse
    if "forward" in modes:
        yield by_forward
