"""The workloads: sizes, dtype, settings and seeds, said once for all scripts and all peers.

The class of a computation says what one step does; its fields are the sizes, and `draw` returns
inputs, drawn from a seed and so the same for every peer. The inputs of networks are `params` (with
the names and the layout of PyTorch's state dict), `x` and `y`; a step is forward, backward, Adam.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

Inputs = dict[str, Any]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Adam:
    """Settings of Adam; all but the rate are its authors', which all libraries have as defaults."""

    rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8


ADAM = Adam()


def normals(shapes: Iterable[Shape], seed: int = 0, dtype: str = "f4") -> list[Any]:
    """Return an array of normal numbers for each shape."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


# Computations ------------------------------------------------------------------------------------


class Computation(ABC):
    """The sizes of a computation, and its inputs."""

    kind: ClassVar[str]
    """The key under which peers build a step."""
    seed: ClassVar[int] = 0
    dtype: ClassVar[str] = "f8"
    sizes: tuple[int, ...]
    """The sizes of linear layers with ReLU between, where there are any."""
    words: ClassVar[str] = ""
    """The name in tables, as a format of the computation."""

    @abstractmethod
    def draw(self) -> Inputs:
        """Return the inputs."""

    @property
    def layers(self) -> str:
        """The sizes of the layers of a perceptron."""
        return "-".join(map(str, self.sizes))

    def rng(self) -> np.random.Generator:
        """Return the generator that the inputs are drawn from."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Convolution:
    """A convolution with ReLU and the largest of 2x2."""

    name: str
    channels_in: int
    channels: int
    side: int
    """The side of its square input."""
    padding: int
    kernel: int = 5


class Network(Computation):
    """A network of float32 that trains: forward, backward, Adam."""

    dtype = "f4"
    first: ClassVar[int] = 0
    """The number in the name of the first linear layer; each activation takes a number too."""
    convolutions: ClassVar[tuple[Convolution, ...]] = ()

    @property
    def linear_names(self) -> list[str]:
        """The names of the linear layers."""
        return [str(self.first + 2 * i) for i in range(len(self.sizes) - 1)]

    def weights(self) -> dict[str, Shape]:
        """Return the shape of the weight of every layer."""
        shapes: dict[str, Shape] = {
            c.name: (c.channels, c.channels_in, c.kernel, c.kernel) for c in self.convolutions
        }
        linear = zip(self.linear_names, pairwise(self.sizes), strict=True)
        return shapes | {name: (fan_out, fan_in) for name, (fan_in, fan_out) in linear}

    def parameters(self) -> list[Shape]:
        """Return the shapes of the weights and biases, in the order of the state dict."""
        return [shape for w in self.weights().values() for shape in (w, w[:1])]

    def draw_parameters(self, rng: np.random.Generator) -> Inputs:
        """Return the weights and biases, uniform within 1 / sqrt(fan in)."""
        params = {}
        for name, shape in self.weights().items():
            bound = 1 / np.sqrt(np.prod(shape[1:]))
            params[f"{name}.weight"] = rng.uniform(-bound, bound, shape).astype(self.dtype)
            params[f"{name}.bias"] = rng.uniform(-bound, bound, shape[0]).astype(self.dtype)
        return params


@dataclass(frozen=True)
class Perceptron(Network):
    """A multilayer perceptron with ReLU under softmax cross-entropy."""

    kind, seed, words = "mlp", 1, "MLP {0.layers}, batch {0.batch}"
    batch: int
    sizes: tuple[int, ...]

    def draw(self) -> Inputs:
        rng = self.rng()
        return {
            "params": self.draw_parameters(rng),
            "x": rng.normal(size=(self.batch, self.sizes[0])).astype(self.dtype),
            "y": rng.integers(self.sizes[-1], size=self.batch),
        }


