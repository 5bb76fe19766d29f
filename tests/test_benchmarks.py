"""The benchmarks: peers compute the same, tables say what was measured, nobody is hidden."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def load() -> Iterator[Any]:
    """Import from the folder, whose scripts run with it first on the path."""
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)
        yield import_module
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").is_relative_to(FOLDER):
            del sys.modules[name]


@pytest.fixture
def small(load: Any) -> Any:
    """Inputs of every kind of workload, small enough for a test."""
    workloads = load("workloads")
    return {
        "mlp": lambda: workloads.mlp(3, 4, 5, 10),
        "lenet": lambda: workloads.lenet(2),
        "transformer": lambda: workloads.transformer(2, 3, 8),
        "scalar_mlp": lambda: workloads.moons(4),
        "chain": lambda: workloads.chain(20),
        "hessian": lambda: workloads.rosenbrock(5),
        "hvp": lambda: workloads.rosenbrock(5),
    }


def test_every_kind_of_workload_is_compared(load: Any, small: Any) -> None:
    assert {workload.kind for workload in load("workloads").WORKLOADS.values()} == set(small)


@pytest.mark.parametrize("mode", ["", "compiled"])
@pytest.mark.parametrize(
    "kind", ["mlp", "lenet", "transformer", "scalar_mlp", "chain", "hessian", "hvp"]
)
def test_chalkgrad_computes_what_is_written_by_hand(
    load: Any, small: Any, kind: str, mode: str
) -> None:
    """After some steps, to which the gradients of all parameters have led."""
    by_hand = load("peers.by_hand").build(kind, small[kind](), "")
    chalkgrad = load("peers.chalkgrad").build(kind, small[kind](), mode)
    for _ in range(8):
        np.testing.assert_allclose(chalkgrad(), by_hand(), rtol=2e-5)


class Descent:
    """Gradient descent, which unlike Adam sees constant factors."""

    def __init__(self, params: list[Any]) -> None:
        self.params = params

    def step(self, gradients: list[Any]) -> None:
        for p, g in zip(self.params, gradients, strict=True):
            p -= 0.1 * g


@pytest.mark.parametrize("kind", ["mlp", "lenet", "transformer"])
def test_the_gradients_by_hand_have_the_right_size(
    load: Any, small: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load("peers.by_hand_networks"), "Adam", Descent)
    monkeypatch.setattr(nn, "Adam", lambda params, lr: nn.SGD(params, lr=0.1))
    by_hand, chalkgrad = (
        load(f"peers.{peer}").build(kind, small[kind](), "") for peer in ("by_hand", "chalkgrad")
    )
    np.testing.assert_allclose(
        [by_hand() for _ in range(8)], [chalkgrad() for _ in range(8)], rtol=2e-6
    )


@pytest.mark.parametrize("kind", ["mlp", "lenet", "transformer"])
def test_training_by_hand_lowers_the_loss(load: Any, small: Any, kind: str) -> None:
    step = load("peers.by_hand").build(kind, small[kind](), "")
    losses = [step() for _ in range(30)]
    assert all(later < earlier for earlier, later in pairwise(losses))


def test_by_hand_the_hessian_times_v_is_the_product(load: Any, small: Any) -> None:
    inputs = small["hvp"]()
    by_hand = load("peers.by_hand")
    H = by_hand.build("hessian", inputs, "")()
    np.testing.assert_allclose(by_hand.build("hvp", inputs, "")(), H @ inputs["v"])


def test_inputs_are_the_same_every_time(load: Any, small: Any) -> None:
    for make in small.values():
        np.testing.assert_equal(make(), make())


def test_networks_are_of_single_precision(load: Any, small: Any) -> None:
    for kind in ("mlp", "lenet", "transformer"):
        arrays = small[kind]()["params"].values()
        assert {array.dtype for array in arrays} == {np.dtype("float32")}


def test_peers_have_files_and_pinned_versions_and_skip_what_exists(load: Any, small: Any) -> None:
    for peer in load("environments").PEERS.values():
        assert (FOLDER / "peers" / f"{peer.module}.py").is_file()
        assert set(peer.skips) <= {*small, *load("workloads").WORKLOADS, "import"}
        assert all(version.count("==") == 1 for version in peer.requires)


# Tables ------------------------------------------------------------------------------------------


@pytest.fixture
def results(load: Any) -> Any:
    """Two workloads: chalkgrad twice as slow as by hand; one peer has failed, one is missing."""
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
    """The cells of a line of a table."""
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_summary_has_the_median_ratios(load: Any, results: Any) -> None:
    header, rule, first, second = load("report").summary(results, "hand").splitlines()
    titles = ["by hand", "chalkgrad", "JAX jit", "micrograd", "tinygrad"]
    assert cells(header) == ["time / by hand", *titles]
    assert set(rule) == set("|:- ")
    assert cells(first)[1:] == ["1", "2", "failed", "-", "not installed"]
    assert cells(second)[1:] == ["1", "200", "1", "-", "not installed"]
    assert len({len(line) for line in (header, rule, first, second)}) == 1


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
        "JAX jit: failed: RuntimeError: no device",
        "micrograd: scalars only",
        "tinygrad: not installed: no network",
    ]


@pytest.mark.parametrize("wrong", [1.001, np.nan, np.inf])
def test_another_result_is_reported(load: Any, results: Any, wrong: float) -> None:
    report = load("report")
    assert report.disagreements(results) == []
    results["mlp_tiny"]["chalkgrad"].result = wrong
    (sentence,) = report.disagreements(results)
    assert "chalkgrad gives" in sentence
    assert "by hand 1" in sentence


def test_the_picture_is_drawn(load: Any, results: Any, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "ratios.svg"
    load("report").picture(results, "hand", str(path))
    assert path.read_text().startswith("<?xml")


# Processes and environments ----------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, with short rounds and nothing installed."""
    command = [sys.executable, str(FOLDER / "run.py"), "--quick", "--rounds", "1", "--no-install"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


def test_the_command_measures_in_processes_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    done = run("--peers", "hand", "chalkgrad", "--workloads", "hvp", "import", "--json", str(path))
    assert done.returncode == 0, done.stderr
    assert "All results agree." in done.stdout
    results = json.loads(path.read_text())["results"]
    assert len(results["hvp"]["chalkgrad"]["seconds"]) == 1
    assert results["hvp"]["chalkgrad"]["result"] == pytest.approx(results["hvp"]["hand"]["result"])
    assert results["hvp"]["hand"]["version"] == np.__version__
    assert results["import"]["chalkgrad"]["seconds"][0] > 0


def test_a_missing_peer_is_named(load: Any, monkeypatch: Any, tmp_path: Path) -> None:
    environments = load("environments")
    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    peer = environments.PEERS["micrograd"]
    with pytest.raises(environments.NotInstalled, match="without --no-install"):
        environments.interpreter(peer, print, install=False)
    assert environments.interpreter(environments.PEERS["hand"], print) == sys.executable


def test_an_installation_that_fails_says_why(load: Any, monkeypatch: Any, tmp_path: Path) -> None:
    environments = load("environments")
    monkeypatch.setattr(environments, "FOLDER", environments.ROOT / "build")
    failure = subprocess.CompletedProcess([], 1, "", "WARNING: slow\nERROR: no such wheel\nmore\n")
    monkeypatch.setattr(environments.subprocess, "run", lambda *_, **__: failure)
    peer = environments.Peer("a peer", "nowhere", requires=("nothing==1",))
    with pytest.raises(environments.NotInstalled, match=r"^ERROR: no such wheel$"):
        environments.interpreter(peer, lambda text: None)


def test_a_peer_that_fails_is_reported_and_the_others_go_on(load: Any) -> None:
    conductor, environments = load("conductor"), load("environments")
    settings = conductor.Settings(1, 0.0, 1.0, 1, [])
    hand, lost = environments.PEERS["hand"], environments.Peer("lost", "lost")
    results = conductor.measure(
        "hvp", {"lost": (lost, sys.executable), "hand": (hand, sys.executable)}, settings
    )
    assert results["lost"].note == "failed: ModuleNotFoundError: No module named 'peers.lost'"
    assert len(results["hand"].seconds) == 1


def test_only_chalkgrads_worker_sees_the_repository(load: Any) -> None:
    for name, peer in load("environments").PEERS.items():
        assert bool(peer.paths) == name.startswith("chalkgrad")
