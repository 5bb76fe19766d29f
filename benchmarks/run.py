"""chalkgrad beside its peers and the limit: the same mathematics, in turns, on this machine.

    python benchmarks/run.py [--quick] [--peers NAMES] [--workloads NAMES] [--picture PATH] ...

`make bench` and `make bench-quick` call it; docs/benchmarks.md says what it measures and how.
"""

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import asdict
from pathlib import Path

import report
from conductor import Measurement, Settings, measure, measure_import
from environments import PEERS, NotInstalled, Peer, interpreter
from workloads import WORKLOADS

REFERENCES = ("hand", "torch")


def parse() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    known = [*WORKLOADS, "import"]
    parser.add_argument("--quick", action="store_true", help="fewer rounds, workloads and peers")
    parser.add_argument("--peers", nargs="+", choices=PEERS, metavar="NAME", help=", ".join(PEERS))
    parser.add_argument(
        "--workloads", nargs="+", choices=known, metavar="NAME", help=", ".join(known)
    )
    parser.add_argument("--rounds", type=int, help="how often everyone has a turn")
    parser.add_argument("--threads", type=int, default=1, help="of everyone (default: 1)")
    parser.add_argument("--no-pin", action="store_true", help="do not bind the processes to cores")
    parser.add_argument("--no-install", action="store_true", help="use what is installed already")
    parser.add_argument("--json", default="out/benchmarks.json", metavar="PATH", help="the figures")
    parser.add_argument("--picture", metavar="PATH", help="draw the ratios")
    return parser.parse_args()


def say(text: str) -> None:
    """Tell how it goes, apart from the tables."""
    print(text, file=sys.stderr, flush=True)


def settings_of(options: argparse.Namespace) -> Settings:
    """How to measure."""
    cores: list[int] = []
    if hasattr(os, "sched_getaffinity") and not options.no_pin:
        # From the end, for the system itself prefers the first ones.
        cores = sorted(os.sched_getaffinity(0))[-options.threads :]
    rounds = options.rounds or (4 if options.quick else 15)
    seconds, budget = (0.1, 1.0) if options.quick else (0.5, 30.0)
    return Settings(rounds, seconds, budget, options.threads, cores)


def find_peers(options: argparse.Namespace) -> tuple[dict[str, tuple[Peer, str]], dict[str, str]]:
    """The peers with their interpreters, and those that are missing with the reason."""
    found, missing = {}, {}
    for name, peer in PEERS.items():
        if name not in options.peers if options.peers else options.quick and not peer.quick:
            continue
        try:
            found[name] = peer, interpreter(peer, say, not options.no_install)
        except NotInstalled as reason:
            missing[name] = f"not installed: {reason}"
    return found, missing


def main() -> int:
    """Measure, print, write; 1 if results do not agree."""
    options = parse()
    settings = settings_of(options)
    peers, missing = find_peers(options)
    begin = time.perf_counter()
    results: report.Results = {}
    chosen = options.workloads or [
        name for name, workload in WORKLOADS.items() if workload.quick or not options.quick
    ] + ["import"]
    for workload in chosen:
        say(f"{report.TITLES[workload]} ...")
        if workload == "import":
            row = measure_import(peers, settings)
        else:
            row = measure(workload, peers, settings)
        # In the order of the columns, whether or not they can be measured.
        row |= {name: Measurement(note=note) for name, note in missing.items()}
        results[workload] = {name: row[name] for name in PEERS if name in row}
        present = [name for name in REFERENCES if name in row]
        print(report.details(workload, results[workload], present), end="\n\n", flush=True)
    for reference in REFERENCES:
        if reference in peers:
            print(report.summary(results, reference), end="\n\n")
    for name, note in missing.items():
        print(f"{PEERS[name].title}: {note}")
    wrong = report.disagreements(results)
    print("\n".join(wrong) or "All results agree.")
    write(options, settings, results, missing, time.perf_counter() - begin)
    return 1 if wrong else 0


def write(
    options: argparse.Namespace,
    settings: Settings,
    results: report.Results,
    missing: dict[str, str],
    seconds: float,
) -> None:
    """The figures as JSON, and the picture if it was asked for."""
    path = Path(options.json)
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }
    figures = {
        "machine": machine,
        "settings": asdict(settings),
        "requirements": {name: peer.requires for name, peer in PEERS.items()},
        "missing": missing,
        "seconds": seconds,
        "results": {w: {n: asdict(m) for n, m in row.items()} for w, row in results.items()},
    }
    path.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    say(f"{seconds:.0f} s; figures in {path}")
    if options.picture:
        report.picture(results, "hand", options.picture)
        say(f"picture in {options.picture}")


if __name__ == "__main__":
    sys.exit(main())
