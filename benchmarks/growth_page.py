"""The pictures and tables of docs/growth.md, from the measurements of `growth.py`."""

from pathlib import Path
from statistics import median
from typing import Any

import cost_model
import numpy as np
from publish import put
from report import duration, megabytes, number, table
from sweeps import BATCH, LIBRARIES, POINTS, SHORT, SIZES, SMALL, SWEEPS, perceptron_cost, square

AXES = {
    "depth": f"operations, on arrays of {SMALL}",
    "width": f"elements, in {SHORT} operations",
    "batch": f"samples in a batch, MLP {'-'.join(map(str, SIZES))}",
    "parameters": f"parameters, batch {BATCH}",
}
SAMPLES = 10**6
ESTIMATED = [10**exponent for exponent in range(5, 11)]
"""Numbers of parameters."""
Figures = dict[str, Any]
Models = dict[str, list[float]]


def write(figures: Figures, root: Path) -> None:
    """Draw the pictures into docs/, and write the tables into docs/growth.md."""
    cache = largest_cache(figures["machine"])
    models = {
        library: cost_model.fit(points, cache)
        for library in LIBRARIES
        if (points := cost_model.seconds(figures, library))
    }
    page = root / "docs" / "growth.md"
    put(page, "limits", limits(figures))
    put(page, "model", model(figures, models, cache))
    put(page, "estimates", estimates(models, figures["machine"]))
    for sweep in SWEEPS:
        draw(figures, models, sweep, root / "docs" / f"growth-{sweep}.svg")


def largest_cache(machine: dict[str, Any]) -> int:
    """Return its bytes; where the system does not tell, a usual number."""
    return max(machine["caches"].values(), default=2**25)


def limits(figures: Figures) -> str:
    """Return a table of the most that this machine can do."""
    machine = figures["machine"]
    rows = []
    for name, t in cost_model.seconds(figures, "hand", "limit").items():
        cost = POINTS[name].cost
        if cost.flops:
            rows.append(["a matrix product, 2048x2048", f"{rate(cost.flops, t)} Gflop/s"])
        elif name == "call":
            rows.append(["a call of NumPy, whatever it does", duration(t)])
        else:
            rows.append(
                [f"a sum of arrays, {cost.bytes / 1024:,.0f} KB", f"{rate(cost.bytes, t)} GB/s"]
            )
    rows += [
        [f"{name} cache", f"{size / 1024:,.0f} KB"] for name, size in machine["caches"].items()
    ]
    if machine["memory"]:
        rows.append(["main memory", gigabytes(machine["memory"])])
    return table([machine["processor"], "one core"], rows)


def gigabytes(size: float) -> str:
    """Bytes, in gigabytes."""
    return f"{size / 2**30:.1f} GB"


def rate(amount: float, seconds: float) -> str:
    """So many thousand millions a second."""
    return f"{amount / seconds / 1e9:.0f}" if seconds else "-"


def model(figures: Figures, models: Models, cache: int) -> str:
    """Return a table of the constants, and how well they predict."""
    header = ["", "a step", "an operation", "bytes", "from memory, extra", "flops"]
    header += ["error, median", "largest"]
    rows = []
    for library, (step, operation, byte, traffic, flop) in models.items():
        points = cost_model.seconds(figures, library)
        factors = cost_model.factors(models[library], points, cache)
        rows.append(
            [
                LIBRARIES[library],
                duration(step),
                duration(operation),
                f"{rate(1, byte)} GB/s",
                f"{rate(1, traffic)} GB/s",
                f"{rate(1, flop)} Gflop/s",
                f"x {number(median(factors))}",
                f"x {number(factors[-1])}",
            ]
        )
    return table(header, rows)


def estimates(models: Models, machine: dict[str, Any], batch: int = 128) -> str:
    """Return a table of the time of training: a step with a batch, an epoch of `SAMPLES`."""
    names = [library for library in models if library != "hand"]
    cache = largest_cache(machine)
    header = ["parameters", "memory", "flops of a step"]
    header += [f"{LIBRARIES[name]}, a step" for name in names]
    header += [f"{LIBRARIES[name]}, an epoch" for name in names]
    rows = []
    for parameters in ESTIMATED:
        cost = perceptron_cost(square(parameters, batch))
        seconds = [cost_model.predict(models[name], cost, cache) for name in names]
        row = [
            f"{parameters:,}",
            megabytes(cost.held) if cost.held < 2**30 else gigabytes(cost.held),
            f"{cost.flops:.0e}",
        ]
        if cost.held > (machine["memory"] or np.inf):
            rows.append([*row, *["does not fit"] * (2 * len(names))])
        else:
            epochs = (long(t * SAMPLES / batch) for t in seconds)
            rows.append([*row, *map(duration, seconds), *epochs])
    return table(header, rows)


def long(seconds: float) -> str:
    """Format seconds in seconds, minutes, hours or days."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{number(seconds / size)} {unit}"
    return f"{number(seconds)} s"


def draw(figures: Figures, models: Models, sweep: str, path: Path) -> None:
    """Draw time and memory of one sweep: measured as marks, by the model as lines."""
    import drawing

    from nn.plots import styling

    palette = (styling.INK, styling.GREEN, styling.BLUE, styling.RED)
    colours = dict(zip(LIBRARIES, palette, strict=True))
    figure, (time, memory) = styling.panels(2, 5, 3.6, path=path)
    cache = largest_cache(figures["machine"])
    sizes = {name: point.size for name, point in POINTS.items() if point.sweep == sweep}
    for k, library in enumerate(models):
        marks = {"color": colours[library], "marker": styling.MARKERS[k], "linestyle": "", "ms": 5}
        points = cost_model.seconds(figures, library, sweep)
        x = [sizes[name] for name in points]
        time.plot(x, list(points.values()), label=LIBRARIES[library], **marks)
        predicted = [cost_model.predict(models[library], POINTS[n].cost, cache) for n in points]
        time.plot(x, predicted, color=colours[library], linewidth=1)
        held = {name: figures["points"][name][library]["memory"] for name in points}
        held = {name: size for name, size in held.items() if size is not None}
        memory.plot([sizes[name] for name in held], list(held.values()), **marks)
    costs = [POINTS[name].cost.held for name in sizes]
    memory.plot(list(sizes.values()), costs, color=styling.LINE, linewidth=1, label="on paper")
    machine = figures["machine"]
    for name, size in {**machine["caches"], "main memory": machine["memory"]}.items():
        if size and min(costs) <= size:
            memory.axhline(size, color=styling.SHADE, linewidth=1, linestyle=":")
            memory.annotate(
                name,
                (1, size),
                xycoords=memory.get_yaxis_transform(),
                color=styling.LINE,
                ha="right",
            )
    for axes, label in ((time, "seconds a step"), (memory, "bytes at the peak")):
        axes.set(xscale="log", yscale="log")
        styling.style(axes, xlabel=AXES[sweep], ylabel=label, grid="both")
        styling.legend(axes, fontsize="small")
    drawing.save(figure, path)
