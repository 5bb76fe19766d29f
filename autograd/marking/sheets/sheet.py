"""What stands on a sheet, whatever it is written in: the exercise, the questions, the answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from autograd.explanation.explanation import Explanation
from autograd.explanation.steps import build_account
from autograd.marking.marking import Key, notes_on
from autograd.marking.quantity import Quantity
from autograd.marking.update import Updated
from autograd.marking.worksheet import Worksheet
from autograd.marking.written_numbers import show

DIGITS = 6
"""Significant digits of an answer."""

DIGITS_GIVEN = 12
"""Those of an input: what is computed from has to be what is shown."""

MAX_SHOWN = 400
"""Entries of an array that is written out."""


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
        Question(quantity, show(true.value, DIGITS, MAX_SHOWN), tuple(notes_on(true)))
        for quantity, true in zip(asked, right, strict=True)
    )
    updated = key.updated(asked)
    known = {tensor: name for name, tensor in names.items()}
    blank = Sheet(
        title=worksheet.title or worksheet.name or "Worksheet",
        source=worksheet.source,
        program=tuple(evaluation.program.splitlines()),
        inputs=tuple(
            (name, show(names[name].data, DIGITS_GIVEN, MAX_SHOWN)) for name in evaluation.inputs
        ),
        update=_step(updated),
        questions=questions,
    )
    explained = Explanation(
        build_account(evaluation.result, known, evaluation.result_name), "; ".join(blank.program)
    )
    return blank, replace(
        blank,
        explanation=explained,
        steps_after=tuple(_after(updated, questions)),
        solution=worksheet.solution,
    )


def _step(updated: Updated | None) -> str:
    """The step of gradient descent in words, if anything is asked about it."""
    if updated is None:
        return ""
    rate = show(updated.rate, DIGITS_GIVEN)
    rules = (f"{name} becomes {name} − {rate} · ∂{updated.loss}/∂{name}" for name in updated.moved)
    return f"one step of gradient descent: {', '.join(rules)}"


def _after(updated: Updated | None, questions: Iterable[Question]) -> Iterator[str]:
    """How each value after the update comes out."""
    for question in questions:
        quantity = question.quantity
        if updated is not None and quantity.after:
            step = f" = {updated.step(quantity)}" if updated.moves(quantity) else ""
            yield f"{quantity}{step} = {question.answer}"


def picture(key: Sheet, form: str, *, answers: bool) -> bytes:
    """The graph of a key as an SVG or PNG, with values and gradients or with names alone."""
    from autograd.explanation.dot import draw

    assert key.explanation is not None
    options: dict[str, Any] = {} if answers else {"grads": False, "values": "none"}
    return draw(key.explanation, **options).pipe(format=form)
