"""The growth of time and memory with depth, width, batch and parameters, and a model of it.

    python benchmarks/growth.py [--sweeps NAMES] [--figures PATH]

Writes the figures, and from those of all sweeps the pictures and tables of docs/growth.md. With
`--figures` it measures nothing and only writes these.
"""

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import Any

import growth_page
import machine
import report
from conductor import Settings, measure
from environments import PEERS, NotInstalled, Peer, interpreter
from sweeps import LIBRARIES, POINTS, Point
from workloads import Elementwise, Limit

ROOT = Path(__file__).resolve().parents[1]
MODULES = {Elementwise.kind: "elementwise", Limit.kind: "limits"}
"""The modules of the kinds that no other benchmark has."""
ALL = sorted({point.sweep for point in POINTS.values()})
Entries = dict[str, tuple[Peer, str]]


def parse() -> argparse.Namespace:
    """Return the arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--sweeps", nargs="+", choices=ALL, default=ALL, metavar="NAME", help=", ".join(ALL)
    )
    parser.add_argument("--no-install", action="store_true", help="use what is installed already")
    parser.add_argument("--figures", metavar="PATH", help="measured before, by this command")
    parser.add_argument("--json", default=ROOT / "docs" / "growth.json", type=Path, metavar="PATH")
    return parser.parse_args()


def libraries(kind: str, install: bool) -> Entries:
    """Return the peers for a kind of work; the modules of this command take their names as mode."""
    found = {}
    for name in LIBRARIES if kind != Limit.kind else ("hand",):
        peer = PEERS[name]
        try:
            python = interpreter(peer, lambda text: print(text, file=sys.stderr), install)
        except NotInstalled as reason:
            print(f"{peer.title}: not installed: {reason}", file=sys.stderr)
            continue
        if kind in MODULES:
            peer = dataclasses.replace(peer, module=MODULES[kind], mode=name)
        found[name] = peer, python
    return found


def measure_point(
    name: str, point: Point, settings: Settings, install: bool
) -> dict[str, dict[str, Any]]:
    """Return seconds of a step and bytes at the peak, for every library."""
    peers = libraries(point.workload.kind, install)
    measured = measure(name, peers, settings)
    wrong = report.disagreements({name: measured})
    if wrong:
        raise SystemExit("\n".join(wrong))
    # PyTorch does not tell Python's tracer what it allocates.
    numpy_only = {n: entry for n, entry in peers.items() if not entry[0].requires}
    traced = dataclasses.replace(settings, rounds=1, seconds=0, trace=True)
    memory = measure(name, numpy_only, traced) if point.cost.held else {}
    return {
        library: {
            "seconds": sorted(result.seconds),
            "memory": memory[library].memory if library in memory else None,
            "kernels": result.kernels,
        }
        for library, result in measured.items()
        if not result.note
    }


def main() -> None:
    """Measure, write, draw."""
    options = parse()
    if options.figures:
        growth_page.write(json.loads(Path(options.figures).read_text(encoding="utf-8")), ROOT)
        return
    settings = Settings(
        rounds=5, seconds=0.1, budget=3.0, threads=1, cores=machine.available_cores()[-1:]
    )
    begin = time.perf_counter()
    figures: dict[str, Any] = {"machine": machine.describe(), "points": {}}
    for name, point in POINTS.items():
        if point.sweep in options.sweeps:
            print(f"{time.perf_counter() - begin:4.0f} s  {name}", file=sys.stderr, flush=True)
            figures["points"][name] = measure_point(name, point, settings, not options.no_install)
    figures["seconds"] = time.perf_counter() - begin
    options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if set(options.sweeps) == set(ALL):
        growth_page.write(figures, ROOT)


if __name__ == "__main__":
    main()
