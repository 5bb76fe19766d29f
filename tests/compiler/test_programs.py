"""The programs that `compile` makes: single numbers in plain Python, arrays in buffers."""

import math
import re
import warnings
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import grad, value_and_grad

# Single numbers ----------------------------------------------------------------------------------


def kinds(warned: Any) -> set[str]:
    """Division by zero, overflow or invalid value, whatever the operation was."""
    return {str(w.message).partition(" encountered")[0] for w in warned}


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: x / y,
        lambda x, y: np.exp(x) * np.exp(y),
        lambda x, y: np.log(x) + np.sqrt(y),
        lambda x, y: x**3.5 + 2.0**y,
        lambda x, y: np.power(x, 0.5) + y**-1.0,
        lambda x, y: np.maximum(x, y) - np.minimum(x, 0.0),
        lambda x, y: np.where(x > y, np.tanh(x), np.sin(y)),
        lambda x, y: autograd.sigmoid(x) * autograd.relu(y),
        lambda x, y: np.arctan2(x, y) + np.hypot(x, y) + np.abs(x),
        lambda x, y: np.arcsin(x) + np.arccosh(y),
        lambda x, y: x * x * x - 2 * x**3,
    ],
)
def test_numbers_are_numpys(function: Any) -> None:
    """Infinities and NaN included, and NumPy's warnings."""
    both = value_and_grad(function, (0, 1))
    special = [0.5, 2.0, -2.0, 0.0, -0.0, 1e200, -1e200, 1e-300, math.inf, -math.inf, math.nan]
    compiled = autograd.compile(both)
    # The first call gives what the program does, so that it has the same bits as the next ones.
    assert compiled(0.5, 2.0) == compiled(0.5, 2.0)
    for x in special:
        for y in special:
            with warnings.catch_warnings(record=True) as expected_warnings:
                warnings.simplefilter("always")
                value, slopes = both(x, y)
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                result, found = compiled(x, y)
            np.testing.assert_allclose([result, *found], [value, *slopes], rtol=1e-12)
            finite = np.all(np.isfinite([value, *slopes]))
            if not finite:
                assert kinds(seen) == kinds(expected_warnings)


def test_programs_of_numbers_are_plain_python() -> None:
    compiled = autograd.compile(grad(lambda x: np.tanh(x * 2.0) ** 2))
    compiled(1.0)
    assert "math.tanh" in compiled.source
    assert "out=" not in compiled.source
    assert type(compiled(0.5)) is np.float64


# Source ------------------------------------------------------------------------------------------


def test_the_source_is_what_one_would_write() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return (x + y) * z

    compiled = autograd.compile(value_and_grad(f, (0, 1, 2)))
    with pytest.raises(ValueError, match="before the first call"):
        _ = compiled.source
    assert compiled(-2.0, 5.0, -4.0) == (-12.0, (-4.0, -4.0, 3.0))
    assert compiled.source == (
        "# x, y, z: float\n"
        "def program(x, y, z):\n"
        "    t0 = x + y\n"
        "    t1 = t0 * z\n"
        "    if not math.isfinite(t1 + z + t0):\n"
        "        raise ArithmeticError\n"
        "    return (np.float64(t1), (np.float64(z), np.float64(z), np.float64(t0)))\n"
    )


def test_arrays_are_written_into_memory_of_the_program() -> None:
    def loss(w: Any, x: Any) -> Any:
        return np.sum(np.tanh(x @ w) ** 2)

    compiled = autograd.compile(value_and_grad(loss))
    w, x = np.ones(3) / 3, np.ones((2, 3))
    compiled(w, x)
    np.testing.assert_allclose(compiled(2 * w, x)[1], grad(loss)(2 * w, x), rtol=1e-12)
    assert compiled.source == (
        "# w: float64 (3,)\n"
        "# x: float64 (2, 3)\n"
        "memory = aligned_memory(128)\n"
        "b0 = np.ndarray((2,), np.float64, memory, 0)\n"
        "b1 = np.ndarray((2,), np.float64, memory, 64)\n"
        "\n"
        "def program(w, x):\n"
        "    # forward\n"
        "    np.matmul(x, w, out=b0)\n"
        "    np.tanh(b0, out=b0)\n"
        "    np.square(b0, out=b1)\n"
        "    t0 = np.add.reduce(b1, axis=None)\n"
        "    # backward\n"
        "    np.multiply(2, b0, out=b0)\n"
        "    np.subtract(1, b1, out=b1)\n"
        "    np.multiply(b0, b1, out=b0)\n"
        "    t1 = x.T @ b0\n"
        "    return (t0, t1)\n"
    )


def test_memory_is_given_back_and_taken_again() -> None:
    """A chain without a backward pass needs the memory of two steps, however long it is."""

    def f(x: Any) -> Any:
        for n in range(1, 20):
            x = np.concatenate([np.sin(x), np.cos(x[:n])])[n:] + np.tanh(x)
        return x * 2

    compiled, x = autograd.compile(f), np.linspace(-1, 1, 512)
    np.testing.assert_allclose(compiled(2 * x), f(2 * x), rtol=1e-12)
    assert int(re.findall(r"aligned_memory\((\d+)\)", compiled.source)[0]) <= 4 * x.nbytes


@pytest.mark.parametrize(
    "number",
    [
        lambda x, y: np.sum(x * y),
        lambda x, y: np.sum(x) - np.max(y),
        lambda x, y: np.max(y) - np.sum(x),
    ],
)
def test_what_is_given_back_side_by_side_is_one_place(number: Any) -> None:
    def f(x: Any, z: Any) -> Any:
        return np.tanh(z * number(np.sin(x), np.cos(x))) * 2

    compiled, x, z = autograd.compile(f), np.linspace(0, 1, 64), np.ones((2, 64))
    np.testing.assert_allclose(compiled(x, z), f(x, z), rtol=1e-12)
    assert f"aligned_memory({z.nbytes})" in compiled.source


def test_memory_has_the_order_of_axes_of_what_is_computed() -> None:
    compiled = autograd.compile(lambda x: np.sum(np.tanh(np.transpose(x, (2, 0, 1))) ** 2))
    x = np.linspace(-1, 1, 24).reshape(2, 3, 4)
    compiled(x)
    assert "b0 = np.ndarray((2, 3, 4), np.float64, memory, 0).transpose(2, 0, 1)\n" in (
        compiled.source
    )
    np.testing.assert_allclose(compiled(2 * x), np.sum(np.tanh(2 * x) ** 2), rtol=1e-12)
