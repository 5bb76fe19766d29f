"""New exercises with round numbers: programs drawn at random until all numbers are simple.

Every value and every gradient has at most two decimals, is at most `LARGEST`, and is not zero
unless zeros are allowed. The same seed gives the same exercise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from autograd.engine import sweep
from autograd.errors import AutogradError
from autograd.language import Evaluation, run
from autograd.marking.kinks import find_kinks
from autograd.marking.worksheet import Worksheet, make_worksheet

Kind = Literal["scalar", "vector", "network"]
KINDS: tuple[Kind, ...] = ("scalar", "vector", "network")

MAX_OPS = 12
LARGEST = 200
"""The largest absolute value of a number."""

_ATTEMPTS = 5_000
_INPUTS = "xyzwuv"
_STEPS = [*"abcdghkmnpqrs", *(f"{c}{i}" for i in (1, 2, 3) for c in "abcdghkmn")]


def draw_exercise(
    seed: int, *, ops: int = 5, kind: Kind = "scalar", zeros: bool = False
) -> Worksheet:
    """Draw an exercise with `ops` steps and all right claims, the same for the same arguments.

    `kind` is "scalar" (numbers), "vector" (entries, sums and products of vectors) or "network" (a
    layer or more with an activation, and a squared error). With `zeros`, gradients may be zero, as
    behind a relu of a negative number.

    Raises `ValueError` for an unknown kind, and for a number of steps that the kind does not allow.

    >>> worksheet = draw_exercise(7, ops=3)
    >>> worksheet == draw_exercise(7, ops=3)
    True
    >>> print(worksheet.program)
    a = y * x
    b = a * z
    f = relu(b)
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    least = {"scalar": 1, "vector": 2, "network": 4}[kind]
    if not least <= ops <= MAX_OPS:
        raise ValueError(f"a {kind} exercise has from {least} to {MAX_OPS} steps, not {ops}")
    rng = np.random.default_rng([seed % 2**63, ops, KINDS.index(kind), zeros])
    for _ in range(_ATTEMPTS):
        draft = _DRAFTS[kind](rng, ops)
        try:
            evaluation = run(draft.program, draft.inputs)
        except AutogradError:
            continue
        # A kink has more than one right answer.
        if find_kinks(sweep.order(evaluation.result)):
            continue
        with np.errstate(all="ignore"):
            numbers = dict(_list_numbers(evaluation))
        if all(_is_round(x, zeros) for x in numbers.values()):
            inputs = {
                name: _format_exactly(evaluation.names[name].data) for name in evaluation.inputs
            }
            claims = {name: _format_exactly(x) for name, x in numbers.items() if name not in inputs}
            title = f"Practice {seed}: {kind}, {ops} step{'s' * (ops != 1)}"
            return make_worksheet(evaluation.program, inputs, claims, title=title)
    raise ValueError(f"no {kind} exercise with {ops} steps has round numbers; ask for fewer steps")


@dataclass
class _Draft:
    program: str
    inputs: dict[str, Any]


def _list_numbers(evaluation: Evaluation) -> Iterator[tuple[str, Any]]:
    """Yield every value and gradient, by the name of the claim about it."""
    for name, tensor in evaluation.names.items():
        yield name, tensor.data
    result, f = evaluation.result, evaluation.result_name
    gradients: dict[Any, Any] = {}
    sweep.reverse(result, np.ones(()), observer=gradients.__setitem__)
    for name, tensor in reversed(evaluation.names.items()):
        if tensor is not result:
            yield f"d{f}/d{name}", gradients.get(tensor, np.zeros_like(tensor.data))


def _is_round(x: Any, zeros: bool) -> bool:
    hundredths = np.asarray(x) * 100
    return bool(
        np.all(np.abs(x) <= LARGEST)
        and np.all(np.abs(hundredths - np.rint(hundredths)) < 1e-6)
        and (zeros or np.all(x != 0))
    )


def _format_exactly(x: Any) -> Any:
    """Format a number with as few decimals as are exact."""
    if np.ndim(x):
        return [_format_exactly(part) for part in x]
    return f"{float(x) + 0.0:.2f}".rstrip("0").rstrip(".")


# Drafts ------------------------------------------------------------------------------------------


