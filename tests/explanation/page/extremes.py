"""Operands at which number spellings are compared with NumPy, and the way there and back."""

import json
import math
import shutil
import subprocess
from collections.abc import Sequence
from importlib.resources import files
from itertools import product
from typing import Any

import pytest

ONE = [0.0, 5e-324, 1e-300, 0.1, 0.3, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 7.3, 1e16, 1e300, math.inf]
NUMBERS = [*ONE, *(-x for x in ONE), math.nan]
FEW = [0.0, -0.0, 0.5, -1.0, 2.5, 1e300, math.inf, -math.inf, math.nan]


def operands(arity: int) -> list[tuple[float, ...]]:
    """Return all tuples of ordinary and extreme numbers; for three operands of fewer numbers."""
    return list(product(NUMBERS if arity < 3 else FEW, repeat=arity))


def same(a: float | None, b: float | None, tolerance: float = 0.0, *, signs: bool = True) -> bool:
    """Return whether two numbers agree: NaN with NaN, and with `signs` -0 only with -0."""
    if a is None or b is None:
        return a is b
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if a == b:
        return not signs or math.copysign(1, a) == math.copysign(1, b)
    return abs(a - b) <= tolerance * max(abs(a), abs(b)) < math.inf


def run_in_node(programs: Sequence[str], points: Sequence[Sequence[tuple[float, ...]]]) -> Any:
    """Return what each program, a function of an array, gives at each of its points.

    One process of node runs them all, with the functions of the page. Results are lists.
    """
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node: apt-get install nodejs")
    functions = files("autograd.explanation.page").joinpath("functions.js").read_text("utf-8")
    texts = [[[str(float(x)) for x in point] for point in some] for some in points]
    script = f"""
      {functions}
      const named = {{nan: NaN, inf: Infinity, "-inf": -Infinity, "-0.0": -0}};
      const read = (x) => named[x] ?? Number(x);
      const write = (x) => (x === null ? null : Object.is(x, -0) ? "-0.0" : String(x));
      const points = {json.dumps(texts)};
      const run = (f, i) => points[i].map((point) => f(point.map(read)).map(write));
      console.log(JSON.stringify([{", ".join(programs)}].map(run)));
    """
    # By standard input, as the script is longer than an argument may be.
    done = subprocess.run([node, "-"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return [[[_number(x) for x in result] for result in some] for some in answer]


def _number(text: str | None) -> float | None:
    return None if text is None else float(text.replace("Infinity", "inf"))