@dataclass(frozen=True)
class LeNet(Network):
    """Conv 6@5x5 pad 2, ReLU, pool, conv 16@5x5, ReLU, pool, 400-120-84-10, cross-entropy."""

    kind, seed, first, words = "lenet", 2, 7, "LeNet on 28x28, batch {0.batch}"
    convolutions = (Convolution("0", 1, 6, 28, padding=2), Convolution("3", 6, 16, 14, padding=0))
    batch: int
    sizes: tuple[int, ...] = (400, 120, 84, 10)

    def draw(self) -> Inputs:
        rng, image = self.rng(), self.convolutions[0]
        shape = self.batch, image.channels_in, image.side, image.side
        return {
            "params": self.draw_parameters(rng),
            "x": rng.normal(size=shape).astype(self.dtype),
            "y": rng.integers(self.sizes[-1], size=self.batch),
        }


@dataclass(frozen=True)
class Transformer(Network):
    """A layer: x + attention(norm(x)), causal, then x + W2 relu(W1 norm(x)); squared error."""

    kind, seed = "transformer", 3
    words = "transformer layer, {0.batch}x{0.tokens}x{0.width}, {0.heads} heads"
    sizes: ClassVar[tuple[int, ...]] = ()
    batch: int
    tokens: int
    width: int
    heads: int = 4

    def weights(self) -> dict[str, Shape]:
        n = self.width
        return {
            "self_attn.in_proj": (3 * n, n),
            "self_attn.out_proj": (n, n),
            "linear1": (4 * n, n),
            "linear2": (n, 4 * n),
        }

    def draw(self) -> Inputs:
        rng = self.rng()
        # PyTorch joins these two names by an underscore.
        params = {
            name.replace("in_proj.", "in_proj_"): p for name, p in self.draw_parameters(rng).items()
        }
        for norm in ("norm1", "norm2"):
            params[f"{norm}.weight"] = np.ones(self.width, self.dtype)
            params[f"{norm}.bias"] = np.zeros(self.width, self.dtype)
        shape = (self.batch, self.tokens, self.width)
        x, y = (rng.normal(size=shape).astype(self.dtype) for _ in range(2))
        return {"params": params, "x": x, "y": y, "causal": ~np.tri(self.tokens, dtype=bool)}


@dataclass(frozen=True)
class ScalarPerceptron(Computation):
    """A perceptron of Python floats on two half circles: hinge loss and a step of descent."""

    kind, seed, words = "scalar_mlp", 4, "MLP {0.layers} of scalars, {0.samples} moons"
    samples: int
    sizes: tuple[int, ...] = (2, 16, 16, 1)
    regularization: float = 1e-4
    rate: float = 0.1

    def draw(self) -> Inputs:
        """Return points, labels, and units as lists: the weights, then the bias."""
        rng = self.rng()
        angle = rng.uniform(0, np.pi, self.samples)
        upper = np.arange(self.samples) % 2 == 0
        x = np.where(upper, np.cos(angle), 1 - np.cos(angle)) + rng.normal(0, 0.1, self.samples)
        y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle)) + rng.normal(0, 0.1, self.samples)
        layers = [
            [[*rng.uniform(-1, 1, fan_in).tolist(), 0.0] for _ in range(fan_out)]
            for fan_in, fan_out in pairwise(self.sizes)
        ]
        points = np.stack([x, y], axis=1).tolist()
        return {"layers": layers, "x": points, "y": np.where(upper, 1.0, -1.0).tolist()}


class Repeated(Computation):
    """x = x a + b, again and again: a multiplication and an addition."""

    operations: int

    @property
    def rounds(self) -> int:
        """How often x changes."""
        return self.operations // 2


@dataclass(frozen=True)
class Chain(Repeated):
    """The chain of single numbers; value and gradients."""

    kind, words = "chain", "scalar chain of 10^{0.exponent}, one operation"
    operations: int
    start: tuple[float, float, float] = (1.0, 0.999, 0.001)
    """x, a and b."""

    @property
    def exponent(self) -> int:
        """The number of digits behind the first one of `operations`."""
        return len(str(self.operations)) - 1

    def draw(self) -> Inputs:
        return {"start": self.start}


