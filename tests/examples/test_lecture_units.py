"""The example of the first artificial neurons: what its text says of each holds."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def example(load_example: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return load_example("17_lecture_units")


def test_two_layers_are_xor_and_one_unit_is_not(example: dict[str, Any]) -> None:
    bits = example["BITS"]
    np.testing.assert_array_equal(example["TwoLayerXOR"]()(bits), bits[:, 0] ^ bits[:, 1])
    assert example["search"](bits[:, 0] & bits[:, 1])[0] > 0
    assert example["search"](example["XOR"])[0] == 0


def test_a_grid_of_units_finds_what_a_line_can_separate(example: dict[str, Any]) -> None:
    """14 of the 16 functions of two bits; all but XOR and its opposite."""
    tables = np.array(list(np.ndindex(2, 2, 2, 2)))
    missed = [table.tolist() for table in tables if not example["search"](table)[0]]
    assert missed == [[0, 1, 1, 0], [1, 0, 0, 1]]


@pytest.mark.parametrize("gamma", [0.5, 0.1])
def test_the_perceptron_keeps_to_the_bound(example: dict[str, Any], gamma: float) -> None:
    x, y, plane = example["separable"](gamma, np.random.default_rng(0))
    assert len(x) == example["ROWS"]
    assert set(y) == {0, 1}
    assert np.all((2 * y - 1) * (x @ plane) >= gamma)
    mistakes, epochs, bound = example["convergence"](gamma)
    assert 1 <= epochs - 1 <= mistakes <= bound
    assert 0.5 < bound * gamma**2 <= 3


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_maxout_comes_near_to_a_parabola(example: dict[str, Any], pieces: int) -> None:
    *_, used, error = example["fit_maxout"](np.square, pieces)
    assert used == pieces
    best = 1 / (2 * pieces**2)
    assert best <= error < 1.4 * best


def test_maxout_finds_the_two_lines_of_abs(example: dict[str, Any]) -> None:
    slopes, values, _, error = example["fit_maxout"](np.abs, 2)
    np.testing.assert_allclose(sorted(slopes), [-1, 1], atol=1e-3)
    np.testing.assert_allclose(values, 0, atol=1e-3)
    assert error < 1e-3


def test_the_tables(
    example: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"STEPS": 5, "GAMMAS": (0.5,), "PIECES": (2,)}.items():
        monkeypatch.setitem(example["main"].__globals__, name, value)
    example["main"]()
    out = capsys.readouterr().out
    assert " 1   0      0   1       0                  1\n" in out
    assert "A majority of three fires at 011, 101, 110, 111." in out
    assert "XOR                     0 of 729" in out
    *_, row = out.splitlines()
    assert row.startswith("    2       ")
    assert row.endswith("     0.1250")
