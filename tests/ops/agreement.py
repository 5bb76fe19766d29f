"""What holds of every function: NumPy's results and containers, and derivatives that are right."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from tests.second_order import assert_derivatives


def parts(result: Any) -> list[Any]:
    return list(result) if isinstance(result, list | tuple) else [result]


def plain(x: Any) -> Any:
    return x.data if type(x) is Tensor else x


def agrees(
    function: Callable[..., Any], *arrays: Any, rtol: float = 0, differentiable: bool = True
) -> None:
    """On tensors `function` gives what it gives on `arrays`, in containers of the same types.

    Its derivatives to second order, in both modes, are those of the function itself.
    """
    expected = function(*arrays)
    result = function(*(Tensor(x, requires_grad=x.dtype.kind in "fc") for x in arrays))
    if isinstance(expected, list | tuple):
        assert type(result) is type(expected)
        assert len(result) == len(expected)
    for got, wanted in zip(parts(result), parts(expected), strict=True):
        np.testing.assert_allclose(plain(got), wanted, rtol=rtol, atol=rtol)
        assert np.shape(plain(got)) == np.shape(wanted)
        assert np.result_type(plain(got)) == np.result_type(wanted)
    moving = [k for k, x in enumerate(parts(result)) if type(x) is Tensor and x.requires_grad]
    assert bool(moving) == differentiable
    if moving:
        assert_derivatives(
            lambda *xs: sum(np.sum(np.sin(parts(function(*xs))[k] * 1.1)) for k in moving), *arrays
        )


def agrees_for_complex(function: Callable[..., Any], *arrays: Any) -> None:
    """Return the same for complex arrays, over real and imaginary parts of operands and result."""
    expected = function(*arrays)
    result = function(*(Tensor(x, requires_grad=True) for x in arrays))
    np.testing.assert_allclose(result.data, expected, rtol=1e-14)
    n = len(arrays)

    def over_parts(*xs: Any) -> Any:
        y = function(*(re + im * 1j for re, im in zip(xs[:n], xs[n:], strict=True)))
        return np.stack([np.real(y * y), np.imag(y * y)])

    assert_derivatives(over_parts, *(x.real for x in arrays), *(x.imag for x in arrays))
