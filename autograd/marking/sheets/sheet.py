"""The content of a sheet in any format: the exercise, the questions, the answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from autograd.explanation.explanation import Explanation
from autograd.explanation.steps import build_account
from autograd.marking.number_format import format_number
from autograd.marking.quantity import Quantity
from autograd.marking.update import UpdatedAnswerKey
from autograd.marking.verification import Marker, list_kink_notes
from autograd.marking.worksheet import Worksheet

DIGITS = 6
"""Significant digits of an answer."""

DIGITS_GIVEN = 12
"""Significant digits of an input: enough to compute the answers from them."""

MAX_SHOWN = 400
"""Maximum number of entries of an array that is written in full."""


@dataclass(frozen=True)
class Question:
    """A quantity to be found, and its right value, which only the key shows."""

    quantity: Quantity
    answer: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A blank sheet (`explanation` is `None`), or the key with every step."""

    title: str
    source: str
    program: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]
    update: str
    questions: tuple[Question, ...]
    explanation: Explanation | None = None
    steps_after: tuple[str, ...] = ()
    """The computation of the values after the update; only in the key."""
    solution: str = ""
    """The derivation by hand; only in the key."""

    @property
    def heading(self) -> str:
        """The title, with the word "answers" in the key."""
        return self.title if self.explanation is None else f"{self.title}: answers"


def make_sheets(worksheet: Worksheet) -> tuple[Sheet, Sheet]:
    """Make the blank sheet and the key of a worksheet.

    Raises `ProgramError` and `WorksheetError` for a worksheet that cannot be evaluated.
    """
    marker = Marker(worksheet)
    evaluation = marker.answer_key.evaluation
    names = evaluation.names
    asked = [
        *(Quantity.parse(name, names) for name in worksheet.asked),
        *(Quantity.parse(name, names, True) for name in worksheet.asked_after),
    ]
    values = marker.find_values(asked)
    questions = tuple(
        Question(
            quantity, format_number(true.value, DIGITS, MAX_SHOWN), tuple(list_kink_notes(true))
        )
        for quantity, true in zip(asked, values, strict=True)
    )
    updated = marker.find_update(asked)
    known = {tensor: name for name, tensor in names.items()}
    blank = Sheet(
        title=worksheet.title or worksheet.name or "Worksheet",
        source=worksheet.source,
        program=tuple(evaluation.program.splitlines()),
        inputs=tuple(
            (name, format_number(names[name].data, DIGITS_GIVEN, MAX_SHOWN))
            for name in evaluation.inputs
        ),
        update=_format_update(updated),
        questions=questions,
    )
    explained = Explanation(
        build_account(evaluation.result, known, evaluation.result_name), "; ".join(blank.program)
    )
    return blank, replace(
        blank,
        explanation=explained,
        steps_after=tuple(_list_steps_after(updated, questions)),
        solution=worksheet.solution,
    )


def _format_update(updated: UpdatedAnswerKey | None) -> str:
    """Return the step of gradient descent in words, empty if no question is about it."""
    if updated is None:
        return ""
    rate = format_number(updated.rate, DIGITS_GIVEN)
    rules = (f"{name} becomes {name} − {rate} · ∂{updated.loss}/∂{name}" for name in updated.moved)
    return f"one step of gradient descent: {', '.join(rules)}"


def _list_steps_after(
    updated: UpdatedAnswerKey | None, questions: Iterable[Question]
) -> Iterator[str]:
    """Yield the computation of each value after the update."""
    for question in questions:
        quantity = question.quantity
        if updated is not None and quantity.after:
            step = f" = {updated.format_step(quantity)}" if updated.moves(quantity) else ""
            yield f"{quantity}{step} = {question.answer}"


def draw_picture(key: Sheet, form: str, *, answers: bool) -> bytes:
    """Draw the graph of a key as SVG or PNG, with values and gradients or with names alone."""
    from autograd.explanation.dot import draw

    assert key.explanation is not None
    options: dict[str, Any] = {} if answers else {"grads": False, "values": "none"}
    return draw(key.explanation, **options).pipe(format=form)
