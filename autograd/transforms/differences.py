"""Derivatives from values of a function nearby, with which `gradcheck` compares.

Points and directions are lists of arrays; a function takes such a list and returns a number.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.modes import enable_grad
from autograd.engine.tensor import Tensor
from autograd.transforms.derivatives import join_outputs

Arrays = Sequence[Any]
Function = Callable[[list[Any]], Any]

_STEP, _TINY = 1e-4, 1e-30


def moved(points: Arrays, direction: Arrays, by: complex) -> list[Any]:
    """Return the points, moved along a direction."""
    return [p + by * d for p, d in zip(points, direction, strict=True)]


def step_size(points: Arrays, direction: Arrays) -> float:
    """Return a step for differences, relative to the largest number among those that move."""
    sizes = (np.max(np.abs(p[d != 0]), initial=1) for p, d in zip(points, direction, strict=True))
    return _STEP * float(max(sizes))


def central(fn: Function, points: Arrays, direction: Arrays) -> float:
    """Return the derivative of `fn` along a direction, by central differences.

        D(h) = (fn(x + h d) - fn(x - h d)) / 2h,     (4 D(h/2) - D(h)) / 3

    has an error of order h^4 (Richardson's extrapolation).
    """

    def difference(h: float) -> Any:
        return (fn(moved(points, direction, h)) - fn(moved(points, direction, -h))) / (2 * h)

    h = step_size(points, direction)
    return float((4 * difference(h / 2) - difference(h)) / 3)


def complex_step(fn: Function, points: Arrays, direction: Arrays) -> float:
    """Return the derivative along a real direction by a complex step, `Im fn(x + ih d) / h`.

    Exact to rounding, as nothing is subtracted, where `fn` is analytic (Squire and Trapp 1998).
    """
    return float(np.imag(fn(moved(points, direction, 1j * _TINY))) / _TINY)


def has_kink(fn: Function, points: Arrays, direction: Arrays) -> bool:
    """Return whether the derivatives to both sides differ, also with a smaller step."""
    here = fn(list(points))

    def gap(h: float) -> float:
        there, back = fn(moved(points, direction, h)), fn(moved(points, direction, -h))
        return float(abs(there - 2 * here + back) / h)

    h = step_size(points, direction)
    wide, narrow = gap(10 * h), gap(h)
    return narrow > 0.5 * wide and narrow > 1e-5 * max(1, abs(here))


# Validity of the complex step -------------------------------------------------------------------


def is_analytic(
    run: Callable[[list[Any]], list[Any]], fn: Function, points: Arrays, values: Arrays
) -> bool:
    """Return whether `run` is the same function on complex arrays, and analytic.

    It is if all recorded operations are analytic and its `values` at the points are the same. As
    not everything is recorded, a complex step of `fn`, a weighted sum of the results of `run`, also
    has to be close to a difference.
    """
    leaves = [Tensor(p.astype(np.complex128), requires_grad=True) for p in points]
    direction = [np.linspace(0.5, 1.5, p.size).reshape(p.shape) for p in points]
    try:
        with np.errstate(all="ignore"), enable_grad():
            outputs = run(list(leaves))
            exact, about = (d(fn, points, direction) for d in (complex_step, central))
    except Exception:
        # Whatever it raises, the function does not take complex numbers.
        return False
    recorded = [x for x in outputs if type(x) is Tensor and x.requires_grad]
    plain = [np.asarray(x.data if type(x) is Tensor else x) for x in outputs]
    return (
        _analytic_record(recorded, leaves)
        and all(
            x.shape == v.shape and np.allclose(x, v, rtol=1e-12, atol=0)
            for x, v in zip(plain, values, strict=True)
        )
        and bool(np.isclose(exact, about, rtol=1e-4, atol=1e-6))
    )


def _analytic_record(outputs: Sequence[Tensor], leaves: Collection[Tensor]) -> bool:
    """Return whether all operations are analytic: a complex step gets lost in another, as `abs`."""
    steps = sweep.order(join_outputs(outputs), leaves)[:-1]
    return all(node.op.facts.analytic for node in steps if node.op is not None)
