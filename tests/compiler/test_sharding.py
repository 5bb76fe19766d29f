"""A batch cut into shards: the same numbers, the same bits every time, or no shards and why."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import primitive, value_and_grad
from autograd.compiler.shard.cutting import ADDED_UP, PARTIAL, NotShardableError
from autograd.transforms.trees import leaves_of
from nn.functional.normalization import centre
from nn.training.compiled import functional_call
from tests import programs
from tests.compiler.sharded import Sharded, assert_same

rng = np.random.default_rng(0)


class SequenceFirst(nn.Module):
    """A recurrent network that has the batch on the second axis inside."""

    def __init__(self) -> None:
        super().__init__()
        self.network, self.head = nn.GRU(4, 5, seed=0), nn.Linear(5, 3, seed=1)

    def forward(self, x: Any) -> Any:
        y, _ = self.network(np.swapaxes(x, 0, 1))
        return np.mean(self.head(y), axis=0)


class LastState(nn.Module):
    """What an LSTM has put out at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.network = nn.LSTM(4, 5, batch_first=True, seed=0)

    def forward(self, x: Any) -> Any:
        return self.network(x)[0][:, -1]


MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "mlp": (lambda: nn.MLP([4, 8, 3], activation="gelu", seed=0), (4,)),
    "convolution": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1, groups=2, seed=0),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(4, 3, 2, stride=2, seed=1),
            nn.AvgPool2d(2),
            nn.Flatten(),
        ),
        (2, 8, 8),
    ),
    "transposed convolution": (
        lambda: nn.Sequential(nn.ConvTranspose2d(2, 3, 2, stride=2, seed=0), nn.Flatten()),
        (2, 3, 3),
    ),
    "norms": (
        lambda: nn.Sequential(
            nn.Linear(4, 6, seed=0), nn.LayerNorm(6), nn.GroupNorm(2, 6), nn.RMSNorm(6)
        ),
        (4,),
    ),
    "batch norm": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 3, 3, seed=0),
            nn.BatchNorm2d(3),
            nn.SiLU(),
            nn.Flatten(),
            nn.Linear(12, 4, seed=1),
            nn.BatchNorm1d(4),
        ),
        (2, 4, 4),
    ),
    "attention": (
        lambda: nn.Sequential(
            nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, seed=0),
            nn.Flatten(),
        ),
        (5, 8),
    ),
    "sequence first": (SequenceFirst, (6, 4)),
    "last state": (LastState, (6, 4)),
    "maxout": (lambda: nn.Maxout(4, 3, 2, seed=0), (4,)),
    "softmax": (lambda: nn.Sequential(nn.Linear(4, 3, seed=0), nn.Softmax(-1)), (4,)),
}


def training(network: nn.Module, loss: Any) -> tuple[Callable[..., Any], list[Any]]:
    """Return loss and gradients as a function of parameters, x and y, and the parameters."""
    parameters = dict(network.named_parameters())

    def objective(*given: Any) -> Any:
        *values, x, y = given
        return loss(functional_call(network, dict(zip(parameters, values, strict=True)), x), y)

    values = [parameter.data.astype(np.float64) for parameter in parameters.values()]
    return value_and_grad(objective, tuple(range(len(values)))), values


