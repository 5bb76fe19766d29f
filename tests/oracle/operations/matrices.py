"""PyTorch's counterparts of products, linear algebra, convolution and pooling."""

import math
from typing import Any

import numpy as np

from autograd.ops.shared.sliding import Windows
from tests.oracle.bridge import INF, F, Function, torch
from tests.oracle.operations.arrays import dim, reduction
from tests.oracle.operations.entrywise import Counterparts

LA = torch.linalg
SINGULAR = 1e-9


def tensordot(a: Any, b: Any, axes: Any) -> Any:
    if not isinstance(axes, int):
        axes = [[k] if isinstance(k, int) else list(k) for k in axes]
    return torch.tensordot(a, b, axes)


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """PyTorch slides a kernel that is not turned round."""
    n, m = a.shape[0], v.shape[0]
    full = F.conv1d(a.reshape(1, 1, n), v.flip(0).reshape(1, 1, m), padding=m - 1).reshape(-1)
    length = {"full": n + m - 1, "same": max(n, m), "valid": abs(n - m) + 1}[mode]
    return full.narrow(0, (n + m - 1 - length) // 2, length)


def solve(a: Any, b: Any) -> Any:
    """NumPy takes b for a vector if it has one axis, and else for a matrix."""
    return LA.solve(a, b.unsqueeze(-1)).squeeze(-1) if b.ndim == 1 else LA.solve(a, b)


def det(a: Any) -> Any:
    """Expand along the first row where PyTorch would divide by zero in the derivatives."""
    y = LA.det(a)
    if torch.all(torch.abs(y) > SINGULAR):
        return y
    others = [[j for j in range(a.shape[-1]) if j != k] for k in range(a.shape[-1])]
    terms = [(-1) ** k * a[..., 0, k] * det(a[..., 1:, rest]) for k, rest in enumerate(others)]
    return sum(terms)


def cofactors(a: Any) -> Any:
    return LA.det(a)[..., None, None] * LA.inv(a).mT


def cofactor_change(a: Any, e: Any) -> Any:
    """Return the derivative of `det(A) A^-T` along e."""
    turned = LA.solve(a, e)
    trace = turned.diagonal(dim1=-2, dim2=-1).sum(-1)[..., None, None]
    return trace * cofactors(a) - LA.det(a)[..., None, None] * (turned @ LA.inv(a)).mT


def hermitian(a: Any, uplo: str = "L") -> Any:
    """Return the matrix of which NumPy reads one triangle: its derivative is the triangle's."""
    lower = a.tril(-1) if uplo == "L" else a.triu(1).mH
    diagonal = a.diagonal(dim1=-2, dim2=-1)
    middle = diagonal.real.to(a.dtype) if a.is_complex() else diagonal
    return lower + lower.mH + torch.diag_embed(middle)


def signs(vectors: Any, numpy_vectors: Any) -> Any:
    """By which signs columns differ from NumPy's: LAPACK is free to choose them."""
    return torch.sign(torch.sum(vectors.detach() * torch.tensor(numpy_vectors), -2))


def svd(a: Any) -> Any:
    u, s, vh = LA.svd(a, full_matrices=False)
    turn = signs(u, np.linalg.svd(a.detach().numpy(), full_matrices=False).U)
    return u * turn[..., None, :], s, vh * turn[..., None]


def eigh_vectors(a: Any, factors: Any = None, uplo: Any = "L") -> Any:
    v = LA.eigh(hermitian(a, uplo)).eigenvectors
    turn = signs(v, np.linalg.eigh(a.detach().numpy(), uplo).eigenvectors)
    return v * turn[..., None, :]


def like(a: Any, y: Any) -> Any:
    """PyTorch always says complex; of the real matrices here all eigenvalues are real."""
    return y if a.is_complex() else y.real


def roots(p: Any) -> Any:
    """Return the eigenvalues of the companion matrix, in NumPy's order."""
    below = torch.diag(torch.ones(p.shape[0] - 2, dtype=p.dtype), -1)[1:]
    values = LA.eigvals(torch.cat([-p[1:].reshape(1, -1) / p[0], below]))
    numpy_values = torch.tensor(np.roots(p.detach().numpy()))
    return like(p, values)[torch.argmin(torch.abs(values.detach() - numpy_values[:, None]), 1)]


# Windows that slide over arrays -------------------------------------------------------------------


def framed(x: Any, over: Windows, fill: float = 0) -> Any:
    return F.pad(x, [n for pair in reversed(over.padding) for n in pair], value=fill)


def convolution(x: Any, w: Any, over: Windows, groups: int = 1) -> Any:
    layer = (F.conv1d, F.conv2d, F.conv3d)[len(over.kernel) - 1]
    return layer(framed(x, over), w, None, over.stride, 0, over.dilation, groups)


def transposed_convolution(y: Any, w: Any, over: Windows, groups: int = 1) -> Any:
    """Cut off the padding; the rest of the padded array, which no window covers, is zero."""
    layer = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[len(over.kernel) - 1]
    x = layer(y, w, None, over.stride, 0, 0, groups, over.dilation)
    missing = [m - n for m, n in zip(over.padded_size, x.shape[2:], strict=True)]
    return F.pad(x, [n for k in reversed(missing) for n in (0, k)])[(..., *over.inside)]


def windows(x: Any, over: Windows) -> Any:
    """From (N, C, *size) to (N, C, *kernel, *positions)."""
    x, axes = framed(x, over), len(over.kernel)
    for k in range(axes):
        reach = over.dilation[k] * (over.kernel[k] - 1) + 1
        x = x.unfold(2 + k, reach, over.stride[k])[..., :: over.dilation[k]]
    return torch.movedim(x, tuple(range(2, 2 + axes)), tuple(range(2 + axes, 2 + 2 * axes)))


def overlap_add(y: Any, over: Windows) -> Any:
    """Return the transpose of `windows`, by PyTorch itself."""
    x = torch.zeros((*y.shape[:2], *over.size), dtype=y.dtype, requires_grad=True)
    return torch.autograd.grad(windows(x, over), x, y, create_graph=True)[0]


def weight_of_convolution(x: Any, y: Any, over: Windows, groups: int = 1) -> Any:
    """Return the sum over samples and positions of what windows see, times y."""
    axes, kernel = len(over.kernel), math.prod(over.kernel)
    seen = windows(x, over).reshape(
        x.shape[0], groups, x.shape[1] // groups, kernel, math.prod(over.positions)
    )
    y = y.reshape(y.shape[0], groups, y.shape[1] // groups, math.prod(y.shape[-axes:]))
    w = torch.einsum("ngckp,ngop->gock", seen, y)
    return w.reshape(w.shape[0] * w.shape[1], -1, *over.kernel)


def max_pool(x: Any, over: Windows) -> Any:
    layer = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[len(over.kernel) - 1]
    return layer(framed(x, over, -INF), over.kernel, over.stride, 0, over.dilation)


def over_kernel(function: Function) -> Function:
    """Return a reduction of what each window sees."""
    return lambda x, over: function(windows(x, over), tuple(range(2, 2 + len(over.kernel))))


def per_window(y: Any, over: Windows) -> Any:
    """One number for all that a window sees, (N, C, 1, ..., 1, *positions)."""
    return y.reshape(*y.shape[:2], *(1,) * len(over.kernel), *y.shape[2:])


def total(seen: Any, over: Windows) -> Any:
    """Return the sum of what each window sees."""
    return torch.sum(seen, tuple(range(2, 2 + len(over.kernel))))


def unpool(y: Any, hit: Any, over: Windows) -> Any:
    """To all that are hit the same part."""
    return overlap_add(per_window(y / total(hit, over), over) * hit, over)


def at_max(x: Any, hit: Any, over: Windows) -> Any:
    """Return the mean of what is hit."""
    return total(windows(x, over) * hit, over) / total(hit, over)


def is_max(x: Any, y: Any, over: Windows) -> Any:
    return torch.eq(windows(x, over), per_window(y, over))


DIFFERENTIABLE: Counterparts = {
    "matmul": torch.matmul,
    "outer": lambda a, b: torch.outer(a.ravel(), b.ravel()),
    "tensordot": tensordot,
    "einsum": lambda *xs, subscripts, optimize=False: torch.einsum(subscripts, *xs),
    "cross": lambda a, b: LA.cross(*torch.broadcast_tensors(a, b)),
    "vecdot": lambda a, b: LA.vecdot(a, b),
    "convolve": convolve,
    "norm": reduction(LA.vector_norm),
    "p_norm": lambda x, ord, axis=None, keepdims=False: LA.vector_norm(
        x, ord, dim(x.shape, axis), keepdims
    ),
    "inv": LA.inv,
    "solve": solve,
    "pinv": lambda a, rcond=None, rtol=None: LA.pinv(a, rtol=rtol or rcond),
    "det": det,
    "cofactors": cofactors,
    "cofactor_change": cofactor_change,
    "slogdet_sign": lambda a, factors: LA.slogdet(a).sign,
    "slogdet_log": lambda a, factors: LA.slogdet(a).logabsdet,
    "cholesky": lambda a: LA.cholesky(hermitian(a)),
    "svd_u": lambda a, factors, full_matrices=False: svd(a)[0],
    "svd_s": lambda a, factors, full_matrices=False: LA.svdvals(a),
    "svd_vh": lambda a, factors, full_matrices=False: svd(a)[2],
    "qr_q": lambda a, factors, mode="reduced": LA.qr(a).Q,
    "qr_r": lambda a, factors, mode="reduced": LA.qr(a).R,
    "eigh_values": lambda a, factors, uplo="L": LA.eigvalsh(hermitian(a, uplo)),
    "eigh_vectors": eigh_vectors,
    "eig_values": lambda a, factors: like(a, LA.eigvals(a)),
    "eig_vectors": lambda a, factors: like(a, LA.eig(a).eigenvectors),
    "roots": roots,
    "conv": convolution,
    "conv_transpose": transposed_convolution,
    "conv_weight": weight_of_convolution,
    "windows": windows,
    "overlap_add": overlap_add,
    "sum_pool": over_kernel(torch.sum),
    "max_pool": max_pool,
    "unpool": unpool,
    "at_max": at_max,
}
CONSTANT: Counterparts = {
    "matrix_rank": lambda a, tol=None: LA.matrix_rank(a, atol=tol, rtol=None if tol is None else 0),
    "is_max": is_max,
}
