"""Fill parameters with random or constant numbers.

PyTorch's names, and like there each function changes the tensor it is given and returns it. The
numbers come from `seed`, an int or a `numpy.random.Generator`, never from NumPy's global state,
and are drawn in float64: one seed gives the same network, up to rounding, in every dtype.
"""

import math
from typing import Any, Literal, TypeAlias

import numpy as np

from autograd import Tensor

Seed: TypeAlias = "int | np.random.Generator | None"
"""Source of random numbers: `None` gives new ones on every run.

A text, as annotations are wherever `np.random` is named: NumPy loads it when it is first asked for.
"""

Fan = Literal["fan_in", "fan_out"]

_GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
_CONVOLUTIONS = [f"conv{kind}{axes}d" for kind in ("", "_transpose") for axes in (1, 2, 3)]


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return the factor that keeps the variance of activations level behind `nonlinearity`.

    1 for linear, sigmoid and the convolutions (conv2d, ...), 5/3 for tanh, sqrt(2) for relu,
    sqrt(2 / (1 + slope^2)) for leaky_relu with `param` as its negative slope, 3/4 for selu: as in
    PyTorch. Raises `ValueError` for others.

    >>> calculate_gain("relu")
    1.4142135623730951
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    if nonlinearity in _CONVOLUTIONS:
        return _GAINS["linear"]
    if nonlinearity not in _GAINS:
        names = ", ".join(sorted([*_GAINS, "leaky_relu"]))
        raise ValueError(
            f"no gain is known for {nonlinearity!r}; known are {names} and {_CONVOLUTIONS[0]} to "
            f"{_CONVOLUTIONS[-1]}"
        )
    return _GAINS[nonlinearity]


