"""What stands on a sheet, whatever it is written in: the exercise, the questions, the answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.explain.explanation import Explanation
from autograd.explain.steps import account
from autograd.verify.check import Key, notes_on
from autograd.verify.quantity import Quantity
from autograd.verify.worksheet import Worksheet
from autograd.verify.written import show

DIGITS = 6
"""Significant digits of an answer, unless the worksheet's own claim has more."""


@dataclass(frozen=True)
class Question:
    """A quantity that is asked for, and its right value, which only the key shows."""

    quantity: Quantity
    answer: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A worksheet as it is handed out (`explanation` is `None`), or as the key with every step."""

    title: str
    source: str
    program: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]
    update: str
    questions: tuple[Question, ...]
    explanation: Explanation | None = None
    steps_after: tuple[str, ...] = ()
    """Of the key: how the values after the update come out."""
    solution: str = ""
    """Of the key: the way by hand."""

    @property
    def heading(self) -> str:
        """The title, which on the key says so."""
        return self.title if self.explanation is None else f"{self.title}: answers"


def sheets(worksheet: Worksheet) -> tuple[Sheet, Sheet]:
    """The blank sheet and the key of a worksheet.

    Raises `ProgramError` and `WorksheetError` for a worksheet that cannot be evaluated.
    """
    key = Key(worksheet)
    evaluation = key.truth.evaluation
    names = evaluation.names
    asked = [
        *(Quantity.parse(name, names) for name in worksheet.asked),
        *(Quantity.parse(name, names, True) for name in worksheet.asked_after),
    ]
    right = key.right(asked)
    questions = tuple(
        Question(quantity, _answer(true.value), tuple(notes_on(true)))
        for quantity, true in zip(asked, right, strict=True)
    )
    known = {tensor: name for name, tensor in names.items()}
    blank = Sheet(
        title=worksheet.title or worksheet.name or "Worksheet",
        source=worksheet.source,
        program=tuple(evaluation.program.splitlines()),
        inputs=tuple((name, show(names[name].data, DIGITS)) for name in evaluation.inputs),
        update=_update(worksheet, asked, evaluation.result_name),
        questions=questions,
    )
    explained = Explanation(
        account(evaluation.result, known, evaluation.result_name), "; ".join(blank.program)
    )
    steps = tuple(f"{step} = {answer}" for step, answer in _after(key, asked, questions))
    return blank, Sheet(
        **{
            **vars(blank),
            "explanation": explained,
            "steps_after": steps,
            "solution": worksheet.solution,
        }
    )


def _answer(value: Any) -> str:
    return show(value, DIGITS) if np.size(value) <= 20 else show(np.asarray(value).tolist(), DIGITS)


def _update(worksheet: Worksheet, asked: list[Quantity], result: str) -> str:
    """The step of gradient descent in words, if there is one."""
    update = worksheet.update
    if update is None:
        return ""
    moved = update.moved or tuple(
        q.name for q in asked if q.after and q.wrt is None and q.name in worksheet.inputs
    )
    loss = update.of or result
    rules = (f"{name} becomes {name} − {show(update.rate)} · ∂{loss}/∂{name}" for name in moved)
    return f"one step of gradient descent: {', '.join(rules)}"


def _after(
    key: Key, asked: list[Quantity], questions: tuple[Question, ...]
) -> Iterator[tuple[str, str]]:
    updated = key.updated(asked)
    for quantity, question in zip(asked, questions, strict=True):
        if quantity.after and updated is not None:
            if updated.moves(quantity):
                yield f"{quantity} = {updated.step(quantity)}", question.answer
            else:
                yield f"{quantity}", question.answer


def picture(key: Sheet, form: str, *, answers: bool) -> bytes:
    """The graph of a key as an SVG or PNG, with values and gradients or with names alone."""
    from autograd.explain.dot import draw

    assert key.explanation is not None
    options: dict[str, Any] = {} if answers else {"grads": False, "values": "none"}
    return draw(key.explanation, **options).pipe(format=form)
