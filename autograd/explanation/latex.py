"""An account of a record as LaTeX, for an article with amsmath."""

import re

import numpy as np

from autograd.engine.dtypes import Value
from autograd.explanation import numbers
from autograd.explanation.notation import latex_name
from autograd.explanation.steps import Account, Contribution, Step

_SPECIAL = {
    **{c: rf"\{c}" for c in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "·": r"$\cdot$",
    "×": r"$\times$",
    "∂": r"$\partial$",
    "<": "$<$",
    ">": "$>$",
}


_IN_VALUES = {
    "×": r" \times ",
    "norm": r"\text{ norm }",
    "inf": r"\infty",
    "nan": r"\text{nan}",
}


def _value(x: Value) -> str:
    text = numbers.format_value(x)
    for plain, latex in _IN_VALUES.items():
        text = text.replace(plain, latex)
    return _clean(text)


def to_latex(account: Account) -> str:
    """Return the forward and the backward pass as two aligned displays."""
    lines = [r"\begin{align*}"]
    lines += [rf"{latex_name(account.names[x])} &= {_value(x.data)} \\" for x in account.leaves]
    for step in account.steps:
        name, right = latex_name(account.names[step.tensor]), account.format_step(step, "latex")
        lines.append(rf"{name} &= {_clean(right)} = {_value(step.tensor.data)} \\")
    lines.append(r"\end{align*}")
    if account.gradients:
        lines.append(r"\begin{align*}")
        for step in reversed(account.steps):
            lines += [_contribution(account, step, part) for part in step.contributions]
        summed = {p.operand for step in account.steps for p in step.contributions if p.paths > 1}
        for leaf in account.leaves:
            if leaf in summed:
                left = account.derivative(None, leaf, "latex")
                lines.append(rf"{left} &= {_value(account.gradients[leaf])} \\")
        lines.append(r"\end{align*}")
    return "\n".join(lines)


def _contribution(account: Account, step: Step, part: Contribution) -> str:
    """Return one use of an operand: chain rule and numbers, the local derivative beside them."""
    left = account.derivative(None, part.operand, "latex")
    line = rf"{left} &\mathrel{{+}}= " if part.paths > 1 else f"{left} &= "
    if part.local is None:
        line += rf"{_clean(part.rule.latex)} = {_value(part.value)}"
    else:
        upstream = account.derivative(None, step.tensor, "latex")
        local = account.derivative(step.tensor, part.operand, "latex")
        if np.ndim(step.upstream):
            line += rf"{upstream} \odot {local}"
        else:
            line += (
                rf"{upstream} \cdot {local} = {_value(step.upstream)} \cdot {_factor(part.slope)}"
            )
        line += rf" = {_value(part.value)}, & {local} &= {_clean(part.local.latex)}"
    return line + r" \\"


def _factor(x: Value) -> str:
    text = _value(x)
    return f"({text})" if text.startswith("-") else text


def in_latex(text: str) -> str:
    r"""Return a text escaped for LaTeX.

    >>> print(in_latex("50 % of w_1"))
    50 \% of w\_1
    """
    return "".join(_SPECIAL.get(c, c) for c in text)


def _clean(formula: str) -> str:
    """Return a formula with numbers in LaTeX: a plain minus, powers of ten written out."""
    return re.sub(r"(?<=\d)e(-?\d+)", r" \\cdot 10^{\1}", formula.replace(numbers.MINUS, "-"))