def check(make: Callable[[], nn.Module], loss: Any, x: Any, y: Any, count: int) -> None:
    """Compare gradients and what a network keeps, such as running statistics."""
    whole, cut = make(), make()
    function, values = training(whole, loss)
    sharded, _ = training(cut, loss)
    batch = [False] * len(values) + [True, True]
    shards = Sharded(sharded, [*values, x, y], batch, count)
    assert_same(shards(*values, x, y), function(*values, x, y))
    kept = whole.state_dict()
    for name, value in cut.state_dict().items():
        np.testing.assert_allclose(value, kept[name], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("n", [3, 5, 8])
def test_gradients_of_networks(name: str, n: int) -> None:
    make, shape = MODELS[name]
    x, y = rng.normal(size=(n, *shape)), np.arange(n) % 3
    for count in range(1, min(n, 4) + 1):
        check(make, nn.CrossEntropyLoss(), x, y, count)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_random_numbers_are_those_of_one_program(count: int) -> None:
    """Drawn once, in the order of the program, for all shards."""

    def step(generator: np.random.Generator) -> Callable[..., Any]:
        first, second = nn.Dropout(0.5, seed=generator), nn.Dropout(0.3, seed=generator)
        return value_and_grad(lambda w, x: np.mean(second(np.tanh(first(x) @ w)) ** 2))

    w, x = rng.normal(size=(4, 3)), rng.normal(size=(7, 4))
    whole = step(np.random.default_rng(1))
    whole(w, x)  # as the trace does
    cut = Sharded(step(np.random.default_rng(1)), [w, x], [False, True], count)
    for _ in range(2):
        assert_same(cut(w, x), whole(w, x))


def test_random_programs() -> None:
    """Cut along the first axis of every choice of operands that has one of a common length."""
    sharded = 0
    for seed in range(100):
        program = programs.draw(seed)
        both = value_and_grad(as_function(program), tuple(range(len(program.leaves))))
        lengths = [np.shape(x)[:1] for x in program.leaves]
        for batch in product([False, True], repeat=len(lengths)):
            if len({n for n, flag in zip(lengths, batch, strict=True) if flag}) != 1:
                continue
            try:
                found = Sharded(both, program.leaves, batch, 2)(*program.leaves)
            except NotShardableError:
                continue
            assert_same(found, both(*program.leaves), 1e-11)
            sharded += 1
    assert sharded > 80


def as_function(program: programs.Program) -> Callable[..., Any]:
    return lambda *leaves: program.run(programs.NUMPY, leaves)


# Corners of the rules ----------------------------------------------------------------------------

N, T = 5, 3
X, V = rng.normal(size=(N, T, 2)), rng.normal(size=(N, 2))
ROWS = rng.normal(size=(T * N, 1))


def time_major(x: Any) -> Any:
    """(N, T, D) as (T N, D): the batch lies T times on the first axis, one after the other."""
    return np.reshape(np.swapaxes(x, 0, 1), (T * N, 2))


@pytest.mark.parametrize(
    ("function", "operands", "batch"),
    [
        # The batch inside a longer axis, and an array of constants along it.
        (lambda x: time_major(x) * ROWS, [X], [True]),
        # The same with an argument that all shards have whole.
        (lambda x, r: np.sin(time_major(x) * r), [X, ROWS], [True, False]),
        (lambda x, r: time_major(x).T @ r, [X, ROWS], [True, False]),
        (lambda x: np.reshape(time_major(x) ** 2, (T, N, 2)), [X], [True]),
        # Constants and whole values along the batch itself.
        (lambda x: np.arange(N)[:, None] * x, [V], [True]),
        (lambda x, w: np.sum(w * x, axis=0), [V, V + 1], [True, False]),
        (lambda x: x[np.arange(N), np.arange(N) % 2], [V], [True]),
        (lambda x: x[np.arange(N)[:, None], [[0], [1], [1], [0], [1]]], [V], [True]),
        (lambda x: x[None, ..., 0], [V], [True]),
        (lambda x, i: x[i], [V, np.array([3, 0, 0, 4])], [False, True]),
        # Sums that shards need whole, and what only one of them may add.
        (lambda x: x / np.sum(x, axis=0), [V], [True]),
        (lambda x: x - np.mean(x), [V], [True]),
        (lambda x: np.sum(x, axis=0) / np.sum(x), [V], [True]),
        (lambda x: 1.0 / np.sum(x), [V], [True]),
        # A sum that is needed by the first shard alone, to which all bring their parts.
        (lambda x: np.sum(x) + np.tanh(np.sum(x, axis=0))[0], [V], [True]),
        (lambda x, w: np.sum(x @ w) + np.sum(w * w), [V, V[:2]], [True, False]),
        (lambda x: 1.0 - np.sum(x), [V], [True]),
        (lambda x: np.concatenate([np.sum(x, axis=0), [1.0]]), [V], [True]),
        (lambda x: np.stack([np.sum(x, axis=0), np.mean(x, axis=0)]), [V], [True]),
        (lambda x: np.exp(np.sum(x, axis=0) / 3) * np.sum(x), [V], [True]),
        (lambda x: np.sum(x, axis=0) @ np.ones((2, 3)), [V], [True]),
        (lambda x: np.sum(x > 0), [V], [True]),
        (lambda x: (x, np.sum(x), np.ones(3), 2.0), [V], [True]),
    ],
)
@pytest.mark.parametrize("count", [1, 2, 4])
def test_corners(function: Any, operands: list[Any], batch: list[bool], count: int) -> None:
    expected = function(*operands)
    assert_same(Sharded(function, operands, batch, count)(*operands), expected)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: np.sort(x, axis=0), "sort works across the batch"),
        (lambda x: np.max(x, axis=0), "max works across the batch"),
        (lambda x: np.cumsum(x, axis=0), "cumsum works across the batch"),
        (lambda x: autograd.softmax(x, axis=0), "softmax works across the batch"),
        (lambda x: x[::-1], "getitem works across the batch"),
        (lambda x: x[0], "getitem works across the batch"),
        (lambda x: x[np.array([1, 0, 2, 3, 4])], "getitem works across the batch"),
        (lambda x: x[x > 0], "getitem has no rule"),
        (lambda x: x @ np.swapaxes(x, 0, 1), "matmul works across the batch"),
        (lambda x: np.einsum("ij,kj->ik", x, x), "einsum works across the batch"),
        (lambda x: np.reshape(x, (2, N)), "reshape tears the batch apart"),
        (lambda x: np.mean(np.astype(x, np.float16), axis=0), "mean of float16 works across"),
        (lambda x: np.unwrap(x), "unwrap has no rule for a batch that is cut"),
        (lambda x: np.ones(2), "nothing depends on the batch"),
    ],
)
def test_what_works_across_the_batch_is_refused(function: Any, reason: str) -> None:
    with pytest.raises(NotShardableError, match=reason):
        Sharded(function, [V], [True], 2)


