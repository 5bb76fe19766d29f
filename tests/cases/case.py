"""What a sample case is, and the shapes that most operations are tried on."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """Operands and static parameters for one call of an operation.

    Operands are shapes, to be filled with random numbers, or arrays and numbers as given. `low`
    and `high` bound the random numbers to where the operation is smooth. With `complex_too` the
    case also holds for complex operands.
    """

    operands: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)
    low: float = -2.0
    high: float = 2.0
    complex_too: bool = False

    def arrays(self, dtype: Any = np.float64, seed: int = 0) -> tuple[Any, ...]:
        """Return the operands; random ones keep clear of one another, and so of ties and kinks."""
        rng = np.random.default_rng(seed)
        return tuple(
            self._random(x, rng, dtype) if isinstance(x, tuple) else self._given(x, dtype)
            for x in self.operands
        )

    def _random(self, shape: tuple[int, ...], rng: np.random.Generator, dtype: Any) -> Any:
        x = rng.uniform(self.low, self.high, shape)
        if np.dtype(dtype).kind == "c":
            x = x + 1j * rng.uniform(0.2, 0.9, shape)
        return x.astype(dtype)[()]

    @staticmethod
    def _given(x: Any, dtype: Any) -> Any:
        return x.astype(dtype) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


SCALAR, VECTOR, MATRIX, CUBE = (), (3,), (2, 3), (2, 3, 4)


def unary(**kwargs: Any) -> list[Case]:
    return [Case((s,), **kwargs) for s in (SCALAR, VECTOR, MATRIX, CUBE, (0, 3))]


def binary(**kwargs: Any) -> list[Case]:
    """Operands of equal shapes, and each broadcast against the other in every position."""
    pairs = [
        (SCALAR, SCALAR),
        (VECTOR, VECTOR),
        (MATRIX, SCALAR),
        (SCALAR, MATRIX),
        (MATRIX, VECTOR),
        (VECTOR, MATRIX),
        (MATRIX, (2, 1)),
        ((2, 1), VECTOR),
        ((1, 3), (2, 1)),
        (CUBE, (3, 1)),
        ((1, 1), CUBE),
    ]
    return [Case(pair, **kwargs) for pair in pairs]


def each(names: str, cases: list[Case]) -> dict[str, list[Case]]:
    """Return the same cases for several operations."""
    return dict.fromkeys(names.split(), cases)


def reductions(**kwargs: Any) -> list[Case]:
    chosen: list[tuple[tuple[int, ...], dict[str, Any]]] = [
        (SCALAR, {}),
        (VECTOR, {}),
        (MATRIX, {"axis": 0}),
        (MATRIX, {"axis": -1, "keepdims": True}),
        (CUBE, {"axis": (0, -1)}),
        (CUBE, {"axis": (1,), "keepdims": True}),
        (CUBE, {"keepdims": True}),
    ]
    return [Case((shape,), params, **kwargs) for shape, params in chosen]


def along_axis() -> list[Case]:
    return [
        Case((VECTOR,)),
        Case((MATRIX,), {"axis": 0}),
        Case((CUBE,), {"axis": 1}),
        Case((CUBE,), {"axis": -1}),
    ]


MASK = np.array([[True, False, True], [False, False, True]])
