"""The growth of cost: counts on paper are those of the work, and the model finds its constants."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

CACHE = 2**25


# On paper ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["chalkgrad", "chalkgrad-compiled"])
def test_chalkgrad_computes_what_is_written_by_hand(load: Any, mode: str) -> None:
    work = load("workloads").Elementwise(6, 5)
    build = load("peers.elementwise").build
    expected = build(work, work.draw(), "hand")()
    np.testing.assert_allclose(build(work, work.draw(), mode)(), expected, rtol=1e-5)


def test_the_operations_counted_are_those_recorded(load: Any) -> None:
    work = load("workloads").Elementwise(6, 5)
    recorded = []

    class Counted:
        """A number that counts operations on it."""

        def __mul__(self, other: Any) -> Any:
            recorded.append("multiply")
            return self

        def __add__(self, other: Any) -> Any:
            recorded.append("add")
            return self

    load("peers.programs").chain(Counted(), 1, 1, work.rounds)
    assert len(recorded) == load("sweeps").elementwise_cost(work).operations == 6


def test_a_perceptron_holds_its_parameters_four_times(load: Any) -> None:
    sizes = 5, 4, 3
    count = sum(p.size for p in nn.MLP(sizes, seed=0).parameters())
    perceptron, cost = load("workloads").Perceptron, load("sweeps").perceptron_cost
    two, three = (cost(perceptron(batch, sizes)).held for batch in (2, 3))
    assert two - 2 * (three - two) == 4 * 4 * count


def test_points_cover_what_the_page_says_and_are_distinct(load: Any) -> None:
    sweeps = load("sweeps")
    ends = {
        sweep: [p.size for p in sweeps.POINTS.values() if p.sweep == sweep]
        for sweep in sweeps.SWEEPS
    }
    assert {sweep: (min(sizes), max(sizes)) for sweep, sizes in ends.items()} == {
        "depth": (10**2, 10**6),
        "width": (10**2, 10**7),
        "batch": (1, 4096),
        "parameters": (10**3, 10**8),
    }
    assert not set(sweeps.POINTS) & set(load("workloads").WORKLOADS)


def test_a_network_has_about_the_parameters_that_its_point_says(load: Any) -> None:
    sweeps = load("sweeps")
    for size in (1_000, 10_000, 100_000):
        params = sweeps.POINTS[f"parameters {size}"].workload.computation.draw()["params"]
        assert sum(p.size for p in params.values()) == pytest.approx(size, rel=0.3)


# The model ---------------------------------------------------------------------------------------


@pytest.fixture
def figures(load: Any) -> Any:
    """Return seconds that follow the model exactly, and bytes."""
    constants = 2e-4, 3e-6, 1e-11, 2e-11, 1e-11
    sweeps = load("sweeps")
    predict = load("cost_model").predict
    points = {
        name: {
            library: {"seconds": [predict(constants, point.cost, CACHE)] * 3, "memory": 10**6}
            for library in sweeps.LIBRARIES
        }
        for name, point in sweeps.POINTS.items()
    }
    machine = {"processor": "Abacus", "caches": {"L2": CACHE}, "memory": 2**34}
    return {"machine": machine, "points": points, "constants": constants}


def test_the_fit_finds_the_constants(load: Any, figures: Any) -> None:
    model = load("cost_model")
    points = model.seconds(figures, "chalkgrad")
    found = model.fit(points, CACHE)
    np.testing.assert_allclose(found, figures["constants"], rtol=1e-6)
    np.testing.assert_allclose(model.factors(found, points, CACHE), 1, rtol=1e-6)


def test_an_error_is_a_factor_in_either_direction(load: Any, figures: Any) -> None:
    model = load("cost_model")
    points = model.seconds(figures, "chalkgrad", "batch")
    for wrong in (2, 1 / 2):
        factors = model.factors([wrong * c for c in figures["constants"]], points, CACHE)
        np.testing.assert_allclose(factors, 2)


def test_no_constant_is_negative(load: Any, figures: Any) -> None:
    """Where more operations take less time, an operation costs nothing: the rest explains it."""
    model = load("cost_model")
    points = model.seconds(figures, "chalkgrad", "depth")
    falling = dict(zip(points, sorted(points.values(), reverse=True), strict=True))
    found = model.fit(falling, CACHE)
    assert min(found) == 0
    assert model.factors(found, falling, CACHE)[-1] > 1


def test_the_page_is_written_from_figures(
    load: Any, figures: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "growth.md"
    names = "limits", "model", "estimates"
    page.write_text("\n".join(f"<!-- {name} -->\n<!-- /{name} -->" for name in names))
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(figures))
    growth = load("growth")
    monkeypatch.setattr(growth, "ROOT", tmp_path)
    # One picture tests the same as four in a quarter of the time.
    monkeypatch.setattr(load("growth_page"), "SWEEPS", ["depth"])
    monkeypatch.setattr(sys, "argv", ["growth.py", "--figures", str(path)])
    growth.main()
    text = page.read_text()
    # The constants in the form for readers.
    assert "| 200 us |         3 us | 100 GB/s |" in text
    assert re.search(r"\| main memory +\| +16\.0 GB \|", text)
    assert (tmp_path / "docs" / "growth-depth.svg").read_text().startswith("<?xml")


def test_what_fits_no_memory_is_not_promised(load: Any, figures: Any) -> None:
    page = load("growth_page")
    text = page.estimates({"chalkgrad": list(figures["constants"])}, figures["machine"])
    *_, fits, exceeds = text.splitlines()
    assert "does not fit" in exceeds
    assert "does not fit" not in fits


# The command -------------------------------------------------------------------------------------


def test_points_are_measured_in_time_and_memory(load: Any, monkeypatch: Any) -> None:
    growth, conductor = load("growth"), load("conductor")
    monkeypatch.setattr(growth, "LIBRARIES", ["hand", "chalkgrad"])
    point = load("sweeps").POINTS["width 1000"]
    settings = conductor.Settings(1, 0.0, 1.0, 1, [])
    row = growth.measure_point("width 1000", point, settings, install=False)
    assert set(row) == {"hand", "chalkgrad"}
    for library in row:
        assert row[library]["seconds"][0] > 0
        # By hand the sums of every round are written over the products.
        assert row[library]["memory"] > point.cost.held / 2
