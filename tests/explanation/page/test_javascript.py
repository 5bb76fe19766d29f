"""The program that a page computes with: the same numbers as Python's, wherever the inputs go."""

import math
import random
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import ProgramError, Tensor, explain
from autograd.explanation.page.javascript import NotLiveError, javascript
from autograd.explanation.steps import Account
from autograd.language import FUNCTIONS, run

TOLERANCE = 1e-12
NUMBERS = ["values", "gradients", "slopes", "contributions", "totals"]

# How each function is called so that it has a value at every x and y between −3 and 3.
CALLS = {
    "log": "log(1.5 + sin({0}))",
    "log2": "log2(1.5 + sin({0}))",
    "log10": "log10(1.5 + sin({0}))",
    "sqrt": "sqrt(1.5 + cos({0}))",
    "exp": "exp(sin({0}))",
    "tan": "tan(sin({0}))",
    "where": "where({0} > {1}, sin({0}), {0} * {1})",
    "clip": "clip({0}, -1, {1})",
    "leaky_relu": "leaky_relu({0}, 0.2)",
    "elu": "elu({0}, alpha=1.5)",
    "reshape": "reshape({0}, ())",
    "bce": "bce(sigmoid({0}), sigmoid({1}))",
}


def call(name: str) -> str | None:
    """How a function is called on numbers; nothing if it takes arrays only."""
    slots = ", ".join(f"{{{k}}}" for k in range(FUNCTIONS[name].required))
    form = CALLS.get(name, f"{name}({slots})")
    try:
        run(form.format("x", "x", "x"), {"x": 1.0})
    except ProgramError:
        return None
    return form


FORMS = [
    *("{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} / (2 + sin({1}))", "-{0}", "{0} ** 2"),
    *("{0} ** 3 / 9", "(1.5 + sin({0})) ** cos({1})", "2 ** tanh({0})", "(1 + {0} ** 2) ** -0.5"),
    *filter(None, map(call, FUNCTIONS)),
]


def program(seed: int) -> str:
    """Return a program of 4 to 14 statements, each of which uses earlier values."""
    rng = random.Random(seed)
    names, lines = ["x", "y", "z"], []
    for k in range(rng.randint(4, 14)):
        form = rng.choice(FORMS)
        # Bounded, so that nothing grows out of all proportion.
        expression = form.format(rng.choice(names), rng.choice(names))
        lines.append(
            f"a{k} = 3 * sin({expression})" if rng.random() < 0.3 else f"a{k} = {expression}"
        )
        names.append(f"a{k}")
    used = " + ".join(name for name in names[3:] if f"{name} " not in " ".join(lines)) or names[-1]
    return "\n".join([*lines, f"f = {used} + x * 0 + y * 0 + z * 0"])


def expected(known: Account) -> dict[str, list[Any]]:
    """Return Python's results in the form of the page's program."""
    parts = [part for _, part in known.contributions]
    return {
        "values": [float(x.data) for x in known.tensors],
        "gradients": [
            None if x not in known.gradients else float(known.gradients[x]) for x in known.tensors
        ],
        "slopes": [None if part.slope is None else float(part.slope) for part in parts],
        "contributions": [float(part.value) for part in parts],
        "totals": [float(part.total) for part in parts],
    }


def difference(a: float | None, b: float | None) -> float:
    """Relative to the size of the numbers, and absolute below 1."""
    if a is None or b is None:
        return 0.0 if a is b else math.inf
    if a == b or (math.isnan(a) and math.isnan(b)):
        return 0.0
    found = abs(a - b) / max(abs(a), abs(b), 1.0)
    return math.inf if math.isnan(found) else found


def largest_difference(run_script: Any, cases: list[tuple[Account, Account]]) -> float:
    """Between the programs of the first accounts, run at the inputs of the second, and these."""
    sources = ", ".join(javascript(known) for known, _ in cases)
    inputs = [[float(x.data) for x in moved.leaves] for _, moved in cases]
    results = run_script("functions", f"[{sources}].map((f, i) => f(argument[i]))", inputs)
    worst = 0.0
    for (_, moved), result in zip(cases, results, strict=True):
        right = expected(moved)
        for name in NUMBERS:
            assert len(result[name]) == len(right[name])
            worst = max(worst, *map(difference, result[name], right[name]), 0.0)
    return worst


