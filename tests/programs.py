"""Programs drawn at random: 5 to 40 operations on scalars, vectors and matrices, results shared.

A program is a list of instructions, so that the same one can be run by NumPy, by chalkgrad and by
PyTorch. Each operation is written once, for a module `m` that is `numpy` or a stand-in for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd

Shape = tuple[int, ...]
MARGIN = 1e-2
SHAPES: tuple[Shape, ...] = ((), (3,), (2, 3), (3, 3), (2, 1), (4, 2, 3))


@dataclass(frozen=True)
class Operation:
    """How an operation is computed, and to which shapes of operands it applies.

    `margin` is how far the operands are from where the operation chooses otherwise: closer than the
    step of a difference, there is no derivative to compare with.
    """

    name: str
    compute: Callable[..., Any]
    applies: Callable[..., bool] = lambda *shapes: True
    arity: int = 1
    margin: Callable[..., Any] = lambda *operands: np.inf


@dataclass(frozen=True)
class Instruction:
    """One step: an operation on earlier values, by number."""

    operation: Operation
    operands: tuple[int, ...]


def _has_axes(shape: Shape) -> bool:
    return len(shape) > 0


def _broadcast(a: Shape, b: Shape) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))


def _multiply(a: Shape, b: Shape) -> bool:
    return bool(a and b) and a[-1] == (b[-2] if len(b) > 1 else b[0]) and len(b) < 3


def _same(a: Shape, b: Shape) -> bool:
    return _has_axes(a) and a == b


def _apart(x: Any, y: Any) -> Any:
    return np.min(np.abs(x - y))


def _lead(x: Any) -> Any:
    """By how much the largest entry of each row leads."""
    return np.min(np.diff(np.sort(x, -1)[..., -2:], axis=-1)) if x.shape[-1] > 1 else np.inf


OPERATIONS: tuple[Operation, ...] = (
    Operation("sin", lambda m, x: m.sin(x)),
    Operation("cos", lambda m, x: m.cos(2 * x)),
    Operation("tanh", lambda m, x: m.tanh(x)),
    Operation("exp", lambda m, x: m.exp(-(x**2))),
    Operation("log", lambda m, x: m.log(1 + x**2)),
    Operation("sqrt", lambda m, x: m.sqrt(1 + x * x)),
    Operation("cube", lambda m, x: x**3 / 4),
    Operation("reciprocal", lambda m, x: 1 / (2 + x**2)),
    Operation("negative", lambda m, x: -x),
    Operation("power", lambda m, x: (1 + x**2) ** -1.5),
    Operation("add", lambda m, x, y: x + y, _broadcast, 2),
    Operation("subtract", lambda m, x, y: x - y, _broadcast, 2),
    Operation("multiply", lambda m, x, y: x * y, _broadcast, 2),
    Operation("divide", lambda m, x, y: x / (1.5 + m.cos(y)), _broadcast, 2),
    Operation("maximum", lambda m, x, y: m.maximum(x, y), _broadcast, 2, _apart),
    Operation("where", lambda m, x, y: m.where(x > y, m.sin(x), x * y), _broadcast, 2, _apart),
    Operation("matmul", lambda m, x, y: x @ y, _multiply, 2),
    Operation("concatenate", lambda m, x, y: m.concatenate([x, y], 0), _same, 2),
    Operation("stack", lambda m, x, y: m.stack([x, y], 0), lambda a, b: a == b and len(a) < 3, 2),
    Operation("sum", lambda m, x: m.sum(x, 0), _has_axes),
    Operation("mean", lambda m, x: m.mean(x, -1), _has_axes),
    Operation("max", lambda m, x: m.max(x, -1), _has_axes, margin=_lead),
    Operation("logsumexp", lambda m, x: m.logsumexp(x, -1), _has_axes),
    Operation("softmax", lambda m, x: m.softmax(x, -1), _has_axes),
    Operation("first", lambda m, x: x[0], _has_axes),
    Operation("slice", lambda m, x: x[..., :2], _has_axes),
    Operation("twice", lambda m, x: x[[0, 0, -1]], _has_axes),
    Operation("swapaxes", lambda m, x: m.swapaxes(x, 0, -1), lambda s: len(s) > 1),
    Operation("ravel", lambda m, x: m.reshape(x, (-1,)), _has_axes),
)


@dataclass(frozen=True)
class Program:
    """Values of the leaves, and instructions on them and on one another's results."""

    leaves: tuple[Any, ...]
    instructions: tuple[Instruction, ...]

    def run(self, m: Any, leaves: Sequence[Any]) -> Any:
        """Compute the scalar of the program: a weighted sum of all that is not used up."""
        values = list(leaves)
        used = set[int]()
        for step in self.instructions:
            values.append(step.operation.compute(m, *(values[i] for i in step.operands)))
            used.update(step.operands)
        total: Any = 0.0
        for i, value in enumerate(values):
            if i not in used:
                total = total + m.sum(value * (0.5 + 0.1 * i))
        return total


def draw(seed: int) -> Program:
    """Return the program of a seed."""
    rng = np.random.default_rng(seed)
    leaves = tuple(
        rng.uniform(-1.5, 1.5, SHAPES[rng.integers(len(SHAPES))])[()]
        for _ in range(rng.integers(1, 4))
    )
    values = list(leaves)
    instructions: list[Instruction] = []
    length = rng.integers(5, 41)
    while len(instructions) < length:
        operation = OPERATIONS[rng.integers(len(OPERATIONS))]
        operands = tuple(int(i) for i in rng.integers(len(values), size=operation.arity))
        if not operation.applies(*(np.shape(values[i]) for i in operands)):
            continue
        if operation.margin(*(values[i] for i in operands)) < MARGIN:
            continue
        value = operation.compute(NUMPY, *(values[i] for i in operands))
        # Values that grow would leave the differences to rounding, and so would ones too many.
        if value.size <= 64 and np.all(np.abs(value) < 20):
            instructions.append(Instruction(operation, operands))
            values.append(value)
    return Program(leaves, tuple(instructions))


class _NumPy:
    """NumPy's functions, and those that it lacks; on arrays and on tensors."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name, None) or getattr(autograd, name)


NUMPY = _NumPy()
