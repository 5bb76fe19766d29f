"""Products and linear algebra."""

from typing import Any

import numpy as np

from tests.cases.decompositions import POSITIVE
from tests.cases.inverses import MATRIX, STACK, TALL
from tests.oracle.bridge import INF, F, Function, torch
from tests.oracle.composites.composite import Composite, gathered, of
from tests.oracle.operations.matrices import LA, convolve
from tests.oracle.operations.matrices import hermitian as of_triangle


def along_axis(function: Function) -> Function:
    """Return a product along `axis`, of operands that broadcast."""
    return lambda a, b, axis=-1: function(*torch.broadcast_tensors(a, b), dim=axis)


def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None
) -> Any:
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    a, b = torch.broadcast_tensors(torch.movedim(a, axisa, -1), torch.movedim(b, axisb, -1))
    return torch.movedim(LA.cross(a, b), -1, axisc)


def dot(a: Any, b: Any) -> Any:
    """Over the last axis of a and the last but one of b."""
    return a * b if 0 in (a.ndim, b.ndim) else torch.tensordot(a, b, ([-1], [max(b.ndim - 2, 0)]))


def inner(a: Any, b: Any) -> Any:
    return a * b if 0 in (a.ndim, b.ndim) else torch.inner(a, b)


def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    return convolve(a, v.conj().flip(0), mode)


# What does not depend on the signs or phases that LAPACK chooses ---------------------------------


def weighted(m: Any, vectors: Any, inverse: Any) -> Any:
    """`V diag(1, 2, ...) V^-1`: projections on the vectors, each with another weight."""
    return (vectors * m.arange(1.0, vectors.shape[-1] + 1)) @ inverse


def outside(q: Any) -> Any:
    """Return the projection on all that is orthogonal to the columns of q."""
    return torch.eye(q.shape[-2], dtype=q.dtype) - q @ q.mH


def our_svd(a: Any, full_matrices: bool = True) -> Any:
    """Singular values, a sum of products of vectors, and the projection on what is orthogonal."""
    u, s, vh = np.linalg.svd(a, full_matrices)
    m, n = a.shape[-2:]
    k = min(m, n)
    y = s, weighted(np, u[..., :k], vh[..., :k, :])
    if not full_matrices:
        return y
    rest = u[..., k:] if m > n else np.conjugate(vh[..., k:, :].mT)
    return *y, rest @ np.conjugate(rest.mT)


def their_svd(a: Any, full_matrices: bool = True) -> Any:
    """PyTorch differentiates the vectors that belong to singular values alone."""
    u, s, vh = LA.svd(a, full_matrices=False)
    y = s, weighted(torch, u, vh)
    if not full_matrices:
        return y
    return *y, outside(u if a.shape[-2] > a.shape[-1] else vh.mH)


def our_qr(a: Any, mode: str = "reduced") -> Any:
    if mode != "complete":
        return np.linalg.qr(a, mode)
    q, r = np.linalg.qr(a, mode)
    n = a.shape[-1]
    return q[..., :n], r, q[..., n:] @ np.conjugate(q[..., n:].mT)


def their_qr(a: Any, mode: str = "reduced") -> Any:
    q, r = LA.qr(a)
    if mode == "r":
        return r
    below = (0, 0, 0, a.shape[-2] - a.shape[-1])
    return (q, F.pad(r, below), outside(q)) if mode == "complete" else (q, r)


def our_eigh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803 - NumPy's name
    w, v = np.linalg.eigh(a, UPLO)
    return w, weighted(np, v, np.conjugate(v.mT))


def their_eigh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803 - NumPy's name
    w, v = LA.eigh(of_triangle(a, UPLO))
    return w, weighted(torch, v, v.mH)


def their_eigvalsh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803 - NumPy's name
    return LA.eigvalsh(of_triangle(a, UPLO))


def our_eig(a: Any) -> Any:
    w, v = np.linalg.eig(a)
    return w, weighted(np, v, np.linalg.inv(v))


def their_eig(a: Any) -> Any:
    w, v = LA.eig(a)
    return w, weighted(torch, v, LA.inv(v))


def pinv(a: Any, hermitian: bool = False) -> Any:
    return LA.pinv(of_triangle(a), hermitian=True) if hermitian else LA.pinv(a)


