"""Masked arrays: a tensor has no mask, so they are refused on either side, with the cure."""

import operator
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad, vjp

M: Any = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
UNMASKED: Any = np.ma.array([1.0, 2.0, 3.0])
OPERATORS = [
    *(operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv),
    *(operator.mod, operator.pow, operator.matmul, operator.lt, operator.le, operator.gt),
    *(operator.ge, operator.eq, operator.ne),
]


@pytest.mark.parametrize("m", [M, UNMASKED, np.ma.masked], ids=["some", "none", "constant"])
@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
def test_operators_refuse(op: Callable[..., Any], m: Any, requires_grad: bool) -> None:
    t = Tensor([1.0, 2.0, 3.0], requires_grad=requires_grad)
    for operands in ((t, m), (m, t)):
        with pytest.raises(TypeError, match=r"no masked arrays.*filled.*np\.where"):
            op(*operands)


IN_PLACE = [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow]


@pytest.mark.parametrize("op", IN_PLACE, ids=lambda op: op.__name__)
def test_operators_that_write_into_a_masked_array_refuse(op: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="no masked arrays"):
        op(M.copy(), Tensor([1.0, 2.0, 3.0], requires_grad=True))


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "ufunc, left": lambda t: np.add(M, t),
    "ufunc, right": lambda t: np.add(t, M),
    "method of a ufunc": lambda t: np.add.reduce(t, where=M > 1),
    "outer": lambda t: np.multiply.outer(M, t),
    "numpy.ma's ufunc": lambda t: np.ma.add(M, t),
    "numpy.ma's unary ufunc": lambda t: np.ma.exp(t),
    "stack": lambda t: np.stack([M, t]),
    "concatenate": lambda t: np.concatenate([t, M]),
    "vstack": lambda t: np.vstack([t, M]),
    "where": lambda t: np.where(t > 1, M, t),
    "condition": lambda t: np.where(M > 1, t, 0),
    "dot": lambda t: np.dot(M, t),
    "einsum": lambda t: np.einsum("i,i", M, t),
    "clip": lambda t: np.clip(t, M, None),
    "interp": lambda t: np.interp(t, [0.0, 1.0, 2.0], M),
    "sum where": lambda t: np.sum(t, where=M > 1),
    "mean where": lambda t: t.mean(where=M > 1),
    "put": lambda t: autograd.put(M, [0], t[:1]),
    "softmax": lambda t: autograd.softmax(M),
    "in a list": lambda t: t * [M, M],
    "in nested lists": lambda t: t * [[1.0, 2.0, 3.0], M],
    "method": lambda t: t.dot(M),
    "numpy.ma's method": lambda t: M.dot(t),
    "assignment": lambda t: M.copy().__setitem__(slice(None), t),
    "gradient": lambda t: (t * 1).backward(M),
    "assign": lambda t: t.assign(M),
    "grad": lambda t: setattr(t, "grad", M),
    "pullback": lambda t: vjp(lambda x: x * 2, t)[1](M),
    "argument": lambda t: grad(lambda x: np.sum(x * t))(M),
    "numpy.ma.sum": lambda t: np.ma.sum(t),
    "numpy.ma.array": lambda t: np.ma.array(t, mask=[False, True, False]),
}


@pytest.mark.parametrize("call", FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions_refuse(call: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=r"no masked arrays|lose its gradient"):
        call(Tensor([1.0, 2.0, 3.0], requires_grad=True))


def test_tensors_are_not_made_of_masked_arrays() -> None:
    for data in (M, UNMASKED, [M, M], [[1.0, 2.0, 3.0], M], (M, [M])):
        with pytest.raises(TypeError, match="a tensor takes no masked arrays"):
            Tensor(data)


def test_filled_arrays_are_taken() -> None:
    t = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    np.sum(t * M.filled(0.0) + np.where(M.mask, 0.0, t) + np.sum(t, where=~M.mask)).backward()
    assert t.grad.tolist() == [5, 0, 7]


def test_nothing_imports_numpy_ma() -> None:
    code = "import autograd, sys; autograd.Tensor([[1.0]]) + 1; print('numpy.ma' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
