"""What recording and differentiating one scalar operation costs, next to micrograd.

    python benchmarks/overhead.py [--quick] [--json PATH]

Both libraries run the chain `x = x * a + b` in turns within one process, so that both meet the same
machine: of all the figures, the ratio of a round is the one that travels.
"""

import argparse
import gc
import importlib
import json
import platform
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import Tensor

SHORT = 1_000
LONG = (10_000, 100_000, 1_000_000)


def leaf(value: float) -> Tensor:
    """A variable of chalkgrad."""
    return Tensor(value, requires_grad=True)


def chain(make_leaf: Callable[[float], Any], operations: int) -> Any:
    """`x = x * a + b` again and again: a multiplication and an addition, so two operations."""
    x, a, b = make_leaf(1.0), make_leaf(0.999), make_leaf(0.001)
    for _ in range(operations // 2):
        x = x * a + b
    return x


def seconds(run: Callable[[], Any]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@contextmanager
def collector(enabled: bool) -> Iterator[None]:
    """Python's cycle collector switched on or off, from a clean start."""
    gc.collect()
    if not enabled:
        gc.disable()
    try:
        yield
    finally:
        gc.enable()


def compare(rounds: int) -> list[dict[str, Any]]:
    """Microseconds for each operation, forward and backward, of both libraries in turns."""
    makers: dict[str, Callable[[float], Any]] = {"chalkgrad": leaf}
    try:
        makers["micrograd"] = importlib.import_module("micrograd.engine").Value
    except ImportError:
        print("micrograd is missing, so there is nothing to compare with. Install it by")
        print("    pip install 'chalkgrad[bench]'\n")
    else:
        # micrograd sorts the graph by a function that calls itself once for each operation.
        sys.setrecursionlimit(10 * SHORT)

    def there_and_back(name: str) -> float:
        return seconds(lambda: chain(makers[name], SHORT).backward())

    rows = []
    for enabled in (True, False):
        with collector(enabled):
            times: dict[str, list[float]] = {name: [] for name in makers}
            for i in range(-3, rounds):
                for name in sorted(makers, reverse=i % 2 == 1):
                    spent = there_and_back(name)
                    if i >= 0:  # The first three warm up.
                        times[name].append(spent)
        row: dict[str, Any] = {"collector": "on" if enabled else "off"}
        row |= {name: statistics.median(t) / SHORT * 1e6 for name, t in times.items()}
        if len(times) == 2:
            ratios = [a / b for a, b in zip(*times.values(), strict=True)]
            row["ratio"] = statistics.median(ratios)
        rows.append(row)
    return rows


def measure_length(operations: int) -> dict[str, Any]:
    """Time and memory for each operation of one long chain."""
    row: dict[str, Any] = {"operations": operations}
    for enabled, note in ((True, ""), (False, ", gc off")):
        with collector(enabled):
            start = time.perf_counter()
            result = chain(leaf, operations)
            row[f"forward{note}"] = (time.perf_counter() - start) / operations * 1e6
            row[f"backward{note}"] = seconds(result.backward) / operations * 1e6
            del result
    # In a run of its own, for watching the memory takes time.
    tracemalloc.start()
    result = chain(leaf, operations)
    row["recorded"] = tracemalloc.get_traced_memory()[0] / operations
    result.backward()
    row["peak"] = tracemalloc.get_traced_memory()[1] / operations
    tracemalloc.stop()
    return row


def show(title: str, rows: list[dict[str, Any]], units: dict[str, str]) -> None:
    """Print `rows` as a table, with the units of its columns."""
    print(title)
    columns = list(rows[0])
    widths = [max(12, len(column) + 2, len(units.get(column, "")) + 2) for column in columns]
    for line in (
        columns,
        [units.get(column, "") for column in columns],
        *([f"{v:.2f}" if isinstance(v, float) else f"{v}" for v in row.values()] for row in rows),
    ):
        print("".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True)))
    print()


def main() -> None:
    """Run both measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few rounds, no chain of a million")
    parser.add_argument("--json", metavar="PATH", help="write the figures to a file, too")
    options = parser.parse_args()

    versions = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
    }
    print(", ".join(f"{name} {version}" for name, version in versions.items()), "\n")
    turns = compare(rounds=10 if options.quick else 100)
    show(
        f"Chain of {SHORT} scalar operations, forward and backward, the libraries in turns:",
        turns,
        {"chalkgrad": "us/operation", "micrograd": "us/operation", "ratio": "median"},
    )
    lengths = [measure_length(n) for n in (LONG[:-1] if options.quick else LONG)]
    show(
        "Longer chains of chalkgrad:",
        lengths,
        {
            **dict.fromkeys(lengths[0], "us/operation"),
            "operations": "",
            "recorded": "bytes/operation",
            "peak": "bytes/operation",
        },
    )
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"versions": versions, "turns": turns, "lengths": lengths}, file, indent=2)


if __name__ == "__main__":
    main()