def cond(a: Any, p: Any = None) -> Any:
    """By its definition, for other than singular values: the backward pass of PyTorch's fails."""
    return LA.cond(a) if p is None else LA.norm(a, p) * LA.norm(LA.inv(a), p)


def lstsq(a: Any, b: Any) -> Any:
    x = LA.pinv(a) @ b
    return x, torch.sum(torch.abs(a @ x - b) ** 2, 0).reshape(-1), LA.matrix_rank(a), LA.svdvals(a)


COMPLEX = np.array([[1.0, 2.0], [-3.0, 0.5]])
"""Its eigenvalues are complex."""

NORMS: list[Any] = [
    of(TALL),
    of(TALL, ord=1),
    of(TALL, ord=-1),
    of(TALL, ord=2),
    of(TALL, ord=-2),
    of(TALL, ord=INF),
    of(TALL, ord=-INF),
    of(TALL, ord="fro"),
    of((2, 3), ord="nuc"),
]

COMPOSITES: dict[Any, Composite] = {
    np.dot: Composite(
        dot,
        [
            of((3,), (3,)),
            of((2, 3), (3,)),
            of((2, 3), (4, 3, 2)),
            of((), (2, 3)),
        ],
    ),
    np.inner: Composite(inner, [of((3,), (3,)), of((2, 3), (4, 3)), of((), (2,))]),
    np.vdot: Composite(
        lambda a, b: torch.vdot(a.ravel(), b.ravel()),
        [of((3,), (3,)), of((2, 3), (2, 3))],
    ),
    np.kron: Composite(
        torch.kron,
        [of((2, 3), (3, 2)), of((3,), (2, 2)), of((2, 1, 2), (3,)), of((), (2,))],
    ),
    np.cross: Composite(
        cross,
        [
            of((3,), (2, 3)),
            of((3, 2), (3, 2), axis=0),
            of((2, 3), (3, 2), axisb=0, axisc=0),
        ],
    ),
    np.linalg.cross: Composite(
        along_axis(LA.cross), [of((2, 3), (3,)), of((3, 2), (3, 2), axis=0)]
    ),
    np.linalg.vecdot: Composite(
        along_axis(LA.vecdot), [of((2, 3), (3,)), of((3, 2), (3, 2), axis=0)]
    ),
    np.vecdot: Composite(along_axis(LA.vecdot), [of((2, 3), (3,)), of((3, 2), (3, 2), axis=0)]),
    np.linalg.outer: Composite(torch.outer, [of((2,), (3,))]),
    np.linalg.tensordot: Composite(
        lambda a, b, axes=2: torch.tensordot(a, b, axes),
        [of((2, 3), (2, 3)), of((4, 2), (2, 3), axes=1)],
    ),
    np.linalg.multi_dot: gathered(
        np.linalg.multi_dot,
        LA.multi_dot,
        [of((2, 3), (3, 4), (4, 2)), of((3,), (3, 4), (4, 2), (2,))],
    ),
    np.correlate: Composite(
        correlate,
        [
            of((n,), (m,), mode=mode)
            for n, m in ((5, 3), (4, 4), (3, 1))
            for mode in ("valid", "same", "full")
        ],
    ),
    np.convolve: Composite(convolve, [of((5,), (2,)), of((4,), (3,), mode="same")]),
    np.einsum: Composite(
        torch.einsum,
        [of("ij,jk", (2, 3), (3, 4)), of("...ij->...ji", (2, 3, 4))],
    ),
    np.linalg.norm: Composite(
        lambda x, ord=None, axis=None, keepdims=False: LA.norm(x, ord, axis, keepdims),
        [
            *NORMS,
            of((3,)),
            of((4,), ord=1),
            of((4,), ord=3),
            of((4,), ord=INF),
            of((4,), ord=-INF),
            of((4,), ord=0),
            of((2, 3, 4), axis=1, keepdims=True),
            of((2, 3, 4), ord=2.5, axis=-1),
            of((2, 3, 4), ord=1, axis=(0, 2), keepdims=True),
            of((2, 3, 4), ord="nuc", axis=(2, 0)),
        ],
    ),
    np.linalg.matrix_norm: Composite(
        lambda x, ord="fro", keepdims=False: LA.matrix_norm(x, ord, keepdim=keepdims),
        [*NORMS, of((2, 3, 4), ord=INF, keepdims=True)],
    ),
    np.linalg.vector_norm: Composite(
        lambda x, ord=2, axis=None, keepdims=False: LA.vector_norm(x, ord, axis, keepdims),
        [
            of((2, 3)),
            of((2, 3), ord=1, axis=0),
            of((2, 3, 4), ord=3, axis=(0, 2), keepdims=True),
        ],
    ),
    np.linalg.cond: Composite(cond, [of(MATRIX), of(STACK), of(MATRIX, p=1), of(MATRIX, p="fro")]),
    np.linalg.matrix_power: Composite(
        LA.matrix_power,
        [of(MATRIX, n=n) for n in (0, 1, 3, 4, -2)] + [of(STACK, n=2)],
    ),
    np.linalg.lstsq: Composite(lstsq, [of(TALL, (3,)), of(TALL, (3, 2))]),
    np.linalg.tensorinv: Composite(LA.tensorinv, [of((4, 6, 8, 3), ind=2), of((6, 2, 3), ind=1)]),
    np.linalg.tensorsolve: Composite(
        lambda a, b, axes=None: LA.tensorsolve(a, b, axes),
        [of((2, 3, 6), (2, 3)), of((2, 6, 3), (2, 3), axes=(1,))],
    ),
    np.linalg.pinv: Composite(
        pinv, [of((3, 2)), of(TALL), of(MATRIX, hermitian=True), of((3, 3), hermitian=True)]
    ),
    np.linalg.slogdet: Composite(LA.slogdet, [of(x) for x in (MATRIX, STACK)]),
    np.linalg.cholesky: Composite(
        lambda a, upper=False: LA.cholesky(of_triangle(a, "U" if upper else "L"), upper=upper),
        [of(POSITIVE), of(POSITIVE, upper=True)],
    ),
    np.linalg.qr: Composite(
        their_qr,
        [
            *(of(x) for x in (TALL, STACK, (2, 4), (4, 3))),
            of(TALL, mode="r"),
            *(of(x, mode="complete") for x in (TALL, (4, 2), (2, 4, 2))),
        ],
        our_qr,
    ),
    np.linalg.svd: Composite(
        their_svd,
        [
            *(of(x, full_matrices=False) for x in (MATRIX, TALL, TALL.T, STACK)),
            *(of(x) for x in (TALL, TALL.T, (4, 2), (2, 4, 2))),
        ],
        our_svd,
    ),
    np.linalg.svdvals: Composite(LA.svdvals, [of((3, 2)), of(STACK), of(TALL.T)]),
    np.linalg.eigh: Composite(their_eigh, [of(MATRIX), of(STACK, UPLO="U"), of((3, 3))], our_eigh),
    np.linalg.eigvalsh: Composite(
        their_eigvalsh,
        [of(MATRIX), of(STACK, UPLO="U"), of((3, 3))],
    ),
    np.linalg.eig: Composite(
        their_eig,
        [of(COMPLEX), of((3, 3)), of((2, 2, 2))],
        our_eig,
    ),
    np.linalg.eigvals: Composite(LA.eigvals, [of(COMPLEX), of((3, 3))]),
    np.linalg.matrix_transpose: Composite(lambda x: x.mT, [of((2, 3, 4))]),
    np.matrix_transpose: Composite(lambda x: x.mT, [of((2, 3, 4))]),
    np.linalg.trace: Composite(
        lambda x, offset=0: torch.diagonal(x, offset, -2, -1).sum(-1),
        [of((2, 3, 4)), of((3, 3), offset=1)],
    ),
    np.linalg.diagonal: Composite(
        lambda x, offset=0: torch.diagonal(x, offset, -2, -1), [of((2, 3, 4)), of((3, 3), offset=1)]
    ),
}
if hasattr(np, "matvec"):  # NumPy 2.2
    COMPOSITES |= {
        np.matvec: Composite(
            lambda a, x: (a @ x[..., None])[..., 0],
            [of((2, 3), (3,)), of((4, 2, 3), (4, 3))],
        ),
        np.vecmat: Composite(
            lambda x, a: (x.conj()[..., None, :] @ a)[..., 0, :],
            [of((2,), (2, 3)), of((4, 2), (2, 3))],
        ),
    }
