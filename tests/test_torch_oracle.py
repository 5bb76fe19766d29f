"""PyTorch as a second opinion: values, gradients and second derivatives of what both have."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad
from autograd.ops import REGISTRY
from tests.cases import CASES
from tests.cases.case import Case

torch: Any = pytest.importorskip("torch", reason="PyTorch, the oracle, is not installed")

pytestmark = pytest.mark.oracle

F = torch.nn.functional
INF = float("inf")


def dim(shape: Sequence[int], axis: Any) -> Any:
    """NumPy's axis as PyTorch wants it: all axes in full."""
    return tuple(range(len(shape))) if axis is None else axis


def torch_index(index: Any) -> Any:
    if isinstance(index, tuple):
        return tuple(map(torch_index, index))
    return torch.tensor(index) if isinstance(index, list | np.ndarray) else index


def reduction(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, axis=None, keepdims=False: function(
        x, dim=dim(x.shape, axis), keepdim=keepdims
    )


def clip(x: Any, low: Any, high: Any) -> Any:
    """PyTorch's bounds are two numbers or two tensors."""
    low, high = -INF if low is None else low, INF if high is None else high
    return torch.clamp(x, *(torch.as_tensor(bound, dtype=x.dtype) for bound in (low, high)))


def scatter(g: Any, index: Any, shape: Any) -> Any:
    index = torch_index(index)
    if isinstance(index, slice):
        index = torch.arange(shape[0])[index]
    return torch.zeros(shape, dtype=g.dtype).index_put((index,), g, accumulate=True)


DIFFERENTIABLE: dict[str, Callable[..., Any]] = {
    "add": torch.add,
    "subtract": torch.subtract,
    "multiply": torch.multiply,
    "divide": torch.divide,
    "negative": torch.negative,
    "positive": torch.positive,
    "absolute": torch.abs,
    "remainder": torch.remainder,
    "power": torch.pow,
    "exp": torch.exp,
    "log": torch.log,
    "log2": torch.log2,
    "log10": torch.log10,
    "sqrt": torch.sqrt,
    "square": torch.square,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "tanh": torch.tanh,
    "sign": torch.sign,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "rint": torch.round,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    # Exact at all x; PyTorch's own threshold is 20.
    "softplus": lambda x: F.softplus(x, threshold=1000),
    "elu": F.elu,
    "erf": torch.erf,
    "gelu": F.gelu,
    "where": lambda c, x, y: torch.where(torch.as_tensor(c), x, y),
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "clip": clip,
    "sum": reduction(torch.sum),
    "mean": reduction(torch.mean),
    "max": reduction(torch.amax),
    "min": reduction(torch.amin),
    "logsumexp": reduction(torch.logsumexp),
    "norm": reduction(torch.linalg.vector_norm),
    "softmax": lambda x, axis=-1: torch.softmax(x, axis),
    "log_softmax": lambda x, axis=-1: torch.log_softmax(x, axis),
    "reshape": torch.reshape,
    "broadcast_to": lambda x, shape: torch.broadcast_to(x, shape),
    "swapaxes": lambda x, axis1, axis2: torch.swapaxes(x, axis1, axis2),
    "transpose": lambda x, axes=None: torch.permute(x, axes or tuple(reversed(range(x.ndim)))),
    "astype": lambda x, dtype: x.to(torch.float64),
    "copy": torch.clone,
    "concatenate": lambda *xs, axis=0: (
        torch.cat([x.ravel() for x in xs]) if axis is None else torch.cat(xs, axis)
    ),
    "stack": lambda *xs, axis=0: torch.stack(xs, axis),
    "getitem": lambda x, index: x[torch_index(index)],
    "scatter": scatter,
    "matmul": torch.matmul,
    "outer": lambda a, b: torch.outer(a.ravel(), b.ravel()),
    "real": lambda x: torch.real(x),
    "imag": lambda x: torch.imag(x.to(torch.complex128)),
    "conjugate": lambda x: torch.conj(x),
    "angle": lambda x: torch.angle(x),
}
CONSTANT: dict[str, Callable[..., Any]] = {
    "greater": torch.greater,
    "greater_equal": torch.greater_equal,
    "less": torch.less,
    "less_equal": torch.less_equal,
    "equal": torch.eq,
    "not_equal": torch.not_equal,
    "logical_not": torch.logical_not,
    "logical_and": torch.logical_and,
    "logical_or": torch.logical_or,
    "invert": torch.bitwise_not,
    "bitwise_and": torch.bitwise_and,
    "bitwise_or": torch.bitwise_or,
    "bitwise_xor": torch.bitwise_xor,
    "argmax": lambda x, axis=None: torch.argmax(x, axis),
    "argmin": lambda x, axis=None: torch.argmin(x, axis),
    "all": reduction(torch.all),
    "any": reduction(torch.any),
    "isnan": torch.isnan,
    "isfinite": torch.isfinite,
    "isinf": torch.isinf,
    "zeros_like": torch.zeros_like,
    "ones_like": torch.ones_like,
    "astype_discrete": lambda x, dtype: x.to({"i": torch.int64, "b": torch.bool}[dtype.kind]),
    # PyTorch declares no derivative for these; here it is 0 almost everywhere.
    "heaviside": torch.heaviside,
    "floor_divide": torch.floor_divide,
}
SAME_NAME = """
arccos arccosh arcsin arcsinh arctan arctan2 arctanh copysign cosh deg2rad erfc exp2 expm1 fmax fmin
fmod hypot i0 log1p logaddexp logaddexp2 rad2deg reciprocal sinh trunc
hardtanh mish relu6 selu silu softsign
"""
DIFFERENTIABLE |= {name: getattr(torch, name, getattr(F, name, None)) for name in SAME_NAME.split()}
TORCH = DIFFERENTIABLE | CONSTANT


def is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray | np.floating) and x.dtype.kind == "f"