def _draw_numbers(rng: np.random.Generator, *shape: int, largest: int = 5) -> Any:
    """Draw small whole numbers without zeros, sometimes halves."""
    whole = rng.integers(1, largest + 1, shape) * rng.choice([-1, 1], shape)
    return (whole / 2 if rng.random() < 0.15 else whole).tolist()


def _draft_scalar(rng: np.random.Generator, ops: int) -> _Draft:
    first, *others = inputs = {
        n: _draw_numbers(rng) for n in _INPUTS[: min(len(_INPUTS), 2 + ops // 2)]
    }
    return _Draft("\n".join(_draw_chain(rng, [], first, others, ops)), inputs)


def _draw_chain(
    rng: np.random.Generator, lines: list[str], first: str, unused: list[str], ops: int
) -> list[str]:
    """Draw steps on numbers, each from the previous one and, while there are any, a new input."""
    known, inputs = [first], list(unused)
    for i in range(ops):
        left = known[-1]
        fresh = bool(unused) and (len(unused) >= ops - i or rng.random() < 0.7)
        right = unused.pop(0) if fresh else str(rng.choice([*inputs, *known]))
        forms = [f"{left} + {right}", f"{left} - {right}", f"{left} * {right}", f"{right} * {left}"]
        if not fresh:
            n = int(rng.integers(2, 5))
            forms = [*forms[:3], f"{n} * {left}", f"{left} / {2 * n}", f"{left} ** 2"]
            forms += [f"maximum({left}, {right})"]
            # A second relu changes nothing.
            forms += [] if lines and "relu" in lines[-1] else [f"relu({left})"]
        name = "f" if i == ops - 1 else _STEPS[len(lines)]
        lines.append(f"{name} = {rng.choice(forms)}")
        known.append(name)
    return lines


def _draft_vector(rng: np.random.Generator, ops: int) -> _Draft:
    n = int(rng.integers(2, 4))
    inputs = {name: _draw_numbers(rng, n, largest=3) for name in "xw"}
    lines: list[str] = []
    last, entrywise = "x", int(rng.integers(1, min(ops, 4)))
    for _ in range(entrywise):
        forms = [f"{last} * w", f"{last} + w", f"{last} - w", f"2 * {last}", f"{last} ** 2"]
        forms += [f"leaky_relu({last}, 0.5)"]
        lines.append(f"{_STEPS[len(lines)]} = {rng.choice(forms)}")
        last = _STEPS[len(lines) - 1]
    rest = ops - entrywise
    ends = [f"sum({last})", f"dot({last}, w)", f"dot({last}, x)", f"sum({last} * {last})"]
    name = "f" if rest == 1 else _STEPS[len(lines)]
    lines.append(f"{name} = {rng.choice([*ends, f'mean({last})'])}")
    if rest > 1:
        inputs["u"] = _draw_numbers(rng)
        lines = _draw_chain(rng, lines, name, ["u"], rest - 1)
    return _Draft("\n".join(lines), inputs)


def _draft_network(rng: np.random.Generator, ops: int) -> _Draft:
    """Draw layers of z = W h + b and an activation, then a number and its squared error."""
    layers = max(1, (ops - 2) // 2)
    sizes = [2] * (layers + 1)
    inputs: dict[str, Any] = {"x": _draw_numbers(rng, sizes[0], largest=3)}
    lines, last = [], "x"
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes), 1):
        mark = "" if layers == 1 else str(i)
        inputs[f"W{mark}"] = _draw_numbers(rng, fan_out, fan_in, largest=2)
        inputs[f"b{mark}"] = _draw_numbers(rng, fan_out, largest=2)
        lines.append(f"z{mark} = W{mark} @ {last} + b{mark}")
        lines.append(f"h{mark} = leaky_relu(z{mark}, 0.5)")
        last = f"h{mark}"
    inputs["v"] = _draw_numbers(rng, sizes[-1], largest=2)
    lines.append(f"o = dot(v, {last})")
    if ops % 2:
        lines.append("e = o - t")
        lines.append("L = e ** 2")
    else:
        lines.append("L = (o - t) ** 2")
    inputs["t"] = _draw_numbers(rng)
    return _Draft("\n".join(lines), inputs)


_DRAFTS = {"scalar": _draft_scalar, "vector": _draft_vector, "network": _draft_network}
