"""Derivatives of a function to second order, held to its values nearby.

`gradcheck` compares every entry of all four second derivatives (reverse or forward mode over
either) with differences, at a cost of two first derivatives and more for each entry and mode.
The four are one function, and it is linear in its direction: a derivative that is wrong in any
entry is wrong along a random direction. So `assert_derivatives` compares along a few of them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, gradcheck, jvp, vjp
from autograd.transforms.differences import central, complex_step, is_analytic
from autograd.transforms.trees import leaves_of

Function = Callable[..., Any]

DIRECTIONS = 3
ATOL = 1e-7


def assert_derivatives(fn: Function, *primals: Any, rtol: float = 1e-6) -> None:
    """Assert that both modes agree with differences of `fn` at `primals`, to second order.

    First derivatives are checked entry by entry, by `gradcheck`, second ones along random
    directions.
    """
    gradcheck(fn, *primals, order=1, rtol=rtol)
    points = [np.array(p, np.complex128 if np.iscomplexobj(p) else np.float64) for p in primals]
    rng = np.random.default_rng(0)
    weights = [_random_like(_plain(y), rng) for y in leaves_of(fn(*points))]
    directions = [_random_like(p, rng) for p in points]

    def by_reverse(*xs: Any) -> Any:
        return along(directions, pulled(lambda *args: leaves_of(fn(*args)), xs, weights))

    def by_forward(*xs: Any) -> Any:
        return along(weights, leaves_of(jvp(fn, xs, tuple(directions))[1]))

    numeric = difference_of(by_reverse, points)
    lines = [_unit_direction(points, rng) for _ in range(DIRECTIONS)]
    expected = [numeric(line) for line in lines]
    for first in (by_reverse, by_forward):
        gradient = pulled(first, points, 1.0)
        pushed = [jvp(first, tuple(points), tuple(line))[1] for line in lines]
        for name, got in (
            ("reverse", [along(line, gradient) for line in lines]),
            ("forward", pushed),
        ):
            np.testing.assert_allclose(
                got,
                expected,
                rtol,
                ATOL,
                err_msg=f"{name} over {first.__name__} along {DIRECTIONS} random directions; "
                "`gradcheck` lists the entries",
            )


def difference_of(fn: Function, points: Sequence[Any]) -> Callable[[Sequence[Any]], float]:
    """Return the derivative by differences of a real function, as a function of the direction.

    By a complex step where `fn` is analytic.
    """
    value = np.asarray(_plain(fn(*points)))
    real = all(p.dtype.kind != "c" for p in points)

    def run(xs: Sequence[Any]) -> list[Any]:
        return [fn(*xs)]

    def number(xs: Sequence[Any]) -> Any:
        return np.asarray(_plain(fn(*xs)))

    analytic = real and is_analytic(run, number, points, [value])
    numeric = complex_step if analytic else central
    return lambda direction: numeric(number, points, direction)


def along(directions: Sequence[Any], xs: Sequence[Any]) -> Any:
    """Return `sum(d x)`, or for complex `directions` d `Re sum(conj(d) x)`."""
    total: Any = 0.0
    for d, x in zip(directions, xs, strict=True):
        product = np.real(np.conjugate(d) * x) if d.dtype.kind == "c" else d * x
        total = total + np.sum(product)
    return total


def pulled(fn: Function, primals: Sequence[Any], v: Any) -> tuple[Any, ...]:
    """Return the gradients of `<v, fn>`, one for each of `primals`."""
    gradients = vjp(fn, *primals)[1](v)
    return gradients if len(primals) > 1 else (gradients,)


def _plain(x: Any) -> Any:
    return x.data if type(x) is Tensor else x


def _random_like(x: Any, rng: np.random.Generator) -> Any:
    real = rng.uniform(0.5, 1.5, np.shape(x))
    return real + 1j * rng.uniform(0.5, 1.5, np.shape(x)) if np.iscomplexobj(x) else real


def _unit_direction(points: Sequence[Any], rng: np.random.Generator) -> list[Any]:
    """Return a random direction of length 1: along longer ones differences are less exact."""
    line = [_random_like(p, rng) for p in points]
    length = np.sqrt(sum(np.sum(np.abs(d) ** 2) for d in line))
    return [d / length for d in line]
