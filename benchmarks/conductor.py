"""The conductor: it runs the peers in turns, each in a process, for the same time a round."""

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from environments import Peer
from sweeps import find

WORKER = Path(__file__).with_name("worker.py")
TIME_OUT = 600
"""Seconds for one answer, compilation included."""
TUNING = ("ATEN_", "BLIS_", "DNNL_", "GOTO_", "KMP_", "MKL_", "NPY_", "NVPL_", "OMP_")
TUNING += ("ONEDNN_", "OPENBLAS_", "VECLIB_", "XLA_")
"""Prefixes of variables that choose kernels and threads for some peers only."""


class PeerFailed(Exception):  # noqa: N818, it is named for what happened
    """The error of a peer that cannot do a workload, with the reason."""


@dataclass
class Settings:
    """The time to measure, and the cores."""

    rounds: int
    seconds: float
    """Seconds of one peer in one round."""
    budget: float
    """Seconds of all its rounds; a slow peer gets fewer."""
    threads: int
    cores: list[int]
    """The cores that all processes are bound to; none where the system cannot."""
    trace: bool = False
    """Whether to count every byte that is allocated, which takes time too."""


@dataclass
class Measurement:
    """The figures of one peer on one workload, or in `note` the reason why there are none."""

    seconds: list[float] = field(default_factory=list)
    """For one step, or for one operation of it; an entry for each round."""
    first: float | None = None
    """Seconds of the first step: compilation, if there is any."""
    cores: float | None = None
    """Number of busy cores: the processor's time over the clock's."""
    memory: int | None = None
    """Bytes at the peak, above what the process held with the library imported."""
    result: float | None = None
    """Result after the workload's number of steps, to be compared."""
    version: str = ""
    kernels: str = ""
    """Kernels of NumPy's linear algebra in this process."""
    note: str = ""


def environment(threads: int) -> dict[str, str]:
    """Return the variables of this process without those that favour or hinder one peer."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(TUNING)}
    names = ("OMP", "OPENBLAS", "MKL", "VECLIB", "NUMEXPR")
    eigen = "true" if threads > 1 else "false"
    return inherited | {
        **{f"{name}_NUM_THREADS": str(threads) for name in names},
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={eigen}",
        "JAX_PLATFORMS": "cpu",
    }


class Worker:
    """A peer's process."""

    def __init__(self, python: str, peer: Peer, settings: Settings) -> None:
        options = ["-X", "tracemalloc"] if settings.trace else []
        self.complaints = tempfile.TemporaryFile()  # noqa: SIM115, `close` closes it
        self.process = subprocess.Popen(
            [python, "-I", *options, WORKER, peer.module, peer.mode, *peer.paths],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            env=environment(settings.threads) | peer.variables,
            text=True,
        )

    def hear(self) -> dict[str, Any]:
        """Return the next answer; raise `PeerFailed` with the reason where there is none."""
        alarm = threading.Timer(TIME_OUT, self.process.kill)
        alarm.start()
        line = self.process.stdout.readline()
        alarm.cancel()
        answer: dict[str, Any] = json.loads(line) if line else {"error": self._last_words()}
        if "error" in answer:
            raise PeerFailed(answer["error"])
        return answer

    def ask(self, **request: Any) -> dict[str, Any]:
        """Return the answer to a request."""
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            raise PeerFailed(self._last_words()) from None
        return self.hear()

    def _last_words(self) -> str:
        code = self.process.wait()
        self.complaints.seek(0)
        lines = self.complaints.read().decode(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return f"ended with code {code}" + (f": {said[-1]}" if said else "")

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.complaints.close()


@contextmanager
def workers(peers: dict[str, tuple[Peer, str]], settings: Settings) -> Iterator[dict[str, Worker]]:
    """Run a process for each peer; they start together, and end with the context."""
    started: dict[str, Worker] = {}
    try:
        for name, (peer, python) in peers.items():
            started[name] = Worker(python, peer, settings)
        yield started
    finally:
        for worker in started.values():
            worker.close()


def measure(
    workload: str, peers: dict[str, tuple[Peer, str]], settings: Settings
) -> dict[str, Measurement]:
    """Return every peer's measurement of the workload."""
    chosen = find(workload)
    results, able = split({workload, chosen.kind}, peers, chosen.beside)
    steps: dict[str, int] = {}

    def record(result: Measurement, answer: dict[str, Any]) -> None:
        result.seconds.append(answer["seconds"] / chosen.operations)
        result.cores, result.memory = answer["cores"], answer.get("memory")

    def greet(name: str) -> None:
        results[name].version = running[name].hear()["version"]

    def start(name: str) -> None:
        worker, result = running[name], results[name]
        result.kernels = worker.ask(workload=workload, cores=settings.cores)["kernels"]
        result.first = worker.ask(steps=1)["seconds"]
        answer = worker.ask(steps=chosen.steps - 1)
        result.result = answer["checksum"]
        if answer["seconds"] < result.first / 2:
            # The first step compiled something, and some peers do so in the second step too.
            answer = worker.ask(steps=1)
        if answer["seconds"] > settings.budget:
            # A step as slow as this is the only round.
            record(result, answer)
        steps[name] = max(1, int(settings.seconds / max(answer["seconds"], 1e-7)))

    def run(name: str) -> None:
        result = results[name]
        if steps[name] * sum(result.seconds) * chosen.operations < settings.budget:
            record(result, running[name].ask(steps=steps[name]))

    with workers(able, settings) as running:
        for action in (greet, start, *[run] * settings.rounds):
            for name in able:
                if results[name].note:
                    continue
                try:
                    action(name)
                except PeerFailed as failure:
                    results[name].note = f"failed: {failure}"
                    running[name].close()
    return results


def measure_import(
    peers: dict[str, tuple[Peer, str]], settings: Settings
) -> dict[str, Measurement]:
    """Return the time of every peer's import, NumPy included."""
    results, able = split({"import"}, peers)
    for _ in range(settings.rounds):
        for name, entry in able.items():
            with workers({name: entry}, settings) as running:
                try:
                    results[name].seconds.append(running[name].hear()["import"])
                except PeerFailed as failure:
                    results[name].note = f"failed: {failure}"
    return results


def split(
    names: set[str], peers: dict[str, tuple[Peer, str]], beside: tuple[str, ...] = ()
) -> tuple[dict[str, Measurement], dict[str, tuple[Peer, str]]]:
    """Return empty measurements, with a note where a peer skips this, and the other peers."""
    results = {
        name: Measurement(note="; ".join(peer.skips[key] for key in names & set(peer.skips)))
        for name, (peer, _) in peers.items()
    }
    for name in set(results) - set(beside or results):
        results[name].note = results[name].note or "not in this comparison"
    return results, {name: entry for name, entry in peers.items() if not results[name].note}
