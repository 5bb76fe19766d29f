"""How a function of ours is compared with one of PyTorch's: value, gradient, second derivative.

Both are run on the same operands. With random weights w and directions d, and with the gradient in
PyTorch's convention for complex operands, what is compared is

    y = f(x),    g = gradient of  sum Re(w y),    and the gradient of  sum Re(conj(d) g).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, grad

torch: Any = pytest.importorskip("torch", reason="PyTorch, the oracle, is not installed")

F = torch.nn.functional
INF = float("inf")

Function = Callable[..., Any]


def moves(x: Any) -> bool:
    """Whether there are derivatives with respect to an operand."""
    return hasattr(x, "dtype") and x.dtype.kind in "fc"


def to_torch(x: Any) -> Any:
    """Return an array as a tensor, which requires gradients if it can; anything else as it is."""
    return torch.tensor(x, requires_grad=moves(x)) if hasattr(x, "dtype") else x


def to_numpy(x: Any) -> Any:
    return x.detach().resolve_conj().resolve_neg().numpy()


def parts(y: Any) -> list[Any]:
    """Return the results of a function that may have several, one inside the other."""
    return [part for each in y for part in parts(each)] if isinstance(y, tuple | list) else [y]


def assert_same(ours: Any, theirs: Any) -> None:
    ours = ours.data if type(ours) is Tensor else ours
    theirs = to_numpy(torch.as_tensor(theirs))
    assert np.shape(ours) == theirs.shape
    assert (np.asarray(ours).dtype.kind in "fc") == (theirs.dtype.kind in "fc")
    # NaN on both sides would compare nothing.
    assert np.all(np.isfinite(theirs))
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-14)


def compare_values(ours: Function, theirs: Function, operands: Sequence[Any]) -> None:
    leaves = [Tensor(x, requires_grad=True) if moves(x) else x for x in operands]
    results = parts(ours(*leaves))
    for mine, other in zip(results, parts(theirs(*map(to_torch, operands))), strict=True):
        assert_same(mine, other)


def compare_derivatives(ours: Function, theirs: Function, operands: Sequence[Any]) -> None:
    """Of first and of second order."""
    rng = np.random.default_rng(5)
    where = [k for k, x in enumerate(operands) if moves(x)]
    moving = [operands[k] for k in where]
    directions = [like(rng, x) for x in moving]
    weights = [like(rng, y) if moves(y) else None for y in parts(ours(*operands))]

    def total(*xs: Any) -> Any:
        given = dict(zip(where, xs, strict=True))
        ys = parts(ours(*(given.get(k, x) for k, x in enumerate(operands))))
        pairs = zip(weights, ys, strict=True)
        return sum(np.real(np.sum(w * y)) for w, y in pairs if w is not None)

    numbers = tuple(range(len(moving)))
    gradient = grad(total, numbers)

    def along(*xs: Any) -> Any:
        pairs = zip(directions, gradient(*xs), strict=True)
        return sum(np.real(np.sum(np.conj(d) * g)) for d, g in pairs)

    leaves = [to_torch(x) for x in operands]
    ys = parts(theirs(*leaves))
    leaves = [leaves[k] for k in where]
    pairs = zip(weights, ys, strict=True)
    value = sum(real((torch.tensor(w) * y).sum()) for w, y in pairs if w is not None)
    their_first = slopes(value, leaves)
    for mine, other in zip(gradient(*moving), their_first, strict=True):
        assert_same(mine, other)
    turned = zip(directions, their_first, strict=True)
    product = sum(real((torch.tensor(np.conj(d)) * g).sum()) for d, g in turned)
    for mine, other in zip(grad(along, numbers)(*moving), slopes(product, leaves), strict=True):
        assert_same(mine, other)


def like(rng: np.random.Generator, x: Any) -> Any:
    """Random numbers of the shape and dtype of `x`."""
    values = rng.normal(size=np.shape(x))
    if x.dtype.kind == "c":
        values = values + 1j * rng.normal(size=np.shape(x))
    return values[()]


def real(z: Any) -> Any:
    return torch.real(z) if z.is_complex() else z


def slopes(value: Any, leaves: list[Any]) -> tuple[Any, ...]:
    """PyTorch's gradient, as a graph to be differentiated again; zeros where there is none."""
    # What does not depend on the leaves has no graph.
    value = value + sum((0 * real(x)).sum() for x in leaves)
    gradients: tuple[Any, ...] = torch.autograd.grad(
        value, leaves, create_graph=True, materialize_grads=True
    )
    return gradients


def derivative(function: Function, x: Any, order: int) -> Any:
    """Return an elementwise function's derivative, or a sum's gradient, by PyTorch itself."""
    x = x if x.requires_grad else x.detach().requires_grad_()
    y = function(x)
    for _ in range(order):
        (gradient,) = torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)
        y = gradient.conj()
    return y
