"""What one step of an optimizer costs, next to plain NumPy expressions and to PyTorch.

    OMP_NUM_THREADS=1 python benchmarks/optimizers.py [--quick] [--json PATH]

All take steps on the same numbers in turns within one process, so that they meet the same machine:
of all the figures, the ratios are what travels. PyTorch runs its fused loop, where it has one, in
one thread, and is left out where it is not installed.
"""

import argparse
import importlib
import json
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import nn

SIZES = {"one array of 1,000,000": [(1_000_000,)], "100 arrays of 100": [(100,)] * 100}
Step = Callable[[], Any]


def start(shapes: list[tuple[int, ...]]) -> tuple[list[Any], list[Any]]:
    """Values and gradients, in float32."""
    rng = np.random.default_rng(0)
    values, gradients = (
        [rng.normal(size=shape).astype(np.float32) for shape in shapes] for _ in range(2)
    )
    return values, gradients


def ours(make: Callable[..., nn.Optimizer], shapes: list[tuple[int, ...]]) -> Step:
    """A step of chalkgrad's."""
    values, gradients = start(shapes)
    parameters = [nn.Parameter(value) for value in values]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    return make(parameters).step


def plain_adam(shapes: list[tuple[int, ...]]) -> Step:
    """Adam as one would write it down."""
    values, gradients = start(shapes)
    m, v = [np.zeros_like(x) for x in values], [np.zeros_like(x) for x in values]
    t = 0

    def step() -> None:
        nonlocal t
        t += 1
        for i, g in enumerate(gradients):
            m[i] = 0.9 * m[i] + 0.1 * g
            v[i] = 0.999 * v[i] + 0.001 * g**2
            m_hat, v_hat = m[i] / (1 - 0.9**t), v[i] / (1 - 0.999**t)
            values[i] = values[i] - 1e-3 * m_hat / (np.sqrt(v_hat) + 1e-8)

    return step


def plain_sgd(shapes: list[tuple[int, ...]]) -> Step:
    """Gradient descent as one would write it down."""
    values, gradients = start(shapes)

    def step() -> None:
        for i, g in enumerate(gradients):
            values[i] = values[i] - 1e-3 * g

    return step


def theirs(torch: Any, name: str, shapes: list[tuple[int, ...]], **options: Any) -> Step:
    """A step of PyTorch's."""
    values, gradients = start(shapes)
    parameters = [torch.nn.Parameter(torch.from_numpy(value)) for value in values]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.from_numpy(gradient)
    step: Step = getattr(torch.optim, name)(parameters, **options).step
    return step


def in_turns(steps: dict[str, Step], rounds: int) -> dict[str, float]:
    """The median milliseconds of each step, and of each round's ratios to the first."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for i in range(-3, rounds):
        for name, step in steps.items():
            begin = time.perf_counter()
            step()
            if i >= 0:  # The first three warm up.
                times[name].append(1e3 * (time.perf_counter() - begin))
    first, *others = times
    row = {name: statistics.median(spent) for name, spent in times.items()}
    for other in others:
        ratios = [a / b for a, b in zip(times[first], times[other], strict=True)]
        row[f"{first} / {other}"] = statistics.median(ratios)
    return row


def compare(rounds: int) -> list[dict[str, Any]]:
    """One row for each optimizer and size."""
    try:
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
    except ImportError:
        print("PyTorch is missing and left out. Install it by pip install 'chalkgrad[oracle]'\n")
        torch = None
    plain = {"SGD": plain_sgd, "Adam": plain_adam}
    kinds = (nn.SGD, nn.Adam, nn.AdamW, nn.NAdam, nn.Adagrad, nn.Adadelta, nn.RMSprop, nn.Lion)
    rows = []
    for kind in kinds:
        name = kind.__name__
        for size, shapes in SIZES.items():
            steps = {"chalkgrad": ours(kind, shapes)}
            if name in plain:
                steps["plain NumPy"] = plain[name](shapes)
            if torch and hasattr(torch.optim, name):
                fused = {"fused": True} if name in ("SGD", "Adam", "AdamW", "Adagrad") else {}
                steps["PyTorch"] = theirs(torch, name, shapes, **fused)
            rows.append({"optimizer": name, "parameters": size, **in_turns(steps, rounds)})
    return rows


def show(rows: list[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    columns = ["optimizer", "parameters", "chalkgrad", "plain NumPy", "PyTorch"]
    columns += ["chalkgrad / plain NumPy", "chalkgrad / PyTorch"]
    print("Milliseconds for a step, and their ratios:\n")
    print("  ".join(f"{column:>{max(len(column), 10)}}" for column in columns))
    for row in rows:
        cells = []
        for column in columns:
            value = row.get(column, "")
            text = f"{value:.3g}" if isinstance(value, float) else str(value)
            cells.append(f"{text:>{max(len(column), 10)}}")
        print("  ".join(cells))


def main() -> None:
    """Run all and print them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--json", metavar="PATH", help="write the figures to a file, too")
    options = parser.parse_args()
    versions = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
    }
    print(", ".join(f"{name} {version}" for name, version in versions.items()), "\n")
    rows = compare(rounds=5 if options.quick else 50)
    show(rows)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"versions": versions, "rows": rows}, file, indent=2)


if __name__ == "__main__":
    main()
