"""Derivatives of a function to second order, held to its values nearby.

`gradcheck` compares every entry of all four second derivatives (reverse or forward mode over
either) with differences, at a cost of two first derivatives and more for each entry and mode.
The four are one function, so `assert_derivatives` takes the differences once for all of them.
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

    First derivatives are checked entry by entry, by `gradcheck`. So are the second ones of
    reverse over reverse and reverse over forward mode; forward over either is linear in its
    tangent, and is checked along random directions.
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

    expected = differences(by_reverse, points)
    for first in (by_reverse, by_forward):
        for got, wanted in zip(pulled(first, points, 1.0), expected, strict=True):
            np.testing.assert_allclose(
                got, wanted, rtol, ATOL, err_msg=f"reverse over {first.__name__}"
            )
        for _ in range(DIRECTIONS):
            tangents = [_random_like(p, rng) for p in points]
            pushed = jvp(first, tuple(points), tuple(tangents))[1]
            np.testing.assert_allclose(
                pushed, along(tangents, expected), rtol, ATOL, err_msg=f"forward over {first}"
            )


def differences(fn: Function, points: Sequence[Any]) -> list[Any]:
    """Return the gradient of a real function by differences, one array for each of `points`.

    By a complex step where `fn` is analytic. The gradient for a complex array is
    `dL/dx + i dL/dy`.
    """
    value = np.asarray(_plain(fn(*points)))
    real = all(p.dtype.kind != "c" for p in points)

    def run(xs: Sequence[Any]) -> list[Any]:
        return [fn(*xs)]

    def number(xs: Sequence[Any]) -> Any:
        return np.asarray(_plain(fn(*xs)))

    analytic = real and is_analytic(run, number, points, [value])
    numeric = complex_step if analytic else central
    gradient = [np.zeros_like(p) for p in points]
    for k, point in enumerate(points):
        for unit in (1, 1j) if point.dtype.kind == "c" else (1,):
            for index in np.ndindex(point.shape):
                direction = [np.zeros_like(p) for p in points]
                direction[k][index] = unit
                gradient[k][index] += unit * numeric(number, points, direction)
    return gradient


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