@pytest.mark.parametrize("operand", [np.ones((1, 2)), np.float64(2.0)])
def test_one_sample_is_no_batch(operand: Any) -> None:
    with pytest.raises(NotShardableError, match="no two samples"):
        Sharded(np.sin, [operand], [True], 2)


def test_an_operation_that_works_across_the_batch_is_cut_by_its_code() -> None:
    whole = V - np.mean(V, axis=0, keepdims=True)
    assert_same(Sharded(lambda x: centre(x, axes=(0,)), [V], [True], 2)(V), whole)


def test_an_operation_without_axes_is_cut_by_its_code_if_it_is_pure() -> None:
    def middle(x: Any) -> Any:
        return x - np.mean(x, axis=-1, keepdims=True)

    pure = primitive(middle, vjp=lambda g, y, x: g, facts=autograd.Facts(pure=True))
    assert_same(Sharded(pure, [V], [True], 2)(V), middle(V))
    noisy = primitive(lambda x: x + rng.normal(), vjp=lambda g, y, x: g, name="noisy")
    with pytest.raises(NotShardableError, match="noisy has no rule for a batch that is cut"):
        Sharded(noisy, [V], [True], 2)


def test_a_count_in_the_code_of_an_operation_is_that_of_the_whole_batch() -> None:
    def code(x: Any) -> Any:
        return np.sum(x) / len(x) + x / x.shape[0]

    own = primitive(code, vjp=lambda g, y, x: g, facts=autograd.Facts(pure=True))
    assert_same(Sharded(own, [V], [True], 2)(V), np.sum(V) / N + V / N)


def test_code_that_does_not_run_on_tensors_is_refused() -> None:
    def code(x: Any) -> Any:
        return np.array([float(np.sum(row)) for row in x])

    own = primitive(code, vjp=lambda g, y, x: g, facts=autograd.Facts(pure=True))
    with pytest.raises(NotShardableError, match="code has no rule"):
        Sharded(own, [V], [True], 2)


def test_shards_meet_once_for_a_cross_entropy() -> None:
    """For the number of rows that count; nothing else is needed whole."""
    function, values = training(nn.MLP([2, 4, 3], seed=0), nn.CrossEntropyLoss())
    batch = [False] * len(values) + [True, True]
    places = Sharded(function, [*values, V, np.arange(N) % 3], batch, 2).partition
    assert [node.op for node in places.steps].count(ADDED_UP) == 1
    assert {places.place(x) for x in places.results} == {PARTIAL}


def test_the_same_bits_every_time() -> None:
    function, values = training(nn.MLP([2, 64, 3], seed=0), nn.CrossEntropyLoss())
    operands = [*values, rng.normal(size=(301, 2)), np.arange(301) % 3]
    sharded = Sharded(function, operands, [False] * len(values) + [True, True], 3)
    first = [np.asarray(x).tobytes() for x in leaves_of(sharded(*operands))]
    for _ in range(20):
        assert [np.asarray(x).tobytes() for x in leaves_of(sharded(*operands))] == first
