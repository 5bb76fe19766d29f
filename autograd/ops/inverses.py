"""Inverses of matrices, and the equations they solve."""

import operator
from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant, primitive
from autograd.engine.facts import Facts
from autograd.engine.notation import ATOM, POWER, PRODUCT, UNARY, Notation
from autograd.ops.shared.axes import LastAxes
from autograd.ops.shared.axes_of_products import LinearSystem
from autograd.ops.shared.matrices import adjoint, fit, from_triangle

# Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
# differentiation" (2008), sections 2.2.3 and 2.3.1: with Y = A^-1, dY = -Y dA Y.
inv = primitive(
    np.linalg.inv,
    vjp=lambda g, y, a: -(y.mT @ g @ y.mT),
    jvp=lambda t, y, a: -(y @ t @ y),
    facts=Facts(
        notation=Notation("{0}⁻¹", "{0}^{{-1}}", POWER, (ATOM,), "A⁻¹"),
        analytic=True,
        axes=LastAxes(2),
    ),
)


def _as_columns(v: Any, b: Any) -> Any:
    """`v`, laid out like the right-hand side `b`, as columns: NumPy 2 takes 1-d `b` as one."""
    return v[..., None] if b.ndim == 1 else v


def _as_given(v: Any, b: Any) -> Any:
    """Undo `_as_columns`."""
    return v[..., 0] if b.ndim == 1 else v


def _solve_pull_matrix(g: Any, x: Any, a: Any, b: Any) -> Any:
    """`dL/dA = -U X^T` with `A^T U = G`."""
    u = np.linalg.solve(a.mT, _as_columns(g, b))
    return fit(-(u @ _as_columns(x, b).mT), a.shape)


def _solve_pull_right(g: Any, x: Any, a: Any, b: Any) -> Any:
    """`dL/dB = U` with `A^T U = G`."""
    return fit(_as_given(np.linalg.solve(a.mT, _as_columns(g, b)), b), b.shape)


def _solve_push_matrix(t: Any, x: Any, a: Any, b: Any) -> Any:
    return -_as_given(np.linalg.solve(a, t @ _as_columns(x, b)), b)


solve = primitive(
    np.linalg.solve,
    vjp=(_solve_pull_matrix, _solve_pull_right),
    jvp=(_solve_push_matrix, lambda t, x, a, b: np.linalg.solve(a, t)),
    facts=Facts(
        notation=Notation("{0}⁻¹ {1}", r"{0}^{{-1}}\,{1}", PRODUCT, (ATOM, UNARY), "A⁻¹b"),
        analytic=True,
        axes=LinearSystem(),
    ),
)


# Where there is no inverse ------------------------------------------------------------------------


def _pinv(a: Any, **cutoff: Any) -> Any:
    return np.linalg.pinv(a, **cutoff)


def _pinv_pull(g: Any, y: Any, a: Any, rcond: Any = None, rtol: Any = None) -> Any:
    left = adjoint((y @ adjoint(y)).mT @ (g - g @ (a @ y).mT))
    right = adjoint((g - (y @ a).mT @ g) @ (adjoint(y) @ y).mT)
    return left + right - y.mT @ g @ y.mT


def _pinv_push(t: Any, y: Any, a: Any, rcond: Any = None, rtol: Any = None) -> Any:
    """Return the differential of the pseudoinverse, as long as the rank stays.

    `dY = -Y dA Y + Y Y^H dA^H (I - A Y) + (I - Y A) dA^H Y^H Y`; Golub and Pereyra, "The
    differentiation of pseudo-inverses and nonlinear least squares problems" (1973), eq. 4.12.
    """
    left = y @ adjoint(y) @ adjoint(t)
    right = adjoint(t) @ adjoint(y) @ y
    return left - left @ a @ y + right - y @ (a @ right) - y @ t @ y


pinv = primitive(
    _pinv,
    vjp=_pinv_pull,
    jvp=_pinv_push,
    facts=Facts(notation=Notation("{0}⁺", "{0}^{{+}}", POWER, (ATOM,), "A⁺"), axes=LastAxes(2)),
)


@composite(np.linalg.pinv)
def numpy_pinv(
    a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue
) -> Any:
    """Return the pseudoinverse; of a Hermitian matrix, NumPy reads only the lower triangle."""
    cutoff = {} if rcond is None else {"rcond": rcond}
    if rtol is not np._NoValue:
        cutoff["rtol"] = rtol
    return pinv.apply((from_triangle(a) if hermitian else a,), cutoff)


matrix_rank = constant(np.linalg.matrix_rank, facts=Facts(axes=LastAxes(2)))


@composite(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Any, Any, Any, Any]:
    """Return the least-squares solution `pinv(a) b`, squared residuals, rank and singular values.

    Derivatives hold where the rank does not change. As with NumPy there are residuals only where
    there are more equations than unknowns, and `a` has full rank.
    """
    a, b = (x if hasattr(x, "dtype") else np.asarray(x) for x in (a, b))
    if a.ndim != 2 or a.shape[0] != b.shape[0]:
        raise np.linalg.LinAlgError(f"Incompatible dimensions: {a.shape} and {b.shape}")
    m, n = a.shape
    if rcond is None:
        rcond = float(np.finfo(np.result_type(a.dtype, b.dtype, np.float32)).eps) * max(m, n)
    s = np.linalg.svdvals(a)
    rank = np.linalg.matrix_rank(a, rtol=rcond)
    x = np.linalg.pinv(a, rcond) @ b
    rest = np.abs(b - a @ x) ** 2
    residuals = np.sum(np.reshape(rest, (m, -1)), axis=0)
    return x, residuals if m > n and rank == n else residuals[:0], rank, s


# Powers, and arrays of more axes taken as matrices ------------------------------------------------


@composite(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """Return the product of `n` equal matrices, by squaring; for negative `n` of their inverses."""
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    try:
        n = operator.index(n)
    except TypeError as error:
        raise TypeError("exponent must be an integer") from error
    if n < 0:
        a, n = np.linalg.inv(a), -n
    if n == 0:
        return np.zeros_like(a) + np.eye(a.shape[-1], dtype=a.dtype)
    power = None
    while True:
        n, odd = divmod(n, 2)
        if odd:
            power = a if power is None else power @ a
        if not n:
            return power
        a = a @ a


@composite(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """Return the inverse of `a`, taken as a matrix from its other axes to its first `ind` ones."""
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    first, rest = a.shape[:ind], a.shape[ind:]
    size = int(np.prod(rest))
    return np.reshape(np.linalg.inv(np.reshape(a, (size, -1))), (*rest, *first))


@composite(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """Return the x with `tensordot(a, x, x.ndim) = b`; `axes` of `a` go to its end first."""
    ndim = np.ndim(a)
    moved = () if axes is None else tuple(axes)
    order = (*(i for i in range(ndim) if i not in moved), *moved)
    a = np.transpose(a, order)
    shape = np.shape(a)[np.ndim(b) :]
    size = int(np.prod(shape))
    if np.size(a) != size**2:
        raise np.linalg.LinAlgError(
            "Input arrays must satisfy the requirement "
            "prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])"
        )
    return np.reshape(np.linalg.solve(np.reshape(a, (size, size)), np.ravel(b)), shape)
