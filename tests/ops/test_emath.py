"""`np.emath`: NumPy's values and dtypes, and derivatives on both sides of the domain's end."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from tests.second_order import assert_derivatives

INSIDE, BOTH = np.array([0.3, 0.9, 0.6]), np.array([0.3, -1.7, 1.6])

CALLS: dict[str, Callable[[Any], Any]] = {
    **{
        name: getattr(np.emath, name)
        for name in ("sqrt", "log", "log2", "log10", "arccos", "arcsin", "arctanh")
    },
    "power": lambda x: np.emath.power(x, 2.5),
    "power of a whole exponent": lambda x: np.emath.power(x, -2),
    "power of whole numbers": lambda x: np.emath.power([2, 3, 4], np.array([-1, -2, 1])) * x,
    "exponent": lambda x: np.emath.power(2, x),
    "logn": lambda x: np.emath.logn(3, x),
    "base": lambda x: np.emath.logn(x, [2.0, 5.0, 3.0]),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("x", [INSIDE, BOTH], ids=["inside", "beyond"])
@pytest.mark.parametrize("name", CALLS)
def test_values_and_dtypes_are_numpys(name: str, x: Any, dtype: Any) -> None:
    recorded = CALLS[name](Tensor(x.astype(dtype), requires_grad=True))
    plain = CALLS[name](x.astype(dtype))
    np.testing.assert_allclose(recorded.data, plain, rtol=1e-6 if dtype is np.float32 else 1e-14)
    assert recorded.dtype == plain.dtype


@pytest.mark.parametrize("x", [INSIDE, BOTH], ids=["inside", "beyond"])
@pytest.mark.parametrize("name", CALLS)
def test_derivatives_are_differences(name: str, x: Any) -> None:
    def parts(x: Any) -> Any:
        y = CALLS[name](x)
        return np.stack([np.real(y), np.imag(y)])

    assert_derivatives(parts, x)


def test_whole_numbers() -> None:
    x = Tensor(np.array([2, 3]))
    np.testing.assert_allclose(np.emath.power(x, -1).data, [1 / 2, 1 / 3])
