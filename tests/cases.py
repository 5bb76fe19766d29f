"""One table of sample cases per operation, for the test that runs over every declared operation.

A case is the operands, as shapes to be filled with random numbers or as given arrays, and the
static parameters. `low` and `high` bound the random numbers to where the operation is smooth.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """Operands and static parameters for one call of an operation."""

    operands: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)
    low: float = -2.0
    high: float = 2.0

    def arrays(self, dtype: Any = np.float64, seed: int = 0) -> tuple[Any, ...]:
        """The operands; random ones keep clear of one another, and so of ties and kinks."""
        rng = np.random.default_rng(seed)
        return tuple(
            self._random(x, rng, dtype) if isinstance(x, tuple) else self._given(x, dtype)
            for x in self.operands
        )

    def _random(self, shape: tuple[int, ...], rng: np.random.Generator, dtype: Any) -> Any:
        return rng.uniform(self.low, self.high, shape).astype(dtype)[()]

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
    """The same cases for several operations."""
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
PRODUCTS = [
    (VECTOR, VECTOR),
    (MATRIX, VECTOR),
    (VECTOR, (3, 2)),
    (MATRIX, (3, 4)),
    ((4, 2, 3), (4, 3, 2)),
    ((4, 2, 3), (3, 2)),
    (MATRIX, (4, 3, 2)),
    ((4, 2, 3), VECTOR),
    (VECTOR, (4, 3, 2)),
    ((2, 1, 2, 3), (4, 3, 2)),
]

CASES: dict[str, list[Case]] = {
    **each(
        "add subtract multiply maximum minimum greater greater_equal less less_equal equal "
        "not_equal tie_share",
        binary(),
    ),
    "divide": binary(low=0.5),
    "power": [
        *binary(low=0.5),
        Case((VECTOR, 2)),
        Case((VECTOR, 3)),
        Case((VECTOR, 1)),
        Case((VECTOR, 0)),
        Case((VECTOR, -2), low=0.5),
        Case((VECTOR, 0.5), low=0.5),
        Case((2.5, VECTOR)),
    ],
    "floor_divide": binary(low=0.5),
    "remainder": [Case((x, y), low=0.6, high=0.9) for x, y in ((VECTOR, VECTOR), (MATRIX, VECTOR))],
    **each(
        "negative positive exp square sin cos tanh sigmoid softplus erf isnan isfinite isinf "
        "zeros_like ones_like copy logical_not",
        unary(),
    ),
    **each("absolute sign relu floor ceil rint", unary(low=0.6, high=0.9)),
    **each("log log2 log10 sqrt", unary(low=0.5)),
    "tan": unary(low=-1.2, high=1.2),
    "leaky_relu": [*unary(), Case((MATRIX,), {"negative_slope": 0.2})],
    "elu": [*unary(), Case((MATRIX,), {"alpha": 0.5})],
    "gelu": [*unary(), Case((MATRIX,), {"approximate": "tanh"})],
    "heaviside": binary(),
    "logical_and": binary(),
    "logical_or": binary(),
    **each("bitwise_and bitwise_or bitwise_xor", [Case((MASK, MASK)), Case((MASK, MASK[0]))]),
    "invert": [Case((MASK,))],
    "where": [
        Case((MASK, MATRIX, MATRIX)),
        Case((MASK, SCALAR, VECTOR)),
        Case((MASK, (2, 1), SCALAR)),
        Case((MASK[0], (*CUBE[:1], 3), VECTOR)),
    ],
    "clip": [
        Case((MATRIX, -0.5, 0.7)),
        Case((MATRIX, None, 0.7)),
        Case((VECTOR, -0.5, None)),
        Case((CUBE, (4,), 3.0), low=-1),
        Case((MATRIX, -3.0, (2, 1))),
    ],
    **each("sum mean max min", reductions()),
    "logsumexp": reductions(),
    "extremal_share": [
        Case((np.array([[1.0, 3.0, 3.0], [5.0, 2.0, 4.0]]), np.array([[3.0], [5.0]])), {"axis": 1})
    ],
    "argmax": [Case((VECTOR,)), Case((MATRIX,), {"axis": 1})],
    "argmin": [Case((VECTOR,)), Case((MATRIX,), {"axis": 1})],
    "all": [Case((MASK,)), Case((MASK,), {"axis": 1})],
    "any": [Case((MASK,)), Case((MASK,), {"axis": 1})],
    **each("softmax log_softmax", along_axis()),
    "norm": [
        Case((VECTOR,)),
        Case((MATRIX,)),
        Case((MATRIX,), {"axis": 0}),
        Case((CUBE,), {"axis": -1, "keepdims": True}),
    ],
    "reshape": [
        Case((MATRIX,), {"shape": (3, 2)}),
        Case((CUBE,), {"shape": (-1, 4)}),
        Case((SCALAR,), {"shape": (1, 1)}),
        Case(((1, 1),), {"shape": ()}),
    ],
    "broadcast_to": [
        Case((VECTOR,), {"shape": (2, 3)}),
        Case((SCALAR,), {"shape": (2, 2)}),
        Case(((2, 1),), {"shape": (4, 2, 3)}),
    ],
    "swapaxes": [Case((CUBE,), {"axis1": 0, "axis2": -1})],
    "transpose": [
        Case((VECTOR,)),
        Case((MATRIX,)),
        Case((CUBE,), {"axes": (1, 2, 0)}),
        Case((CUBE,), {"axes": (-1, 0, 1)}),
    ],
    "astype": [Case((MATRIX,), {"dtype": np.dtype(np.float64)})],
    "astype_discrete": [Case((MATRIX,), {"dtype": np.dtype(t)}) for t in (np.int64, np.bool_)],
    "concatenate": [
        Case((VECTOR, VECTOR)),
        Case((MATRIX, (2, 1), MATRIX), {"axis": 1}),
        Case((MATRIX, CUBE), {"axis": None}),
        Case((CUBE, CUBE), {"axis": -2}),
    ],
    "stack": [
        Case((SCALAR, SCALAR)),
        Case((MATRIX, MATRIX, MATRIX), {"axis": 1}),
        Case((MATRIX, MATRIX), {"axis": -1}),
    ],
    "getitem": [
        Case((VECTOR,), {"index": 1}),
        Case((CUBE,), {"index": (slice(None), None, slice(None, None, -2), 0)}),
        Case((CUBE,), {"index": (..., 1)}),
        Case((VECTOR,), {"index": [0, 2, 0, 0]}),
        Case((MATRIX,), {"index": np.array([[0, 1], [1, 1]])}),
        Case((CUBE,), {"index": (0, slice(None), np.array([3, 3]))}),
        Case((MATRIX,), {"index": MASK}),
        Case((CUBE,), {"index": MASK}),
        Case((MATRIX,), {"index": (np.array([1, 1]), np.array([2, 2]))}),
    ],
    "scatter": [
        Case(((2,),), {"index": slice(1, 3), "shape": (4,)}),
        Case(((3,),), {"index": np.array([1, 1, 0]), "shape": (4,)}),
    ],
    "matmul": [Case(pair) for pair in PRODUCTS],
    "outer": [Case((VECTOR, (2,))), Case((MATRIX, VECTOR))],
}


def all_cases() -> Iterator[tuple[str, Case]]:
    """Every operation's name with each of its cases."""
    return ((name, case) for name, cases in CASES.items() for case in cases)
