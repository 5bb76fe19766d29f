"""The model of cost: t = a operations + b bytes + c flops, with the constants that fit best.

Two constants more: a step of training has a cost that does not grow, and where its arrays do not
fit into the largest cache, the bytes that come from memory cost extra.
"""

from itertools import combinations
from statistics import median
from typing import Any

import numpy as np
from sweeps import POINTS, SWEEPS, Cost

TERMS = ("step of training", "operation", "byte", "byte from memory", "flop")


def terms(cost: Cost, cache: int) -> list[int]:
    """Return the factor of each constant."""
    traffic = cost.traffic if cost.held > cache else 0
    return [int(cost.trains), cost.operations, cost.bytes, traffic, cost.flops]


def fit(points: dict[str, float], cache: int) -> list[float]:
    """Return the constants, none negative, that predict the seconds of the named points best.

    They make the sum of ((predicted - measured) / measured)^2 least, which weighs relative errors:
    a millisecond counts for much in a step of one, and for little in a step of a minute.
    """
    rows = [terms(POINTS[name].cost, cache) for name in points]
    A = np.array(rows, float) / np.array(list(points.values()))[:, None]
    scale = np.linalg.norm(A, axis=0)
    scale[scale == 0] = 1
    A /= scale
    best, least = np.zeros(len(TERMS)), np.inf
    # There are few constants, so every choice of those that are not 0 can be tried.
    for how_many in range(1, len(TERMS) + 1):
        for chosen in map(list, combinations(range(len(TERMS)), how_many)):
            found = np.linalg.lstsq(A[:, chosen], np.ones(len(A)), rcond=None)[0]
            error = np.sum((A[:, chosen] @ found - 1) ** 2)
            if (found >= 0).all() and error < least:
                least, best = error, np.zeros(len(TERMS))
                best[chosen] = found
    return (best / scale).tolist()


def predict(constants: list[float], cost: Cost, cache: int) -> float:
    """Return the predicted seconds."""
    return float(np.dot(constants, terms(cost, cache)))


def seconds(figures: dict[str, Any], library: str, sweep: str = "") -> dict[str, float]:
    """Return the median seconds of a library at every point of a sweep, or of all modelled ones."""
    return {
        name: median(row[library]["seconds"])
        for name, row in figures["points"].items()
        if library in row and POINTS[name].sweep in ((sweep,) if sweep else SWEEPS)
    }


def factors(constants: list[float], points: dict[str, float], cache: int) -> list[float]:
    """Return the factor, at least 1, by which each prediction is too long or short, in order."""
    ratios = (predict(constants, POINTS[name].cost, cache) / t for name, t in points.items())
    return sorted(max(ratio, 1 / ratio) for ratio in ratios)