def at(text: str, seed: int, **inputs: float) -> Account:
    rng = random.Random(seed)
    with np.errstate(all="ignore"):
        return explain(text, **({name: rng.uniform(-3, 3) for name in "xyz"} | inputs)).account


@pytest.mark.parametrize("block", range(4))
def test_random_programs_compute_what_python_computes(run_script: Any, block: int) -> None:
    seeds = range(50 * block, 50 * (block + 1))
    cases = [(at(program(s), 2 * s), at(program(s), 2 * s + 1)) for s in seeds]
    assert largest_difference(run_script, cases) < TOLERANCE


@pytest.mark.parametrize("form", FORMS)
def test_every_function_of_the_language(run_script: Any, form: str) -> None:
    text = "f = x * 0 + y * 0 + z + " + form.format("x", "y")
    cases = [(at(text, 0), at(text, seed)) for seed in range(1, 4)]
    # At the kinks too, and where the operands tie.
    cases += [(at(text, 0), at(text, 0, x=x, y=y)) for x, y in ((0, 0), (-1, -1), (1, 0), (0, 2))]
    assert largest_difference(run_script, cases) < TOLERANCE


def test_operations_beyond_the_language(run_script: Any) -> None:
    def function(x: Tensor, y: Tensor) -> Any:
        a = (
            autograd.silu(x)
            + autograd.mish(y)
            + autograd.softsign(x)
            + autograd.selu(x)
            + autograd.relu6(y)
        )
        b = np.arctan2(x, y) + np.hypot(x, y) + np.cbrt(y) + np.expm1(x) + np.log1p(np.abs(y))
        c = (
            autograd.erf(x)
            + autograd.gelu(y, approximate="tanh")
            + np.arcsinh(x)
            + autograd.log_sigmoid(y)
        )
        d = np.where(np.logical_or(x > y, x < 0), np.sinh(x), np.cosh(y)) + autograd.hardtanh(x)
        return a * b + c * d

    cases = [
        (explain(function, x=0.3, y=-0.4).account, explain(function, x=x, y=y).account)
        for x, y in ((1.2, -0.7), (-2.1, 0.4), (0.1, 2.9))
    ]
    assert largest_difference(run_script, cases) < TOLERANCE


def test_infinities_and_nan(run_script: Any) -> None:
    text = "f = log(x) + y / z + sqrt(x)"
    cases = [(at(text, 0), at(text, 0, x=x, z=0.0)) for x in (0.0, -1.0, 2.0)]
    assert largest_difference(run_script, cases) < TOLERANCE


def test_erfc_has_all_its_digits(run_script: Any) -> None:
    xs = [k / 8 for k in range(-40, 200)]
    found = run_script("functions", "argument.map((x) => [erf(x), erfc(x)])", xs)
    for x, (erf, erfc) in zip(xs, found, strict=True):
        assert erf == pytest.approx(math.erf(x), rel=1e-14, abs=1e-16)
        assert erfc == pytest.approx(math.erfc(x), rel=2e-13)


def test_what_is_no_program_of_numbers() -> None:
    with pytest.raises(NotLiveError, match="W is an array"):
        javascript(explain("f = sum(W)", W=[1, 2]).account)
    with pytest.raises(NotLiveError, match="x is a number of type float32"):
        javascript(explain(Tensor(np.float32(2.0), requires_grad=True, name="x") * 2).account)
    with pytest.raises(NotLiveError, match="no JavaScript for gammaln"):
        javascript(explain(lambda x: autograd.gammaln(x), x=2.0).account)


def test_a_wrong_rule_is_noticed(run_script: Any) -> None:
    a, b = at("f = x * y", 0), at("f = x / y", 0)
    assert largest_difference(run_script, [(a, b)]) > TOLERANCE
