"""Measurements as tables and as a picture."""

import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from conductor import Measurement
from environments import PEERS
from sweeps import find
from workloads import WORKLOADS

Results = dict[str, dict[str, Measurement]]
"""Measurements by workload and peer; `import` is a workload too."""

TITLES = {name: workload.title for name, workload in WORKLOADS.items()}
TITLES["import"] = "import, a fresh process"
MEMORY_OF = "mlp_large"
"""A workload whose arrays are large enough to make up the peak."""


def ratios(results: dict[str, Measurement], name: str, reference: str) -> list[float]:
    """Return times of a peer over those of the reference, round by round."""
    both = results.get(name), results.get(reference)
    if any(result is None or result.note for result in both):
        return []
    # A slow peer has fewer rounds than others.
    return [a / b for a, b in zip(*(result.seconds for result in both), strict=False)]


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return an aligned table, which is also Markdown."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def line(cells: list[str]) -> str:
        first, *rest = (
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "| " + " | ".join([first, *rest]) + " |"

    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(lines[0]), line(rule), *map(line, lines[1:])])


def summary(results: Results, reference: str) -> str:
    """Return the median ratio of every peer on every workload, and the time of the reference."""
    names = columns(results)
    rows = []
    for workload, row in results.items():
        rows.append([TITLES[workload], *(short(row, name, reference) for name in names)])
        if workload == MEMORY_OF:
            cells = (ratio_of_memory(row, name, reference) for name in names)
            rows.append(["its memory at the peak", *cells])
    header = [f"time / {PEERS[reference].title}", *(PEERS[n].title for n in names)]
    return table(header, rows)


def columns(results: Results) -> list[str]:
    """Return the peers that were asked for, in their order."""
    return [name for name in PEERS if any(name in row for row in results.values())]


def short(row: dict[str, Measurement], name: str, reference: str) -> str:
    """Return one cell of the summary."""
    if row[name].note:
        return row[name].note.partition(":")[0] if ":" in row[name].note else "-"
    if name == reference:
        return duration(statistics.median(row[name].seconds))
    both = ratios(row, name, reference)
    return number(statistics.median(both)) if both else ""


def ratio_of_memory(row: dict[str, Measurement], name: str, reference: str) -> str:
    """Return one cell of the summary's line on memory."""
    mine, other = row[name].memory, row[reference].memory
    if not (mine and other):
        return "-"
    return megabytes(mine) if name == reference else number(mine / other)


def details(workload: str, row: dict[str, Measurement], references: Iterable[str]) -> str:
    """Return all figures of a workload, and below them the reasons of peers without any."""
    header = ["", "time", "min", "max", *(f"/ {PEERS[r].title}" for r in references)]
    header += ["rounds", "first step", "cores", "memory", "result"]
    lines = [
        [
            PEERS[name].title,
            *(duration(f(result.seconds)) for f in (statistics.median, min, max)),
            *(spread(ratios(row, name, reference)) for reference in references),
            str(len(result.seconds)),
            "" if result.first is None else duration(result.first),
            "" if result.cores is None else f"{result.cores:.2f}",
            "" if result.memory is None else megabytes(result.memory),
            "" if result.result is None else f"{result.result:.7g}",
        ]
        for name, result in row.items()
        if not result.note
    ]
    notes = [f"- {PEERS[name].title}: {result.note}" for name, result in row.items() if result.note]
    return "\n\n".join(
        [TITLES[workload], table(header, lines), *(["\n".join(notes)] if notes else [])]
    )


def spread(values: list[float]) -> str:
    """Return the median, and the range of the values."""
    if not values:
        return ""
    low, middle, high = (number(f(values)) for f in (min, statistics.median, max))
    return f"{middle} ({low}-{high})"


def count(how_many: int, what: str) -> str:
    """Return the number, and the thing it counts in the singular or plural."""
    return f"{how_many} {what}" + ("" if how_many == 1 else "s")


def conditions(figures: dict[str, Any]) -> str:
    """Return one line: the machine, and the kernels of NumPy's matrix products on it."""
    machine = figures["machine"]
    rows = (row for run in figures["runs"] for row in run["results"].values())
    kernels = {entry["kernels"] for row in rows for entry in row.values()} - {""}
    where = f"{machine['processor']}, {count(machine['cores'], 'core')}, {machine['system']}"
    return "; ".join([where, f"Python {machine['python']}", *sorted(kernels)])


def number(value: float) -> str:
    """Format two significant digits, and all digits before the point."""
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def megabytes(size: float) -> str:
    """Format bytes in whole megabytes."""
    return f"{size / 2**20:.0f} MB"


def duration(seconds: float) -> str:
    """Format seconds with the unit that suits them."""
    if seconds >= 1:
        return f"{seconds:.3g} s"
    return f"{seconds * 1e3:.3g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.3g} us"


def disagreements(results: Results) -> list[str]:
    """Return a sentence for each peer whose result is not that of the first one that has any."""
    found = []
    for workload, row in results.items():
        known = {n: m.result for n, m in row.items() if m.result is not None}
        for name, result in list(known.items())[1:]:
            first, expected = next(iter(known.items()))
            error = abs(result - expected) / max(abs(expected), 1e-30)
            # In this form NaN disagrees too.
            if not error <= find(workload).tolerance:
                found.append(
                    f"{find(workload).title}: {PEERS[name].title} gives {result:.10g}, "
                    f"{PEERS[first].title} {expected:.10g}"
                )
    return found


def picture(results: Results, path: str | Path, reference: str = "hand") -> None:
    """Draw a row for each workload, a mark for each peer: its ratio, on a logarithmic axis."""
    from drawing import save

    from nn.plots import styling

    figure = styling.figure(9, 0.45 * len(results) + 1.8)
    axes = figure.add_subplot()
    names = [name for name in columns(results) if name not in (reference, "products")]
    others = styling.COLOURS[1:]
    for k, name in enumerate(names):
        points = [
            (statistics.median(both), y)
            for y, row in enumerate(results.values())
            if (both := ratios(row, name, reference))
        ]
        if points:
            ours = name.startswith("chalkgrad")
            axes.scatter(
                *zip(*points, strict=True),
                label=PEERS[name].title,
                color=styling.GREEN if ours else others[k % len(others)],
                marker=styling.MARKERS[k % len(styling.MARKERS)],
                s=90 if ours else 35,
                edgecolors="white",
                zorder=3 if ours else 2,
            )
    axes.axvline(1, color=styling.LINE, linewidth=1)
    axes.set_xscale("log")
    axes.set_yticks(range(len(results)), [TITLES[workload] for workload in results])
    axes.invert_yaxis()
    styling.style(axes, xlabel=f"time / {PEERS[reference].title} (left is faster)", grid="both")
    figure.legend(
        loc="outside lower center", ncols=5, fontsize="small", frameon=False, labelcolor=styling.INK
    )
    save(figure, path)


def load(figures: dict[str, Any]) -> Results:
    """Return one run of the figures of `run.py` as measurements."""
    return {
        workload: {name: Measurement(**entry) for name, entry in row.items()}
        for workload, row in figures["results"].items()
    }