def fans(tensor: Tensor) -> tuple[int, int]:
    """Return how many inputs each output of a weight depends on, and the other way round.

    Of shape (out, in, ...): `in` and `out`, each times the entries of a kernel. Raises `ValueError`
    for fewer than two axes.

    >>> fans(Tensor(np.zeros((8, 3, 5, 5))))
    (75, 200)
    """
    if tensor.ndim < 2:
        raise ValueError(
            f"fan-in and fan-out need a weight of at least 2 axes, got shape {tensor.shape}; "
            "fill biases with zeros_ or uniform_"
        )
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number.

    >>> constant_(Tensor([1.0, 2.0]), 0.5)
    Tensor([0.5, 0.5])
    """
    return _filled(tensor, np.full(tensor.shape, val))


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros.

    >>> zeros_(Tensor([1.0, 2.0]))
    Tensor([0., 0.])
    """
    return constant_(tensor, 0)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones.

    >>> ones_(Tensor([3.0, 2.0]))
    Tensor([1., 1.])
    """
    return constant_(tensor, 1)


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with the identity: 1 on the diagonal, 0 elsewhere.

    >>> eye_(Tensor(np.zeros((2, 3)))).data
    array([[1., 0., 0.],
           [0., 1., 0.]])
    """
    _require_matrix("eye_", tensor)
    rows, columns = tensor.shape
    return _filled(tensor, np.eye(rows, columns))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Fill a convolution's weight (out, in, ...) so that it hands its channels on unchanged.

    In each of the groups of output channels, the first as many as there are inputs have a kernel
    that is 1 in its centre; all else is 0. Raises `ValueError` unless there are 3 to 5 axes, and
    for output channels that `groups` does not divide.

    >>> dirac_(Tensor(np.zeros((2, 2, 3)))).data[:, :, 1]
    array([[1., 0.],
           [0., 1.]])
    """
    if not 3 <= tensor.ndim <= 5:
        raise ValueError(f"dirac_ needs a weight of 3 to 5 axes, got shape {tensor.shape}")
    out, channels, *kernel = tensor.shape
    if groups < 1 or out % groups:
        raise ValueError(f"dirac_ needs groups that divide {out} output channels, got {groups}")
    values = np.zeros((groups, out // groups, channels, *kernel))
    centre: Any = tuple(size // 2 for size in kernel)
    for k in range(min(out // groups, channels)):
        values[(slice(None), k, k, *centre)] = 1
    return _filled(tensor, values.reshape(tensor.shape))


# At random ---------------------------------------------------------------------------------------


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, *, seed: Seed = None) -> Tensor:
    """Fill from the uniform distribution on [a, b). Raises `ValueError` for a above b.

    >>> uniform_(Tensor([0.0, 0.0]), 1, 3, seed=0)
    Tensor([2.27392337, 1.53957343])
    """
    if a > b:
        raise ValueError(f"uniform_ needs bounds in order, got a={a} and b={b}")
    return _filled(tensor, np.random.default_rng(seed).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, *, seed: Seed = None) -> Tensor:
    """Fill from the normal distribution. Raises `ValueError` for a negative deviation `std`.

    >>> normal_(Tensor([0.0, 0.0]), std=2.0, seed=0)
    Tensor([ 0.25146044, -0.26420973])
    """
    _require_deviation("normal_", std)
    return _filled(tensor, np.random.default_rng(seed).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    *,
    seed: Seed = None,
) -> Tensor:
    """Fill from the part of a normal distribution that lies in [a, b], two numbers as they are.

    By the inverse of the distribution function, of numbers uniform between its values at a and b.
    Raises `ValueError` for a deviation that is not positive, for bounds out of order, and for
    bounds between which there is next to nothing.

    >>> w = trunc_normal_(Tensor(np.zeros(1000)), std=2.0, seed=0)
    >>> bool(np.all(np.abs(w.data) <= 2))
    True
    """
    if not std > 0:
        raise ValueError(f"trunc_normal_ needs a positive standard deviation, got {std}")
    if not a < b:
        raise ValueError(f"trunc_normal_ needs a below b, got a={a} and b={b}")
    # Only here, because it loads the whole of Python's statistics.
    from statistics import NormalDist

    normal = NormalDist(mean, std)
    low, high = normal.cdf(a), normal.cdf(b)
    if high - low < 1e-12:
        raise ValueError(
            f"trunc_normal_ finds nothing of mean {mean} and deviation {std} from {a} to {b}; the "
            "bounds are numbers, not multiples of the deviation"
        )
    draws = np.random.default_rng(seed).uniform(low, high, tensor.shape)
    # Python's own inverse, which wants to be strictly between 0 and 1, one number at a time.
    draws = np.clip(draws, 1e-300, 1 - 2**-53)
    values = np.frompyfunc(normal.inv_cdf, 1, 1)(draws)
    return _filled(tensor, np.clip(np.asarray(values, dtype=float), a, b))


def orthogonal_(tensor: Tensor, gain: float = 1.0, *, seed: Seed = None) -> Tensor:
    """Fill with a random orthogonal matrix times `gain` (Saxe et al. 2014): no length changes.

    As a matrix, of the first axis by all others, W W^T is gain^2 times the identity, or W^T W where
    there are more rows than columns. All such matrices are equally likely (Mezzadri 2007). Raises
    `ValueError` for fewer than two axes.

    >>> w = orthogonal_(Tensor(np.zeros((2, 3))), seed=0).data
    >>> np.allclose(w @ w.T, np.eye(2))
    True
    """
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_ needs at least 2 axes, got shape {tensor.shape}")
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    tall = (max(rows, columns), min(rows, columns))
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=tall))
    # The factors are unique, and Q then uniform, where the diagonal of R is positive.
    q = q * np.where(np.diag(r) < 0, -1, 1)
    return _filled(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, *, seed: Seed = None) -> Tensor:
    """Fill a matrix normally, a share of each column with zeros instead (Martens 2010).

    Raises `ValueError` unless it is a matrix, and for a share outside [0, 1].

    >>> np.sum(sparse_(Tensor(np.zeros((4, 2))), 0.5, seed=0).data == 0, axis=0)
    array([2, 2])
    """
    _require_matrix("sparse_", tensor)
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparse_ needs a sparsity in [0, 1], got {sparsity}")
    _require_deviation("sparse_", std)
    rng = np.random.default_rng(seed)
    zeros = np.zeros(tensor.shape, bool)
    zeros[: math.ceil(sparsity * len(zeros))] = True
    return _filled(
        tensor, np.where(rng.permuted(zeros, axis=0), 0, rng.normal(0, std, tensor.shape))
    )


# Scaled to the size of a layer -------------------------------------------------------------------


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, *, seed: Seed = None) -> Tensor:
    """Fill uniformly on ±gain sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010).

    >>> w = xavier_uniform_(Tensor(np.zeros((2, 4))), seed=0)
    >>> bool(np.all(np.abs(w.data) <= 1))
    True
    """
    return _uniform_of_std(tensor, gain * _xavier_std(tensor), seed)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, *, seed: Seed = None) -> Tensor:
    """Fill normally, std = gain sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010).

    >>> round(float(xavier_normal_(Tensor(np.zeros((100, 100))), seed=0).data.std()), 2)
    0.1
    """
    return normal_(tensor, 0.0, gain * _xavier_std(tensor), seed=seed)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: Fan = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    seed: Seed = None,
) -> Tensor:
    """Fill uniformly on ±gain sqrt(3 / fan) (He et al. 2015); `a` is leaky_relu's negative slope.

    >>> w = kaiming_uniform_(Tensor(np.zeros((50, 12))), nonlinearity="relu", seed=0)
    >>> bool(np.all(np.abs(w.data) <= np.sqrt(6 / 12)))
    True
    """
    return _uniform_of_std(tensor, _kaiming_std(tensor, a, mode, nonlinearity), seed)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: Fan = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    seed: Seed = None,
) -> Tensor:
    """Fill normally, std = gain / sqrt(fan) (He et al. 2015); `a` as in `kaiming_uniform_`.

    >>> w = kaiming_normal_(Tensor(np.zeros((100, 200))), nonlinearity="relu", seed=0)
    >>> round(float(w.data.std()), 2)
    0.1
    """
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), seed=seed)


def lecun_uniform_(tensor: Tensor, *, seed: Seed = None) -> Tensor:
    """Fill uniformly on ±sqrt(3 / fan_in) (LeCun et al. 1998).

    >>> w = lecun_uniform_(Tensor(np.zeros((50, 12))), seed=0)
    >>> bool(np.all(np.abs(w.data) <= 0.5))
    True
    """
    return kaiming_uniform_(tensor, nonlinearity="linear", seed=seed)


def lecun_normal_(tensor: Tensor, *, seed: Seed = None) -> Tensor:
    """Fill normally, std = 1 / sqrt(fan_in) (LeCun et al. 1998): for selu, among others.

    >>> round(float(lecun_normal_(Tensor(np.zeros((200, 100))), seed=0).data.std()), 2)
    0.1
    """
    return kaiming_normal_(tensor, nonlinearity="linear", seed=seed)


def _xavier_std(tensor: Tensor) -> float:
    return math.sqrt(2 / (sum(fans(tensor)) or 1))


def _kaiming_std(tensor: Tensor, a: float, mode: Fan, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {mode!r}")
    fan = fans(tensor)[mode == "fan_out"]
    # A weight without entries has no inputs, and nothing to fill either.
    return calculate_gain(nonlinearity, a) / math.sqrt(fan or 1)


def _uniform_of_std(tensor: Tensor, std: float, seed: Seed) -> Tensor:
    """Return the uniform distribution on ±b has the variance b^2 / 3."""
    bound = math.sqrt(3) * std
    return uniform_(tensor, -bound, bound, seed=seed)


def _require_deviation(name: str, std: float) -> None:
    if not std >= 0:
        raise ValueError(f"{name} needs a standard deviation of at least 0, got {std}")


def _require_matrix(name: str, tensor: Tensor) -> None:
    if tensor.ndim != 2:
        raise ValueError(f"{name} needs a matrix, got shape {tensor.shape}")


def _filled(tensor: Tensor, values: Any) -> Tensor:
    tensor.assign(values)
    return tensor
