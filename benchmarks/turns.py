"""Comparisons within one process: all take turns, on the same numbers and the same machine."""

import argparse
import importlib
import json
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Step = Callable[[], Any]
Row = dict[str, Any]


def in_turns(steps: dict[str, Step], seconds: float) -> dict[str, float]:
    """Return the median microseconds of each step."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    rounds, end = 0, time.perf_counter() + seconds
    while rounds < 8 or time.perf_counter() < end:
        for name, step in steps.items():
            # A first step fills the caches again, which the others have filled.
            step()
            begin = time.perf_counter()
            step()
            if rounds > 2:  # The first three warm up.
                times[name].append(1e6 * (time.perf_counter() - begin))
        rounds += 1
    return {name: statistics.median(spent) for name, spent in times.items()}


def torch_if_there() -> Any:
    """Return PyTorch, in one thread; `None`, and print so, where it is not installed."""
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        print("PyTorch is missing and left out. Install it by pip install 'chalkgrad[oracle]'\n")
        return None
    torch.set_num_threads(1)
    return torch


def arguments(description: str) -> argparse.ArgumentParser:
    """Return a parser of the arguments that all comparisons have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--json", metavar="PATH", help="write the figures to a file, too")
    return parser


def run(
    compare: Callable[[float], list[Row]],
    show: Callable[[list[Row]], None],
    seconds: float,
    options: argparse.Namespace,
) -> None:
    """Print a comparison that takes `seconds` a row, and write it to a file if asked to."""
    versions = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
    }
    print(", ".join(f"{name} {version}" for name, version in versions.items()), "\n")
    rows = compare(0.1 if options.quick else seconds)
    show(rows)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"versions": versions, "rows": rows}, file, indent=2)
