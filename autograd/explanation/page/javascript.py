"""A program of single numbers as JavaScript, forward and backward, for a page to run.

The steps are those of the record, and the backward part is the record that the derivative rules
make of themselves when they run on symbols. So nothing here knows a derivative: there is only how
JavaScript writes each of NumPy's functions of numbers. What has no entry, such as `relu`, is
spelt out by running its own NumPy code on symbols.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd.engine.modes import enable_grad
from autograd.engine.operation import Operation
from autograd.engine.tensor import Tensor
from autograd.errors import AutogradError
from autograd.explanation.steps import Account, is_named, run_rules

Names = Mapping[Tensor, str]

_MATH = (
    "cos sin tan sinh cosh tanh exp expm1 log log1p log2 log10 sqrt cbrt sign floor ceil trunc "
    "hypot absolute:abs fabs:abs maximum:max minimum:min norm:abs arctan2:atan2 arcsin:asin "
    "arccos:acos arctan:atan arcsinh:asinh arccosh:acosh arctanh:atanh"
)
_OURS = "erf erfc normal_cdf logaddexp power remainder rint heaviside"
_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_COMPARISONS = {
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "===",
    "not_equal": "!==",
}
_SAME = (
    "sum mean max min prod logsumexp positive copy astype astype_discrete real conjugate "
    "reshape broadcast_to transpose swapaxes squeeze ravel"
)
"""What leaves a single number as it is."""

_TEMPLATES = {
    "negative": "(-{0})",
    "square": "({0} * {0})",
    "reciprocal": "(1 / {0})",
    "exp2": "power(2, {0})",
    "floor_divide": "Math.floor({0} / {1})",
    "isnan": "Number(Number.isNaN({0}))",
    "isfinite": "Number(Number.isFinite({0}))",
    # NaN is not 0, and so counts as true.
    "where": "({0} !== 0 ? {1} : {2})",
    "logical_not": "Number({0} === 0)",
    "logical_and": "Number({0} !== 0 && {1} !== 0)",
    "logical_or": "Number({0} !== 0 || {1} !== 0)",
    "tie_share": "({0} > {1} ? 1 : {0} === {1} ? 0.5 : 0)",
    "extremal_share": "Number({0} === {1})",
    "gelu": "({0} * normal_cdf({0}))",
    # Of a single number.
    "softmax": "1",
    "log_softmax": "0",
    "zeros_like": "0",
    "ones_like": "1",
}
_TEMPLATES |= dict.fromkeys(_SAME.split(), "{0}")
_TEMPLATES |= {name: f"({{0}} {sign} {{1}})" for name, sign in _INFIX.items()}
_TEMPLATES |= {name: f"Number({{0}} {sign} {{1}})" for name, sign in _COMPARISONS.items()}
_ARITY = {"hypot": 2, "maximum": 2, "minimum": 2, "arctan2": 2}
_ARITY |= {"logaddexp": 2, "power": 2, "remainder": 2, "heaviside": 2}


def _call(function: str, name: str) -> str:
    slots = ", ".join(f"{{{k}}}" for k in range(_ARITY.get(name, 1)))
    return f"{function}({slots})"


_TEMPLATES |= {
    name: _call(f"Math.{in_math or name}", name)
    for name, _, in_math in (entry.partition(":") for entry in _MATH.split())
}
_TEMPLATES |= {name: _call(name, name) for name in _OURS.split()}

_WITHOUT_MEANING = {"shape", "axis", "axes", "keepdims", "dtype", "axis1", "axis2"}
"""Parameters that change nothing about a single number."""


class NotLiveError(Exception):
    """Why a page cannot compute a program itself."""


def javascript(known: Account) -> str:
    """The source of a function of the leaves' values.

    It returns the values and gradients of all tensors, and the slope, value and running total of
    every contribution, each as an array in the numbering of the account.

    Raises `NotLiveError`, with the reason, for a program that is not made of single numbers.
    """
    _require_numbers(known)
    values = {x: f"v{i}" for i, x in enumerate(known.tensors)}
    lines = [f"const {values[x]} = inputs[{i}];" for i, x in enumerate(known.leaves)]
    for step in known.steps:
        x = step.tensor
        assert x.op is not None
        operands = [_expression(o, values) for o in x.inputs]
        lines.append(f"const {values[x]} = {_applied(x.op, x.params, operands, x.inputs)};")
    gradients = {known.root: "1"} if known.gradients else {}
    slopes, contributions, totals = [], [], []
    c = 0
    for step in reversed(known.steps):
        if not step.contributions:
            continue
        symbols = run_rules(step.tensor, step.upstream)
        names = {symbols.upstream: gradients[step.tensor], symbols.output: values[step.tensor]}
        for x, operand in zip(symbols.operands, step.tensor.inputs, strict=True):
            if is_named(operand, values):
                names[x] = values[operand]
        for rule in symbols.rules:
            lines.append(f"const c{c} = {_expression(rule.contribution, names)};")
            before = gradients.get(rule.operand)
            total = f"t{c}" if before else f"c{c}"
            if before:
                lines.append(f"const {total} = {before} + c{c};")
            gradients[rule.operand] = total
            slopes.append("null" if rule.local is None else _expression(rule.local, names))
            contributions.append(f"c{c}")
            totals.append(total)
            c += 1
    results = {
        "values": values.values(),
        "gradients": (gradients.get(x, "null") for x in known.tensors),
        "slopes": slopes,
        "contributions": contributions,
        "totals": totals,
    }
    returned = [f"{name}: [{', '.join(texts)}]," for name, texts in results.items()]
    body = [*lines, "return {", *(f"  {line}" for line in returned), "};"]
    return "\n".join(["(inputs) => {", *(f"  {line}" for line in body), "}"])


def _require_numbers(known: Account) -> None:
    for x in known.tensors:
        name = known.names[x]
        if x.shape:
            raise NotLiveError(f"{name} is an array")
        if x.dtype not in (np.float64, np.bool_):
            raise NotLiveError(f"{name} is a number of type {x.dtype}")


def _expression(x: Any, names: Names) -> str:
    """How JavaScript computes `x`, recorded from the tensors in `names`."""
    if type(x) is not Tensor:
        return _literal(x)
    if x in names:
        return names[x]
    if x.op is None:
        return _literal(x._data)
    return _applied(x.op, x.params, [_expression(o, names) for o in x.inputs], x.inputs)


def _literal(x: Any) -> str:
    if x is None:
        return "null"
    x = float(x)
    if not np.isfinite(x):
        return {"inf": "Infinity", "-inf": "(-Infinity)", "nan": "NaN"}[str(x)]
    text = repr(x).removesuffix(".0")
    return f"({text})" if x < 0 else text


def _applied(
    op: Operation, params: Mapping[str, Any] | None, texts: list[str], operands: tuple[Any, ...]
) -> str:
    """One operation on operands that are written already."""
    params = {k: v for k, v in (params or {}).items() if k not in _WITHOUT_MEANING}
    if op.name == "clip":
        return _clipped(texts)
    if op.name == "power" and operands[1] is not None and texts[1] == "2":
        return f"({texts[0]} * {texts[0]})"
    template = _TEMPLATES.get(op.name)
    if template is not None and not params:
        return template.format(*texts)
    return _spelt_out(op, params, texts, operands)


def _clipped(texts: list[str]) -> str:
    """Kept above the lower bound first: where bounds cross, the result is the upper one."""
    x, low, high = texts
    above = x if low == "null" else f"Math.max({x}, {low})"
    return above if high == "null" else f"Math.min({above}, {high})"


def _spelt_out(
    op: Operation, params: Mapping[str, Any], texts: list[str], operands: tuple[Any, ...]
) -> str:
    """An entry-by-entry operation as what its own code is made of."""
    symbols = [
        Tensor(x._data, requires_grad=True) if type(x) is Tensor and x.dtype.kind == "f" else x
        for x in operands
    ]
    names = {x: text for x, text in zip(symbols, texts, strict=True) if type(x) is Tensor}
    problem = NotLiveError(f"there is no JavaScript for {op.name}")
    if op.kind != "elementwise":
        raise problem
    try:
        with enable_grad(), np.errstate(all="ignore"):
            made = op.impl(*symbols, **params)
    except (AutogradError, TypeError):
        # It looks at values, or calls what is no function of NumPy's.
        raise problem from None
    if type(made) is not Tensor or made.op is None or made.op is op:
        raise problem
    return _expression(made, names)
