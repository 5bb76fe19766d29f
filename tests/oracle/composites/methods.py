"""The methods that universal functions have beside the call: `np.add.reduce` and its like."""

from typing import Any

import numpy as np

from autograd.engine.tensor import FUNCTIONS
from tests.cases.case import Case
from tests.oracle.bridge import INF, Function, torch
from tests.oracle.composites.composite import Composite, of
from tests.oracle.operations import DIFFERENTIABLE
from tests.oracle.operations.arrays import line_reduction


def outer(function: Function) -> Function:
    """Return a function of every entry of a with every entry of b."""
    return lambda a, b: function(a.reshape(*a.shape, *(1,) * b.ndim), b)


def reduced(function: Function, fill: float) -> Function:
    """Return a reduction along an axis, the first by default; `fill` for what is left out."""

    def reduce(x: Any, axis: Any = 0, keepdims: bool = False, where: Any = True) -> Any:
        used = torch.where(torch.as_tensor(where), x, fill)
        return line_reduction(function)(used, axis, keepdims)

    return reduce


MASK = np.array([[True, False, True], [True, True, False]])
REDUCED = [of((2, 3)), of((2, 3), axis=1, keepdims=True), of((2, 3, 4), axis=None)]
MASKED = [*REDUCED, of((2, 3), where=MASK)]
SCANNED = [of((3,)), of((2, 3)), of((2, 3), axis=1)]
PAIRS = [of((3,), (2, 2), low=0.6)]

METHODS: list[tuple[np.ufunc, str, Function, list[Case]]] = [
    (np.add, "reduce", reduced(lambda x: x.sum(-1), 0), MASKED),
    (np.multiply, "reduce", reduced(lambda x: x.prod(-1), 1), MASKED),
    (np.maximum, "reduce", reduced(lambda x: x.amax(-1), -INF), REDUCED),
    (np.minimum, "reduce", reduced(lambda x: x.amin(-1), INF), REDUCED),
    (np.fmax, "reduce", reduced(lambda x: x.amax(-1), -INF), REDUCED),
    (np.fmin, "reduce", reduced(lambda x: x.amin(-1), INF), REDUCED),
    (np.logaddexp, "reduce", reduced(lambda x: x.logsumexp(-1), -INF), REDUCED),
    (np.logaddexp2, "reduce", reduced(lambda x: x.exp2().sum(-1).log2(), -INF), REDUCED),
    (np.add, "accumulate", lambda x, axis=0: x.cumsum(axis), SCANNED),
    (np.multiply, "accumulate", lambda x, axis=0: x.cumprod(axis), SCANNED),
    (np.maximum, "accumulate", lambda x, axis=0: x.cummax(axis).values, SCANNED),
    (np.minimum, "accumulate", lambda x, axis=0: x.cummin(axis).values, SCANNED),
    *(
        (key[0], "outer", outer(DIFFERENTIABLE[key[0].__name__]), PAIRS)
        for key in FUNCTIONS
        if isinstance(key, tuple) and key[1] == "outer" and key[0].__name__ in DIFFERENTIABLE
        if key[0] is not np.ldexp
    ),
]
COMPOSITES: dict[Any, Composite] = {
    (ufunc, name): Composite(theirs, cases, getattr(ufunc, name))
    for ufunc, name, theirs, cases in METHODS
}
