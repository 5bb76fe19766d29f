"""Every peer has a separate process and environment, and errors there are reported."""

import gc
import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


def test_peers_have_files_and_pinned_versions_and_skip_what_exists(load: Any) -> None:
    workloads = load("workloads").WORKLOADS
    kinds = {workload.kind for workload in workloads.values()}
    for peer in load("environments").PEERS.values():
        assert (FOLDER / "peers" / f"{peer.module}.py").is_file()
        assert set(peer.skips) <= {*kinds, *workloads, "import"}
        assert all(version.count("==") == 1 for version in peer.requires)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command, with short rounds and nothing installed."""
    command = [sys.executable, str(FOLDER / "run.py"), "--quick", "--rounds", "1", "--no-install"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


def test_the_command_measures_in_processes_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    done = run("--peers", "hand", "chalkgrad", "--workloads", "hvp", "import", "--json", str(path))
    assert done.returncode == 0, done.stderr
    assert "All results agree." in done.stdout
    (run_of_one_thread,) = json.loads(path.read_text())["runs"]
    results = run_of_one_thread["results"]
    assert len(results["hvp"]["chalkgrad"]["seconds"]) == 1
    assert results["hvp"]["chalkgrad"]["result"] == pytest.approx(results["hvp"]["hand"]["result"])
    assert results["hvp"]["hand"]["version"] == np.__version__
    assert results["import"]["chalkgrad"]["seconds"][0] > 0
    assert results["hvp"]["chalkgrad"]["kernels"] in done.stdout
    assert results["hvp"]["chalkgrad"]["kernels"] != ""


def test_more_threads_than_cores_are_not_run(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    done = run("--peers", "hand", "--threads", "1000", "--json", str(path))
    assert done.returncode == 0, done.stderr
    assert "Not run with 1000 threads" in done.stderr
    assert json.loads(path.read_text())["runs"] == []


def test_several_threads_run_networks_alone(load: Any) -> None:
    chosen = load("run").chosen_workloads
    everything = Namespace(quick=False, workloads=None)
    assert {"mlp_tiny", "hvp", "import"} <= set(chosen(everything, 1))
    assert chosen(everything, 2) == ["mlp_tiny", "mlp_mnist", "mlp_large", "lenet", "transformer"]
    assert chosen(Namespace(quick=True, workloads=["hvp", "lenet"]), 2) == ["lenet"]


def test_peers_do_not_inherit_what_tunes_linear_algebra(
    load: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    monkeypatch.setenv("MKL_DEBUG_CPU_TYPE", "5")
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    variables = load("conductor").environment(threads=2)
    assert not {"OPENBLAS_CORETYPE", "MKL_DEBUG_CPU_TYPE"} & set(variables)
    assert variables["OMP_NUM_THREADS"] == variables["OPENBLAS_NUM_THREADS"] == "2"
    assert "PATH" in variables


def test_products_alone_are_measured_and_have_no_result(load: Any) -> None:
    conductor, environments = load("conductor"), load("environments")
    settings = conductor.Settings(1, 0.0, 1.0, 1, [])
    both = {name: (environments.PEERS[name], sys.executable) for name in ("products", "hand")}
    row = conductor.measure("mlp_tiny", both, settings)
    assert row["products"].seconds
    assert row["products"].result is None
    assert load("report").disagreements({"mlp_tiny": row}) == []


@pytest.mark.parametrize("name", ["chain_1e3", "chain_1e3_free"])
def test_the_collector_is_off_only_where_the_title_says_so(
    load: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["worker.py", "module", "mode"])
    worker = load("worker")
    states = []

    def build(kind: str, inputs: Any, mode: str) -> Any:
        return lambda: states.append(gc.isenabled())

    try:
        worker.Measured(build, name, []).run(2)
    finally:
        gc.enable()
    title = load("workloads").WORKLOADS[name].title
    assert states == ["without the garbage collector" not in title] * 2


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