def to_torch(x: Any) -> Any:
    return torch.tensor(x, requires_grad=is_float(x)) if hasattr(x, "dtype") else x


NOT_COMPARED = """
allclose argpartition argsort argwhere array_equal array_equiv bitwise_count cbrt choice cholesky
cofactor_change cofactors complement conv conv_transpose conv_weight convolve count_nonzero cross
cumprod cumsum det diagonal diff digamma digitize eig_factors eig_values eig_vectors eigh_factors
eigh_values eigh_vectors einsum exponent extremal_share fabs fft fftshift flat_index flip fraction
full_like gammaln gcd hfft i0_derivative ifft ifftshift ihfft inv irfft isclose iscomplex isin
isneginf isposinf isreal lcm ldexp left_shift lexsort log_sigmoid logical_xor mantissa matrix_rank
max_pool max_share median median_share moveaxis nan_to_num nanargmax nanargmin normal_cdf
number_of_bins on_diagonal overlap_add p_norm packbits pad_zeros pinv polygamma prod
prod_of_others put qr_factors qr_q qr_r ranks recurrence rfft right_shift roll roots round
running_max running_min same searchsorted signbit sinc sinc_derivative slogdet_factors slogdet_log
slogdet_sign solve sort std sum_pool svd_factors svd_s svd_u svd_vh tensordot tie_mean tie_share
tied tril triu unique_part unpackbits unravelled unwrap var vecdot whole_part windows written_last
"""
"""Operations without a counterpart here: PyTorch has none, or it still has to be written down."""

NOT_SAID = """
where-4 clip-6 reshape-2 getitem-2 getitem-6 getitem-10 getitem-17 getitem-19 getitem-20 scatter-2
scatter-3 angle-5 heaviside-11 heaviside-12
"""
"""Cases by number that PyTorch cannot say, or means otherwise.

It has fewer keywords and takes fewer kinds of operands and indices; where an index has a slice
between an integer and an array, its axes come out in another order; and its own backward pass
fails where the bounds of a clip are wider than what they bound.
"""


def cases(names: dict[str, Any]) -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}-{i}")
        for name in names
        for i, case in enumerate(CASES[name])
        if f"{name}-{i}" not in NOT_SAID.split()
    ]


def assert_same(ours: Any, theirs: Any) -> None:
    ours = ours.data if type(ours) is Tensor else ours
    np.testing.assert_allclose(ours, theirs.detach().resolve_conj().numpy(), rtol=1e-10, atol=1e-14)


def test_every_operation_has_its_counterpart() -> None:
    assert set(REGISTRY) == set(TORCH) | set(NOT_COMPARED.split())


@pytest.mark.parametrize("name", TORCH)
def test_every_counterpart_is_compared(name: str) -> None:
    assert name in REGISTRY
    assert cases({name: None})


