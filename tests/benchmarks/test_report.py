"""Tables and pages show all measurements, and every peer that has none."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def results(load: Any) -> Any:
    """Return two workloads: chalkgrad twice as slow as by hand, a failed peer, a missing one."""
    conductor = load("conductor")

    def row(*seconds: float, result: float = 1.0) -> Any:
        return conductor.Measurement(list(seconds), 0.5, 1.0, 2**20, result)

    note = conductor.Measurement
    return {
        "mlp_tiny": {
            "hand": row(1e-3, 2e-3, 4e-3),
            "chalkgrad": row(2e-3, 5e-3, 8e-3),
            "jax": note(note="failed: RuntimeError: no device"),
            "micrograd": note(note="scalars only"),
            "tinygrad": note(note="not installed: no network"),
        },
        "hvp": {
            "hand": row(1e-6),
            "chalkgrad": row(2e-4),
            "jax": row(1e-6, 1e-6),
            "micrograd": note(note="scalars only"),
            "tinygrad": note(note="not installed: no network"),
        },
    }


def cells(line: str) -> list[str]:
    """Return the cells of a line of a table."""
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_summary_has_the_median_ratios(load: Any, results: Any) -> None:
    header, rule, first, second = load("report").summary(results, "hand").splitlines()
    titles = ["by hand", "chalkgrad", "JAX jit", "micrograd", "tinygrad"]
    assert cells(header) == ["time / by hand", *titles]
    assert set(rule) == set("|:- ")
    assert cells(first)[1:] == ["2 ms", "2", "failed", "-", "not installed"]
    assert cells(second)[1:] == ["1 us", "200", "1", "-", "not installed"]
    assert len({len(line) for line in (header, rule, first, second)}) == 1


def test_the_summary_has_the_memory_of_the_largest_network(load: Any, results: Any) -> None:
    results["mlp_large"] = results["mlp_tiny"]
    results["mlp_large"]["chalkgrad"].memory = 3 * 2**20
    *_, time, memory = load("report").summary(results, "hand").splitlines()
    assert cells(time)[1:3] == ["2 ms", "2"]
    assert cells(memory)[1:] == ["1 MB", "3", "-", "-", "-"]


def test_the_ratios_are_taken_round_by_round(load: Any, results: Any) -> None:
    """The ratio of the medians would be 2.5, and a slow machine in one round would move it."""
    report = load("report")
    assert report.ratios(results["mlp_tiny"], "chalkgrad", "hand") == [2.0, 2.5, 2.0]
    assert report.ratios(results["mlp_tiny"], "jax", "hand") == []
    assert report.ratios(results["mlp_tiny"], "chalkgrad", "torch") == []


def test_the_details_have_the_figures_and_name_who_has_none(load: Any, results: Any) -> None:
    text = load("report").details("mlp_tiny", results["mlp_tiny"], ["hand"])
    (line,) = (line for line in text.splitlines() if line.startswith("| chalkgrad"))
    assert cells(line) == [
        "chalkgrad", "5 ms", "2 ms", "8 ms", "2 (2-2.5)", "3", "500 ms", "1.00", "1 MB", "1",
    ]  # fmt: skip
    assert text.splitlines()[-3:] == [
        "- JAX jit: failed: RuntimeError: no device",
        "- micrograd: scalars only",
        "- tinygrad: not installed: no network",
    ]


@pytest.mark.parametrize("wrong", [1.001, np.nan, np.inf])
def test_another_result_is_reported(load: Any, results: Any, wrong: float) -> None:
    report = load("report")
    assert report.disagreements(results) == []
    results["mlp_tiny"]["chalkgrad"].result = wrong
    (sentence,) = report.disagreements(results)
    assert "chalkgrad gives" in sentence
    assert "by hand 1" in sentence


@pytest.fixture
def figures(load: Any, results: Any) -> Any:
    """Return the figures that `run.py` writes, of a run with one thread and one with two."""
    results["hvp"]["hand"].kernels = "some library, kernels for a processor"

    def run(threads: int) -> Any:
        rows = {w: {n: asdict(m) for n, m in row.items()} for w, row in results.items()}
        return {"settings": {"threads": threads}, "results": rows}

    machine = {"processor": "Abacus", "cores": 2, "system": "Linux", "python": "3.11"}
    # Written and read.
    return json.loads(json.dumps({"machine": machine, "runs": [run(1), run(2)]}))


def test_figures_are_published_in_the_pages(load: Any, figures: Any, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "docs").mkdir()
    readme, page = tmp_path / "README.md", tmp_path / "docs" / "benchmarks.md"
    readme.write_text("above\n<!-- ratios -->\nold\n<!-- /ratios -->\nbelow\n")
    page.write_text("<!-- figures --><!-- /figures -->")
    publish = load("publish")
    for _ in range(2):
        publish.publish(figures, tmp_path)
    text = readme.read_text()
    assert text.startswith(
        "above\n<!-- ratios -->\nMeasured on: Abacus, 2 cores, Linux; Python 3.11"
    )
    assert text.endswith("|\n<!-- /ratios -->\nbelow\n")
    assert "some library, kernels for a processor" in text
    assert "old" not in text
    assert text.count("1 thread:") == text.count("2 threads:") == 1
    assert text.count(load("report").TITLES["hvp"]) == 2
    assert page.read_text().count("failed: RuntimeError: no device") == 2


def test_a_page_without_room_is_refused(load: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- here --> and no end")
    with pytest.raises(ValueError, match=r"page\.md must have one <!-- here --> with"):
        load("publish").put(page, "here", "text")
    assert page.read_text() == "<!-- here --> and no end"


def test_the_picture_is_the_same_every_time_and_has_colours_for_dark_pages(
    load: Any, results: Any, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    for path in (first, second):
        load("report").picture(results, path)
    text = first.read_text()
    assert text == second.read_text()
    assert text.startswith("<?xml")
    style = re.search("<style>@media .prefers-color-scheme: dark. {(.*?)</style>", text, re.S)
    assert style
    light = load("drawing").ON_DARK
    used = {colour for colour in re.findall(r'style="[^"]*?(#\w{6})', text) if colour in light}
    assert used
    assert all(f"fill: {colour}" in style[1] for colour in used)
