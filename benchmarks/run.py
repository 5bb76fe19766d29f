"""chalkgrad beside its peers and the limit: the same mathematics, in turns, on this machine.

    python benchmarks/run.py [--quick] [--peers NAMES] [--workloads NAMES] [--threads N N] ...

`make bench` and `make bench-quick` call it; docs/benchmarks.md says what it measures and how.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import machine
import report
from conductor import Measurement, Settings, measure, measure_import
from environments import PEERS, NotInstalled, Peer, interpreter
from workloads import NETWORKS, WORKLOADS

REFERENCES = ("hand", "products", "torch")


def parse() -> argparse.Namespace:
    """Return the arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    known = [*WORKLOADS, "import"]
    parser.add_argument("--quick", action="store_true", help="fewer rounds, workloads and peers")
    parser.add_argument("--peers", nargs="+", choices=PEERS, metavar="NAME", help=", ".join(PEERS))
    parser.add_argument(
        "--workloads", nargs="+", choices=known, metavar="NAME", help=", ".join(known)
    )
    parser.add_argument("--rounds", type=int, help="how often everyone has a turn")
    parser.add_argument(
        "--threads",
        nargs="+",
        type=int,
        default=[1],
        metavar="N",
        help="of everyone, a run for each number (default: 1); with more, networks alone are run",
    )
    parser.add_argument("--no-pin", action="store_true", help="do not bind the processes to cores")
    parser.add_argument("--no-install", action="store_true", help="use what is installed already")
    parser.add_argument("--json", default="out/benchmarks.json", metavar="PATH", help="the figures")
    parser.add_argument("--picture", metavar="PATH", help="draw the first run's ratios")
    return parser.parse_args()


def say(text: str) -> None:
    """Print progress, apart from the tables."""
    print(text, file=sys.stderr, flush=True)


def settings_of(options: argparse.Namespace, threads: int) -> Settings:
    """Return the settings of measuring."""
    cores: list[int] = []
    if hasattr(os, "sched_setaffinity") and not options.no_pin:
        # From the end, for the system itself prefers the first ones.
        cores = machine.available_cores()[-threads:]
    rounds = options.rounds or (4 if options.quick else 9)
    seconds, budget = (0.1, 1.0) if options.quick else (0.4, 8.0)
    return Settings(rounds, seconds, budget, threads, cores)


def find_peers(options: argparse.Namespace) -> tuple[dict[str, tuple[Peer, str]], dict[str, str]]:
    """Return the peers with their interpreters, and those that are missing with the reason."""
    found, missing = {}, {}
    for name, peer in PEERS.items():
        if name not in options.peers if options.peers else options.quick and not peer.quick:
            continue
        try:
            found[name] = peer, interpreter(peer, say, not options.no_install)
        except NotInstalled as reason:
            missing[name] = f"not installed: {reason}"
    return found, missing


def chosen_workloads(options: argparse.Namespace, threads: int) -> list[str]:
    """Return the workloads asked for, or all; with several threads, those that can use them."""
    standard = [name for name, work in WORKLOADS.items() if work.quick or not options.quick]
    asked = options.workloads or [*standard, "import"]
    if threads == 1:
        return asked
    return [name for name in asked if name != "import" and WORKLOADS[name].kind in NETWORKS]


def run(
    options: argparse.Namespace,
    settings: Settings,
    peers: dict[str, tuple[Peer, str]],
    missing: dict[str, str],
) -> report.Results:
    """Measure with one number of threads, and print it."""
    results: report.Results = {}
    for workload in chosen_workloads(options, settings.threads):
        say(f"{report.TITLES[workload]} ...")
        if workload == "import":
            row = measure_import(peers, settings)
        else:
            row = measure(workload, peers, settings)
        # In the order of the columns, whether or not they can be measured.
        row |= {name: Measurement(note=note) for name, note in missing.items()}
        results[workload] = {name: row[name] for name in PEERS if name in row}
        present = [name for name in REFERENCES if name in row and not row[name].note]
        print(report.details(workload, results[workload], present), end="\n\n", flush=True)
    for reference in ("hand", "torch"):
        if reference in peers and results:
            print(report.summary(results, reference), end="\n\n")
    return results


def main() -> int:
    """Measure, print, write; 1 if results do not agree."""
    options = parse()
    peers, missing = find_peers(options)
    figures: dict[str, Any] = {
        "machine": machine.describe(),
        "requirements": {name: peer.requires for name, peer in PEERS.items()},
        "missing": missing,
        "runs": [],
    }
    wrong: list[str] = []
    for threads in options.threads:
        if threads > figures["machine"]["cores"]:
            present = report.count(figures["machine"]["cores"], "core")
            say(f"Not run with {threads} threads: this process may use {present}.")
            continue
        begin = time.perf_counter()
        print(f"{report.count(threads, 'thread')}\n", flush=True)
        settings = settings_of(options, threads)
        results = run(options, settings, peers, missing)
        wrong += report.disagreements(results)
        figures["runs"].append(
            {
                "settings": asdict(settings),
                "seconds": time.perf_counter() - begin,
                "results": {
                    w: {n: asdict(m) for n, m in row.items()} for w, row in results.items()
                },
            }
        )
    for name, note in missing.items():
        print(f"{PEERS[name].title}: {note}")
    print(report.conditions(figures))
    print("\n".join(wrong) or "All results agree.")
    write(figures, Path(options.json))
    if options.picture and figures["runs"]:
        report.picture(report.load(figures["runs"][0]), options.picture)
        say(f"picture in {options.picture}")
    return 1 if wrong else 0


def write(figures: dict[str, Any], path: Path) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    say(f"{sum(run['seconds'] for run in figures['runs']):.0f} s; figures in {path}")


if __name__ == "__main__":
    sys.exit(main())