@dataclass(frozen=True)
class Elementwise(Repeated):
    """The chain entry by entry, on arrays of float32 that all learn; the gradients of the sum."""

    kind, seed, dtype = "elementwise", 6, "f4"
    operations: int
    width: int

    def draw(self) -> Inputs:
        return {"start": tuple(self.rng().uniform(0.5, 1, (3, self.width)).astype(self.dtype))}


@dataclass(frozen=True)
class Hessian(Computation):
    """The dense Hessian of Rosenbrock's function."""

    kind, seed, words = "hessian", 5, "Hessian, Rosenbrock {0.size:,}-d"
    size: int

    def draw(self) -> Inputs:
        rng = self.rng()
        return {"x": rng.uniform(-1, 1, self.size), "v": rng.normal(size=self.size)}


@dataclass(frozen=True)
class HessianProduct(Hessian):
    """The Hessian of Rosenbrock's function times a vector."""

    kind, words = "hvp", "Hessian times vector, {0.size:,}-d"


@dataclass(frozen=True)
class Limit(Computation):
    """One call of NumPy: a sum of vectors, or for a shape of two sizes a matrix product."""

    kind, dtype = "limit", "f4"
    shape: Shape

    def draw(self) -> Inputs:
        return {"arrays": [np.ones(self.shape, self.dtype) for _ in range(3)]}


NETWORKS = tuple(network.kind for network in (Perceptron, LeNet, Transformer))
"""The kinds with products of matrices, which threads can share."""
SCALARS = (ScalarPerceptron.kind, Chain.kind)
SECOND_ORDER = (Hessian.kind, HessianProduct.kind)


# What is measured --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Workload:
    """A computation, how it is measured, and how results are shown to be the same."""

    computation: Computation
    title: str = ""
    """The computation's, unless given."""
    steps: int = 5
    """Number of steps, at least 2, before results are compared: gradients show by their effect."""
    tolerance: float = 1e-4
    operations: int = 1
    """Number of operations in a step; the time is given for one."""
    quick: bool = True
    """Whether `--quick` runs it."""
    collector: bool = True
    """Whether Python's garbage collector runs, as it does in programs."""
    beside: tuple[str, ...] = ()
    """The peers it is for; none named, all."""

    def __post_init__(self) -> None:
        title = self.title or self.computation.words.format(self.computation)
        object.__setattr__(self, "title", title)

    @property
    def kind(self) -> str:
        """The kind of the computation."""
        return self.computation.kind


def _exact(computation: Computation, **settings: Any) -> Workload:
    """Return a workload of double precision: two steps give the same digits."""
    return Workload(computation, steps=2, tolerance=1e-9, **settings)


_UNCOLLECTED: dict[str, Any] = {
    "title": "the same, without the garbage collector",
    "quick": False,
    "collector": False,
    # The peers that are about single numbers.
    "beside": ("hand", "chalkgrad", "chalkgrad-compiled", "micrograd"),
}
_MOONS, _SHORT, _LONG = ScalarPerceptron(100), Chain(10**3), Chain(10**6)

WORKLOADS = {
    "mlp_tiny": Workload(Perceptron(32, (64, 32, 10))),
    "mlp_mnist": Workload(Perceptron(128, (784, 256, 128, 10))),
    "mlp_large": Workload(Perceptron(512, (1024, 1024, 1024, 10))),
    "lenet": Workload(LeNet(64)),
    "transformer": Workload(Transformer(8, 64, 128)),
    "scalar_mlp": _exact(_MOONS),
    "scalar_mlp_free": _exact(_MOONS, **_UNCOLLECTED),
    "chain_1e3": _exact(_SHORT, operations=_SHORT.operations),
    "chain_1e3_free": _exact(_SHORT, operations=_SHORT.operations, **_UNCOLLECTED),
    "chain_1e6": _exact(_LONG, operations=_LONG.operations, quick=False),
    "hessian": _exact(Hessian(100)),
    "hvp": _exact(HessianProduct(10_000)),
}
