"""The overhead of the engine: eager steps, and the reverse sweep beside the textbook's loop.

    python benchmarks/overhead.py                    this checkout alone
    python benchmarks/overhead.py --against FOLDER   beside another checkout, in turn

Times are medians of rounds in which all took turns, in microseconds; `ratio` is this checkout over
the other one, round by round. A checkout that lacks the two loops of the sweep shows only steps.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]

WORKER = """
import gc, json, sys, time
import numpy as np
import nn
from autograd import Tensor, variables
import autograd.{sweep} as sweep

def chain():
    x = y = variables(x=1.0)
    for _ in range(500):
        y = y * 1.000001 + 0.5
    return y

rng = np.random.default_rng(0)
model = nn.MLP([64, 32, 10], activation="relu", seed=0)
inputs, classes = rng.normal(size=(32, 64)).astype(np.float32), rng.integers(0, 10, 32)
adam = nn.Adam(model.parameters(), lr=1e-3)

def loss(network=model):
    return nn.functional.cross_entropy(network(inputs), classes)

def step():
    adam.zero_grad()
    loss().backward()
    adam.step()

work = {{
    "chain of 10^3 scalars, forward and backward": (lambda: chain().backward(), 5),
    "mlp_tiny, eager step with Adam": (step, 50),
}}
for name, root in (
    ("chain of 10^3 scalars", chain()),
    ("mlp_tiny", loss(nn.MLP([64, 32, 10], activation="relu", seed=0))),
):
    one = root.dtype.type(1)
    if hasattr(sweep, "_reverse_unrolled"):
        work[f"{{name}}, reverse sweep"] = (
            lambda root=root, one=one: sweep._reverse_unrolled(root, one, None, False, True), 20)
        work[f"{{name}}, textbook's sweep"] = (
            lambda root=root, one=one: sweep._reverse(root, one, None, False, False, (), True), 20)
gc.disable()
for line in sys.stdin:
    found = {{}}
    for name, (run, times) in work.items():
        start = time.perf_counter()
        for _ in range(times):
            run()
        found[name] = (time.perf_counter() - start) / times * 1e6
        gc.collect()
    print(json.dumps(found), flush=True)
"""


class Worker:
    """A process that measures one checkout each time it is asked."""

    def __init__(self, folder: Path) -> None:
        sweep = "engine.sweep" if (folder / "autograd" / "engine").exists() else "sweep"
        env = os.environ | {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER.format(sweep=sweep)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
            cwd=folder,
        )

    def measure(self) -> dict[str, float]:
        """Return the time of every workload, in microseconds."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))


def main() -> None:
    """Measure, and print one line for each workload."""
    parser = argparse.ArgumentParser(description="Measure the overhead of the engine.")
    parser.add_argument("--against", type=Path, help="another checkout, measured in turn")
    parser.add_argument("--rounds", type=int, default=25)
    arguments = parser.parse_args()
    folders = [ROOT] if arguments.against is None else [ROOT, arguments.against.resolve()]
    workers = [Worker(folder) for folder in folders]
    rounds = [[worker.measure() for worker in workers] for _ in range(arguments.rounds + 2)][2:]
    for name in rounds[0][0]:
        here = [measured[0][name] for measured in rounds]
        line = f"{name:<48}{median(here):10.1f} us"
        if len(workers) > 1 and name in rounds[0][1]:
            there = [measured[1][name] for measured in rounds]
            ratio = median(a / b for a, b in zip(here, there, strict=True))
            line += f"{median(there):10.1f} us   ratio {ratio:.2f}"
        print(line)


if __name__ == "__main__":
    main()