@pytest.mark.parametrize(("name", "case"), cases(TORCH))
def test_values(name: str, case: Case) -> None:
    arrays = case.arrays()
    theirs = TORCH[name](*map(to_torch, arrays), **case.params)
    assert_same(REGISTRY[name].apply(arrays, case.params), theirs)


@pytest.mark.parametrize(("name", "case"), cases(DIFFERENTIABLE))
def test_first_and_second_derivatives(name: str, case: Case) -> None:
    """Of `w . fn(xs)`, and of the product of that gradient with a fixed direction."""
    arrays = case.arrays()
    moving = [x for x in arrays if is_float(x)]
    rng = np.random.default_rng(5)
    directions = [rng.normal(size=x.shape)[()] for x in moving]
    weights = rng.normal(size=np.shape(REGISTRY[name].apply(arrays, case.params)))[()]

    def fn(*xs: Any) -> Any:
        rest = iter(xs)
        operands = tuple(next(rest) if is_float(x) else x for x in arrays)
        return np.sum(weights * REGISTRY[name].apply(operands, case.params))

    numbers = tuple(range(len(moving)))
    first = grad(fn, numbers)

    def along(*xs: Any) -> Any:
        return sum(np.sum(d * g) for d, g in zip(directions, first(*xs), strict=True))

    theirs = [to_torch(x) for x in arrays]
    leaves = [x for x in theirs if getattr(x, "requires_grad", False)]
    value = torch.sum(torch.tensor(weights) * TORCH[name](*theirs, **case.params))
    their_first = torch.autograd.grad(
        value, leaves, create_graph=True, allow_unused=True, materialize_grads=True
    )
    product = sum((torch.tensor(d) * g).sum() for d, g in zip(directions, their_first, strict=True))
    # A gradient that does not depend on the operands has no graph.
    product = product + sum(0 * x.sum() for x in leaves)
    their_second = torch.autograd.grad(product, leaves)
    for ours, other in zip(first(*moving), their_first, strict=True):
        assert_same(ours, other)
    for ours, other in zip(grad(along, numbers)(*moving), their_second, strict=True):
        assert_same(ours, other)


COMPLEX = """
add subtract multiply divide negative absolute exp log sqrt square sin cos tan tanh power
real imag conjugate angle sum mean norm matmul outer copy
"""


@pytest.mark.parametrize("name", COMPLEX.split())
def test_gradients_with_respect_to_complex_numbers(name: str) -> None:
    """Of `Re(w . fn(zs))`, in PyTorch's convention: the direction of steepest ascent."""
    rng = np.random.default_rng(7)
    op, other = REGISTRY[name], DIFFERENTIABLE[name]
    zs = [rng.normal(size=3) + 1j * rng.normal(size=3) for _ in range(op.arity)]
    shape = np.shape(op.apply(tuple(zs), {}))
    w = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    ours = grad(lambda *zs: np.real(np.sum(w * op.apply(zs, {}))), tuple(range(op.arity)))(*zs)
    theirs = [torch.tensor(z, requires_grad=True) for z in zs]
    torch.real(torch.sum(torch.tensor(w) * other(*theirs))).backward()
    for our_gradient, z in zip(ours, theirs, strict=True):
        assert_same(our_gradient, z.grad)


# Conventions -------------------------------------------------------------------------------------

Function = Callable[..., Any]


def ours_at(fn: Function, *at: Any) -> list[Any]:
    leaves = [Tensor(x, requires_grad=True) for x in at]
    with np.errstate(all="ignore"):
        np.sum(fn(*leaves)).backward()
    return [x.grad for x in leaves]


def theirs_at(fn: Function, *at: Any) -> list[Any]:
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in at]
    torch.sum(fn(*leaves)).backward()
    return [x.grad for x in leaves]


