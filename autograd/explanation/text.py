"""An account of a record as plain text, and as Markdown."""

from collections.abc import Iterator

import numpy as np

from autograd.engine.dtypes import Value
from autograd.explanation import numbers
from autograd.explanation.steps import Account, Contribution, Step

_FULL = 12
"""Largest size of an array that is written in full."""


def _value(x: Value) -> str:
    text = numbers.format_value(x, _FULL)
    return (
        text
        if np.ndim(x) == 0 or np.size(x) > _FULL
        else f"{text}  ({numbers.format_shape(x.shape)})"
    )


def format_forward(account: Account, step: Step) -> str:
    """Return a forward step: `q = x + y = −2 + 5 = 3`."""
    middle = account.format_substituted(step)
    value = _value(step.tensor.data)
    parts = [account.names[step.tensor], account.format_step(step), middle, value]
    return " = ".join(part for i, part in enumerate(parts) if part and part != parts[i - 1])


def format_backward(account: Account, step: Step, part: Contribution) -> str:
    """Return a contribution, or the rule where no local number exists.

    `to x:  local ∂q/∂x = y = 3;  −4 × 3 = −12`
    """
    line = f"to {account.names[part.operand]}:  "
    if part.local is None:
        line += f"{part.rule.text} = {_value(part.value)}"
    else:
        slope = _value(part.slope)
        line += f"local {account.derivative(step.tensor, part.operand)} = {part.local.text}"
        line += f" = {slope};  " if slope != part.local.text else ";  "
        if not np.ndim(step.upstream):
            line += f"{_factor(step.upstream)} × {_factor(part.slope)}"
        elif np.shape(part.value) == np.shape(step.upstream):
            line += "upstream ⊙ local"
        else:
            line += part.rule.text
        line += f" = {_value(part.value)}"
    if part.paths > 1:
        total = account.derivative(None, part.operand)
        line += f";  sum over {part.paths} paths so far: {total} = {_value(part.total)}"
    return line


def _factor(x: Value) -> str:
    text = numbers.format_number(x)
    return f"({text})" if text.startswith(numbers.MINUS) else text


def to_text(account: Account, program: str) -> str:
    """Return the whole explanation for a terminal."""
    return "\n".join(_text_lines(account, program))


def _text_lines(account: Account, program: str) -> Iterator[str]:
    yield program
    if account.leaves:
        yield f"at  {format_inputs(account)}"
    yield ""
    yield "Forward"
    for step in account.steps:
        yield f"  {step.number}. {format_forward(account, step)}"
    if not account.gradients:
        yield ""
        yield explain_missing_gradients(account)
        return
    yield ""
    yield "Backward: contribution = upstream × local, from the result to the inputs"
    for step in reversed(account.steps):
        if step.upstream is None:
            continue
        upstream = account.derivative(None, step.tensor)
        yield (
            f"  {step.number}. {account.names[step.tensor]} = {account.format_step(step)}    "
            f"upstream {upstream} = {_value(step.upstream)}"
        )
        for part in step.contributions:
            yield f"       {format_backward(account, step, part)}"
    yield ""
    yield "Gradients"
    for line in format_gradients(account):
        yield f"  {line}"


def format_inputs(account: Account) -> str:
    """Return the values of the leaves: `x = −2, y = 5`."""
    return ", ".join(f"{account.names[x]} = {_value(x.data)}" for x in account.leaves)


def format_gradients(account: Account) -> list[str]:
    """Return a line for every leaf, with a term for each use: `∂f/∂x = 3 + 1 = 4`."""
    lines = []
    for leaf in account.leaves:
        if leaf not in account.gradients:
            continue
        terms = [
            part.value
            for step in reversed(account.steps)
            for part in step.contributions
            if part.operand is leaf
        ]
        value = _value(account.gradients[leaf])
        several = len(terms) > 1 and not np.ndim(terms[0])
        sums = f"{' + '.join(map(_factor, terms))} = " if several else ""
        lines.append(f"{account.derivative(None, leaf)} = {sums}{value}")
    return lines


def explain_missing_gradients(account: Account) -> str:
    """Return the reason why there is no backward part."""
    name = account.names[account.root]
    if not account.root.requires_grad:
        return f"No gradients: {name} depends on no tensor that requires them."
    shape = numbers.format_shape(account.root.shape)
    return f"No gradients: {name} has shape {shape}; explain a scalar made of it, such as its sum."


def to_markdown(account: Account, program: str) -> str:
    """Return the whole explanation as Markdown: two tables and the gradients."""
    lines = [
        f"**{in_markdown(program)}** at {in_markdown(format_inputs(account))}",
        "",
        "### Forward",
        "",
    ]
    lines += ["| step | computed | value |", "| ---: | --- | --- |"]
    for step in account.steps:
        equation = f"{account.names[step.tensor]} = {account.format_step(step)}"
        value = _value(step.tensor.data)
        lines.append(f"| {step.number} | {in_markdown(equation)} | {in_markdown(value)} |")
    if not account.gradients:
        return "\n".join([*lines, "", explain_missing_gradients(account)])
    lines += ["", "### Backward", ""]
    lines += ["| step | to | upstream | local | contribution |", "| ---: | --- | --- | --- | --- |"]
    for step in reversed(account.steps):
        for part in step.contributions:
            local = part.rule if part.local is None else part.local
            upstream = f"{account.derivative(None, step.tensor)} = {_value(step.upstream)}"
            slope = (
                ""
                if part.local is None or local.text == numbers.format_value(part.slope)
                else (f" = {numbers.format_value(part.slope)}")
            )
            cells = (
                str(step.number),
                account.names[part.operand],
                upstream,
                local.text + slope,
                _value(part.value),
            )
            lines.append(f"| {' | '.join(map(in_markdown, cells))} |")
    lines += [
        "",
        "### Gradients",
        "",
        *(f"- {in_markdown(line)}" for line in format_gradients(account)),
    ]
    return "\n".join(lines)


def in_markdown(text: str) -> str:
    """Return a text escaped for Markdown, also inside a table."""
    for character in "\\`*_[]<>|":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")
