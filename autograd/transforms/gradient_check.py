"""`gradcheck`: analytic derivatives against what the function itself does nearby."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.engine.dtypes import as_value
from autograd.engine.modes import no_grad
from autograd.engine.tensor import Tensor
from autograd.errors import GradientMismatch
from autograd.transforms.derivatives import jvp, vjp
from autograd.transforms.differences import central, complex_step, has_kink, is_analytic
from autograd.transforms.trees import leaves_of, map_tree, paths_of, with_leaves

_WORST = 8
"""How many entries a report lists."""


def gradcheck(
    fn: Callable[..., Any],
    *args: Any,
    order: int = 2,
    modes: Sequence[str] = ("reverse", "forward"),
    rtol: float = 1e-6,
    atol: float = 1e-7,
    seed: int = 0,
) -> None:
    """Compare the derivatives of `fn` at `args` with what its values say, entry by entry.

    The output is weighted with fixed random numbers w, and for every entry of every argument the
    derivative of w . fn is computed from values of `fn` nearby: by a complex step where `fn` is
    analytic, otherwise by central differences. The analytic one has to agree in each of the `modes`
    "reverse" and "forward". With `order=2` so has the derivative of the gradient, in both modes.

    Arguments are numbers, arrays, or nested dicts, lists, tuples and dataclasses of them, and so
    are results. They are checked in float64; complex ones in complex128, once for the real and once
    for the imaginary part of every entry: their gradient is the direction of steepest ascent,
    dL/dx + i dL/dy.

    Raises `GradientMismatch` with a table of the worst entries, and with what makes the numbers
    themselves suspect, if anything: float32, results that change from call to call, kinks.
    `TypeError` or `ValueError` for arguments that cannot be checked.

    >>> gradcheck(lambda x, y: np.sum(x * np.sin(y)), np.array([1.0, 2.0]), 3.0)
    """
    unknown = set(modes) - {"reverse", "forward"}
    if unknown or not modes:
        raise ValueError(f"modes are 'reverse' and 'forward', got {tuple(modes)}")
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, got {order}")
    if not args:
        raise TypeError("gradcheck needs at least one argument to differentiate with respect to")
    # What `fn` closes over, such as the parameters of a network, is constant here.
    with no_grad():
        checked = _Checked(fn, map_tree(_point, args))
        rng = np.random.default_rng(seed)
        _check(checked, modes, rtol, atol, rng, 1)
        if order == 2:
            for second in _gradients(checked, modes, rng):
                _check(second, modes, rtol, atol, rng, 2)


def _point(x: Any) -> Any:
    x = as_value(x.data if type(x) is Tensor else x)
    return np.array(x, np.complex128 if np.iscomplexobj(x) else np.float64)


class _Checked:
    """A function of lists of arrays, made from one of arguments in a structure."""

    def __init__(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.fn, self.args = fn, args
        self.points: list[Any] = leaves_of(args)
        self.paths = [path for k, arg in enumerate(args) for path in paths_of(arg, str(k))]
        self.values = self.arrays(self.points)

    def __call__(self, *points: Any) -> list[Any]:
        return leaves_of(self.fn(*with_leaves(self.args, points)))

    def arrays(self, points: Sequence[Any]) -> list[Any]:
        return [np.asarray(x.data if type(x) is Tensor else x) for x in self(*points)]


@dataclass
class _Entry:
    """One analytic derivative beside its numerical value."""

    argument: str
    place: str
    mode: str
    order: int
    analytic: float
    numeric: float
    direction: list[Any]

    @property
    def error(self) -> float:
        """Relative to the larger of the two; infinite where only one is a number."""
        difference = abs(self.analytic - self.numeric)
        largest = max(abs(self.analytic), abs(self.numeric), np.finfo(float).tiny)
        return difference / largest if np.isfinite(difference) else np.inf

    def agrees(self, rtol: float, atol: float) -> bool:
        return bool(np.isclose(self.analytic, self.numeric, rtol=rtol, atol=atol))

    def cells(self) -> list[str]:
        numbers = f"{self.analytic:.10g}", f"{self.numeric:.10g}", f"{self.error:.3g}"
        return [self.argument, self.place, self.mode, str(self.order), *numbers]


_HEADINGS = "argument", "index", "mode", "order", "analytic", "numeric", "relative error"


def _check(
    checked: _Checked,
    modes: Sequence[str],
    rtol: float,
    atol: float,
    rng: "np.random.Generator",
    order: int,
) -> None:
    weights = [_random_like(x, rng) for x in checked.values]

    def weighted(points: list[Any]) -> Any:
        return _along(weights, checked.arrays(points))

    entries = list(_entries(checked, modes, weights, weighted, order))
    wrong = [e for e in entries if not e.agrees(rtol, atol)]
    if wrong:
        wrong.sort(key=lambda e: -e.error)
        lines = [_headline(wrong[0], len(wrong), len(entries)), *_table(wrong[:_WORST])]
        suspects = list(_suspects(checked, weighted, wrong[:_WORST]))
        raise GradientMismatch("\n".join([*lines, *(f"suspect: {s}" for s in suspects)]))


def _headline(worst: _Entry, wrong: int, total: int) -> str:
    return (
        f"{'first' if worst.order == 1 else 'second'} derivative in {worst.mode} mode, "
        f"argument {worst.argument}, index {worst.place}: "
        f"analytic {worst.analytic:.10g}, numeric {worst.numeric:.10g}, "
        f"relative error {worst.error:.3g} ({wrong} of {total} entries are off)"
    )


def _table(entries: Sequence[_Entry]) -> Iterator[str]:
    rows = [_HEADINGS, *(e.cells() for e in entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(n) for cell, n in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells).rstrip()}"


def _suspects(
    checked: _Checked, weighted: Callable[[list[Any]], Any], wrong: Sequence[_Entry]
) -> Iterator[str]:
    """Return reasons other than a wrong derivative for the entries that differ."""
    coarse = {str(x.dtype) for x in checked.values} & {"float16", "float32", "complex64"}
    if coarse:
        yield (
            f"the function returns {', '.join(sorted(coarse))}, too coarse for differences; "
            "let it compute in the dtype of its arguments, which is float64 here"
        )
    again = checked.arrays(checked.points)
    if not all(map(_equal, checked.values, again)):
        yield (
            "the function gave another result when called again with the same arguments; "
            "make its random numbers from a seed inside it"
        )
        return
    for e in [] if coarse else wrong:
        if has_kink(weighted, checked.points, e.direction):
            yield (
                f"the function has a kink or jump at argument {e.argument}, index {e.place}: the "
                "derivatives to both sides differ; check it elsewhere"
            )
            return


def _equal(a: Any, b: Any) -> bool:
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))


# The two sides -----------------------------------------------------------------------------------


def _random_like(x: Any, rng: "np.random.Generator") -> Any:
    """Random weights or directions of the shape and kind of `x`."""
    real = rng.uniform(0.5, 1.5, x.shape)
    return real + 1j * rng.uniform(0.5, 1.5, x.shape) if x.dtype.kind == "c" else real


def _along(directions: Sequence[Any], xs: Sequence[Any]) -> Any:
    """Return the component of `xs` along directions: `sum(d x)`, complex `Re sum(d^* x)`."""
    total: Any = 0.0
    for d, x in zip(directions, xs, strict=True):
        complex_numbers = d.dtype.kind == "c"
        total = total + np.sum(np.real(np.conjugate(d) * x) if complex_numbers else d * x)
    return total


def _directions(points: Sequence[Any]) -> Iterator[tuple[int, tuple[int, ...], str, list[Any]]]:
    """Along every entry: its argument, its index, which part of it, and the unit vector.

    A complex entry has two of them.
    """
    for k, point in enumerate(points):
        parts: dict[str, complex] = {"": 1}
        if point.dtype.kind == "c":
            parts = {" real part": 1, " imaginary part": 1j}
        for index in np.ndindex(point.shape):
            for part, unit in parts.items():
                direction = [np.zeros_like(p) for p in points]
                direction[k][index] = unit
                yield k, index, part, direction


def _entries(
    checked: _Checked,
    modes: Sequence[str],
    weights: Sequence[Any],
    weighted: Callable[[list[Any]], Any],
    order: int,
) -> Iterator[_Entry]:
    points = checked.points
    numeric = central
    real = all(x.dtype.kind != "c" for x in (*points, *checked.values))
    if real and is_analytic(lambda xs: checked(*xs), weighted, points, checked.values):
        numeric = complex_step
    pulled = _pulled(checked, points, weights) if "reverse" in modes else []
    for k, index, part, direction in _directions(points):
        expected = numeric(weighted, points, direction)
        analytic = {}
        if "reverse" in modes:
            analytic["reverse"] = _along([direction[k][index]], [pulled[k][index]])
        if "forward" in modes:
            analytic["forward"] = _along(weights, jvp(checked, tuple(points), tuple(direction))[1])
        for mode, value in analytic.items():
            yield _Entry(
                checked.paths[k], f"{index}{part}", mode, order, float(value), expected, direction
            )


def _pulled(checked: Callable[..., Any], points: Sequence[Any], weights: Sequence[Any]) -> Any:
    pulled = vjp(checked, *points)[1](list(weights))
    return pulled if len(points) > 1 else (pulled,)


def _gradients(
    checked: _Checked, modes: Sequence[str], rng: "np.random.Generator"
) -> Iterator[_Checked]:
    """Scalar functions that are made of first derivatives, one for each mode."""
    weights = [_random_like(x, rng) for x in checked.values]
    directions = tuple(_random_like(p, rng) for p in checked.points)

    def by_reverse(*args: Any) -> Any:
        return _along(directions, _pulled(checked, leaves_of(args), weights))

    def by_forward(*args: Any) -> Any:
        return _along(weights, jvp(checked, tuple(leaves_of(args)), directions)[1])

    if "reverse" in modes:
        yield _Checked(by_reverse, checked.args)
    if "forward" in modes:
        yield _Checked(by_forward, checked.args)