@pytest.mark.parametrize(
    ("ours", "theirs", "at"),
    [
        (autograd.relu, torch.relu, [0.0]),
        (np.abs, torch.abs, [0.0]),
        (np.sign, torch.sign, [0.0]),
        (np.floor, torch.floor, [2.0]),
        (lambda x: np.clip(x, -1, 1), lambda x: torch.clamp(x, -1, 1), [[-1.0, 1.0, 2.0]]),
        (np.clip, torch.clamp, [[-1.0, 1.0, 2.0], [-1.0] * 3, [1.0] * 3]),
        (np.linalg.norm, torch.linalg.vector_norm, [[0.0, 0.0]]),
        (lambda x: x**0, lambda x: x**0, [[0.0, 2.0, INF]]),
        (lambda x: x**2, lambda x: x**2, [0.0]),
        (np.power, torch.pow, [[0.0, INF, 2.0, 0.0, 0.0], [0.0, 0.0, 0.0, 2.0, 1.0]]),
        (lambda n: 0**n, lambda n: 0**n, [[0.0, 2.0]]),
        (np.max, torch.amax, [[1.0, 3.0, 3.0]]),
        (np.max, torch.max, [[1.0, INF, INF]]),
        (np.min, torch.amin, [[1.0, 1.0, -INF]]),
        (np.maximum, torch.maximum, [[1.0, 3.0, INF], [1.0, 1.0, INF]]),
        (np.minimum, torch.minimum, [[1.0, 3.0, -INF], [1.0, 1.0, -INF]]),
        (lambda x: autograd.leaky_relu(x, 0.1), lambda x: F.leaky_relu(x, 0.1), [0.0]),
        (autograd.elu, F.elu, [0.0]),
        (np.sqrt, torch.sqrt, [0.0]),
        (np.log, torch.log, [[0.0, -1.0]]),
        (np.remainder, torch.remainder, [[3.0, -7.0], [2.0, 3.0]]),
        (autograd.sigmoid, torch.sigmoid, [[-800.0, 800.0]]),
        (autograd.softplus, F.softplus, [[-800.0, 800.0]]),
        (autograd.logsumexp, lambda x: torch.logsumexp(x, 0), [[-INF, 1.0]]),
        (lambda x: autograd.softmax(x)[1], lambda x: torch.softmax(x, 0)[1], [[-INF, 1.0, 1.0]]),
        (
            lambda x: autograd.log_softmax(x)[1],
            lambda x: torch.log_softmax(x, 0)[1],
            [[-INF, 1.0, 1.0]],
        ),
        (
            lambda x: np.where(x > 0, x, np.nan),
            lambda x: torch.where(x > 0, x, torch.nan),
            [[-1.0, 4.0]],
        ),
    ],
)
def test_conventions_that_agree(ours: Function, theirs: Function, at: Any) -> None:
    for a, b in zip(ours_at(ours, *at), theirs_at(theirs, *at), strict=True):
        np.testing.assert_allclose(a, b.numpy(), rtol=1e-15)


@pytest.mark.parametrize(
    ("ours", "theirs", "at", "our_slope", "their_slope"),
    [
        # All that tie share, along an axis as over all entries; PyTorch picks one along an axis.
        (
            lambda x: np.max(x, axis=0),
            lambda x: torch.max(x, 0).values,
            [1.0, 3.0, 3.0],
            [0, 0.5, 0.5],
            [0, 1, 0],
        ),
        # Above its threshold of 20 PyTorch replaces softplus by the identity.
        (autograd.softplus, F.softplus, [21.0], [1 / (1 + np.exp(-21.0))], [1]),
        # No finite number is right: -infinity is the one-sided limit, NaN the answer to 0 * inf.
        (lambda n: np.power(0.0, n), lambda n: torch.pow(0.0, n), [-1.0], [np.nan], [-INF]),
    ],
)
def test_conventions_that_differ_on_purpose(
    ours: Function, theirs: Function, at: Any, our_slope: Any, their_slope: Any
) -> None:
    np.testing.assert_array_equal(ours_at(ours, at)[0], our_slope)
    np.testing.assert_array_equal(theirs_at(theirs, at)[0].numpy(), their_slope)


def test_a_network() -> None:
    """Two layers, softmax, cross entropy: all gradients at once."""
    rng = np.random.default_rng(6)
    shapes = {"x": (5, 4), "v": (4, 7), "a": (7,), "w": (7, 3), "b": (3,)}
    values = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    ours = {name: Tensor(value, requires_grad=True) for name, value in values.items()}
    theirs = {name: torch.tensor(value, requires_grad=True) for name, value in values.items()}

    def logits(tanh: Function, x: Any, v: Any, a: Any, w: Any, b: Any) -> Any:
        return tanh(x @ v + a) @ w + b

    rows, labels = np.arange(5), [0, 2, 1, 1, 0]
    loss = -np.mean(autograd.log_softmax(logits(np.tanh, **ours))[rows, labels])
    their_loss = F.cross_entropy(logits(torch.tanh, **theirs), torch.tensor(labels))
    loss.backward()
    their_loss.backward()
    assert_same(loss, their_loss)
    for name in shapes:
        assert_same(ours[name].grad, theirs[name].grad)
