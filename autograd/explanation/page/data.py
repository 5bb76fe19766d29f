"""The account of a computation as plain data for the scripts of a page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.explanation.formula import format_formula, format_step
from autograd.explanation.groups import Group
from autograd.explanation.notation import in_words, latex_name
from autograd.explanation.page.arrays import MOST_ENTRIES, MOST_IN_ALL, to_json
from autograd.explanation.steps import Account, Step, is_named, run_rules

Mistakes = Mapping[str, Sequence[tuple[Any, str]]]
"""Wrong values of quantities such as `q` or `df/dq`, each with the mistake that leads to it."""

Bounds = Mapping[str, tuple[Any, Any]]
"""The least and the greatest right value of quantities at a kink."""

_SLOT, _SLOT_IN_PARENTHESES = "\ue000", "\ue001"
"""Marks before and after an operand's place in a step's formula, from the private use area."""


def collect_page_data(
    known: Account, whole: Group, live: bool, mistakes: Mistakes, bounds: Bounds
) -> dict[str, Any]:
    """Return the data of the scripts, without the pictures and the program that computes.

    Tensors are numbered as in `Account.tensors` and contributions as in `Account.contributions`;
    the pictures refer to them by these numbers. `live` is whether the inputs can be moved.
    """
    number = {x: i for i, x in enumerate(known.tensors)}
    parts = list(known.contributions)
    arrays = sum(np.ndim(x.data) > 0 for x in known.tensors) + 1
    limit = min(MOST_ENTRIES, MOST_IN_ALL // arrays)
    general = _general_formulas(known) if live else {}
    return {
        "root": number[known.root],
        "live": live,
        "tensors": [
            {
                "name": known.names[x],
                "latex": latex_name(known.names[x]),
                "leaf": x.op is None,
                "shape": list(x.shape),
                "value": to_json(x.data, limit),
                "gradient": to_json(known.gradients[x], limit) if x in known.gradients else None,
                "mistakes": {
                    kind: [[to_json(value), said] for value, said in mistakes.get(quantity, ())]
                    for kind, quantity in _quantities(known, x)
                },
                "bounds": {
                    kind: [to_json(bound) for bound in bounds[quantity]]
                    for kind, quantity in _quantities(known, x)
                    if quantity in bounds
                },
            }
            for x in known.tensors
        ],
        "steps": [_step(known, step, number, general) for step in known.steps],
        "parts": [
            {
                "step": step.number - 1,
                "operand": number[part.operand],
                "rule": _both(part.rule),
                "local": general.get(id(part)) or (part.local and _both(part.local)),
                "slope": None if part.slope is None else to_json(part.slope, limit=4),
                "value": to_json(part.value, limit=4),
                "total": to_json(part.total, limit=4),
                "path": part.paths,
                "entrywise": part.local is not None and np.shape(part.value) == step.tensor.shape,
            }
            for step, part in parts
        ],
        "groups": _groups(whole),
    }


def _quantities(known: Account, x: Tensor) -> Iterator[tuple[str, str]]:
    """Yield the names of a tensor's value and of its gradient in worksheets."""
    yield "value", known.names[x]
    yield "gradient", f"d{known.names[known.root]}/d{known.names[x]}"


def _step(
    known: Account, step: Step, number: Mapping[Any, int], general: Mapping[int, Any]
) -> dict[str, Any]:
    assert step.tensor.op is not None
    operands = [x for x in step.operands if x is not None]
    named = [x for x in operands if is_named(x, known.names)]
    return {
        "tensor": number[step.tensor],
        "operands": [number[x] for x in named],
        "text": known.format_step(step),
        "latex": known.format_step(step, "latex"),
        "numbers": _with_slots(known, step),
        "words": in_words(step.tensor.op, [known.name(x) for x in operands]),
    }


def _with_slots(known: Account, step: Step) -> str | None:
    """Return the formula of a step on single numbers, with a slot for each named operand.

    The mark of a slot says whether a negative number there needs parentheses.
    """
    named = [is_named(x, known.names) for x in step.operands]
    shapes = [np.shape(x.data if type(x) is Tensor else x) for x in step.operands]
    if step.tensor.shape or any(shapes) or any(x is None for x in step.operands):
        return None

    def format_with(sign: str) -> str:
        texts = [
            f"{sign}{_SLOT}{sum(named[:k])}{_SLOT}" if named[k] else known.name(x)
            for k, x in enumerate(step.operands)
        ]
        return format_step(step.tensor, texts)

    template, negative = format_with(""), format_with("−")
    for k in range(sum(named)):
        slot = f"{_SLOT}{k}{_SLOT}"
        if f"(−{slot})" in negative and f"({slot})" not in template:
            template = template.replace(slot, slot.replace(_SLOT, _SLOT_IN_PARENTHESES))
    return template


def _general_formulas(known: Account) -> dict[int, dict[str, str]]:
    """Return the local derivatives in the form that holds for all values of the inputs."""
    found = {}
    for step in known.steps:
        if not step.contributions:
            continue
        symbols = run_rules(step.tensor, step.upstream)
        text, latex = symbols.names(known, step.tensor), symbols.names(known, step.tensor, "latex")
        for rule, part in zip(symbols.rules, step.contributions, strict=True):
            if rule.local is not None:
                found[id(part)] = {
                    "text": format_formula(rule.local, text, general=True),
                    "latex": format_formula(rule.local, latex, "latex", general=True),
                }
    return found


def _both(x: Any) -> dict[str, str]:
    return {"text": x.text, "latex": x.latex}


def _groups(whole: Group) -> list[dict[str, Any]]:
    numbers = {group: i for i, group in enumerate(whole.walk())}
    return [
        {
            "title": group.title,
            "parent": None if group.parent is None else numbers[group.parent],
            "steps": [m.number - 1 for m in group.members if not isinstance(m, Group)],
        }
        for group in numbers
    ]
