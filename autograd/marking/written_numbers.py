"""Numbers as a learner wrote them: the value, and how much the written digits say about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.errors import WorksheetError

MAX_TEXT = 60
"""Characters of one number."""

MAX_NESTING = 4
"""Axes of a claimed array."""

MAX_ENTRIES = 10_000
"""Entries of a claimed array."""

MAX_SHOWN = 20
"""Entries of an array that is shown in full."""

_DECIMAL = re.compile(
    r"[+-]?(?:\d+(?P<point>\.\d*)?|(?P<bare>\.\d+))(?:[eE](?P<exponent>[+-]?\d+))?"
)
_FRACTION = re.compile(r"([+-]?\d+)/([+-]?\d+)")
_NOT_FINITE = re.compile(r"[+-]?(inf|nan)")


@dataclass(frozen=True, slots=True)
class Written:
    """One number with the unit of its last digit; `unit` is `None` for exact ones.

    Whole numbers and fractions are exact, numbers with a decimal point stand for all that round
    to them.

    >>> Written.of("0.610")
    Written(text='0.610', value=0.61, unit=0.001)
    >>> Written.of("-8/3").unit is None
    True
    """

    text: str
    value: float
    unit: float | None

    @classmethod
    def of(cls, number: Any) -> "Written":
        """Read a number or a text; floats have the digits that Python prints.

        Raises `WorksheetError` for anything else.
        """
        if isinstance(number, Written):
            return number
        if isinstance(number, str):
            return cls._read(number)
        if isinstance(number, bool | np.bool_):
            raise WorksheetError(f"{number} is no number")
        if isinstance(number, int | float | np.number | Fraction):
            return cls._read(str(number))
        raise WorksheetError(f"expected a number or a list of numbers, not {_shorten(number)}")

    @classmethod
    def _read(cls, text: str) -> "Written":
        # As copied from print: the real minus sign, spaces, digits in groups.
        plain = re.sub(r"[\s_]", "", text[: MAX_TEXT + 1]).replace("−", "-")
        if len(text) > MAX_TEXT:
            raise WorksheetError(f"a number has at most {MAX_TEXT} characters: {_shorten(text)}")
        if _NOT_FINITE.fullmatch(plain):
            return cls(plain, float(plain), None)
        if fraction := _FRACTION.fullmatch(plain):
            above, below = map(int, fraction.groups())
            if not below:
                raise WorksheetError(f"the fraction {plain} divides by zero")
            return cls(plain, above / below, None)
        decimal = _DECIMAL.fullmatch(plain)
        if decimal is None:
            hint = "; the decimal sign is a point" if "," in plain else ""
            raise WorksheetError(
                f"{_shorten(text)} is no number; write for example -4, 0.610, 1.5e-3 or 4/9{hint}"
            )
        value = float(plain)
        if np.isinf(value):
            raise WorksheetError(f"the number {plain} is too large")
        digits = decimal["point"] or decimal["bare"]
        if digits is None:
            return cls(plain, value, None)
        return cls(plain, value, float(f"1e{int(decimal['exponent'] or 0) - len(digits) + 1}"))

    @property
    def is_whole(self) -> bool:
        """Whether it was written without a decimal point, as no fraction."""
        return self.text.lstrip("+-").isdecimal()

    @property
    def significant(self) -> int:
        """How many significant digits were written."""
        mantissa = re.split("[eE/]", self.text)[0]
        return len(mantissa.replace(".", "").lstrip("+-0"))


@dataclass(frozen=True)
class Claimed:
    """A claimed value: one number, or an array of them, row by row.

    >>> Claimed.of([["0.10", 2], [3, 4]])
    Claimed(shape=(2, 2), text='[[0.10, 2], [3, 4]]')
    """

    shape: tuple[int, ...]
    entries: tuple[Written, ...]
    text: str

    @classmethod
    def of(cls, value: Any) -> "Claimed":
        """Read a number, a text, an array or a nested list of numbers and texts.

        Raises `WorksheetError` for anything else, for ragged lists, and beyond the limits.
        """
        if type(value) is Tensor:
            value = value.data
        if isinstance(value, np.ndarray):
            value = value.tolist()
        entries: list[Written] = []
        shape = _collect(value, entries, 0)
        return cls(shape, tuple(entries), _text(iter(entries), shape))

    @property
    def value(self) -> Any:
        """The number, or the array."""
        return np.array([entry.value for entry in self.entries]).reshape(self.shape)[()]

    def __repr__(self) -> str:
        return f"Claimed(shape={self.shape}, text={self.text!r})"


def _collect(value: Any, entries: list[Written], depth: int) -> tuple[int, ...]:
    """Append the numbers of a nested list to `entries`, and give its shape."""
    if not isinstance(value, list | tuple):
        if len(entries) >= MAX_ENTRIES:
            raise WorksheetError(f"a claimed array has at most {MAX_ENTRIES} entries")
        entries.append(Written.of(value))
        return ()
    if depth >= MAX_NESTING:
        raise WorksheetError(f"a claimed array has at most {MAX_NESTING} axes")
    if not value:
        raise WorksheetError("an empty list has no value")
    shapes = {_collect(part, entries, depth + 1) for part in value}
    if len(shapes) > 1:
        raise WorksheetError("the rows of a list have different lengths")
    return len(value), *shapes.pop()


def _text(entries: Iterator[Written], shape: tuple[int, ...]) -> str:
    if not shape:
        return next(entries).text
    return f"[{', '.join(_text(entries, shape[1:]) for _ in range(shape[0]))}]"


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def show(value: Any, digits: int = 4, most: int = MAX_SHOWN) -> str:
    """A number or array with `digits` significant digits and no trailing zeros.

    Of more than `most` entries, only the shape.

    >>> show(-2 / 3), show(12345678.9), show(np.array([1.0, 0.25]))
    ('-0.6667', '1.235e+07', '[1, 0.25]')
    """
    if np.size(value) > most:
        return f"an array of shape {np.shape(value)}"
    if np.ndim(value):
        return f"[{', '.join(show(part, digits, most) for part in value)}]"
    number = float(value) + 0.0
    whole = f"{number:.0f}" if np.isfinite(number) and abs(number) < 1e7 else ""
    # The digits before the point are always shown.
    return f"{number:.{max(digits, len(whole.lstrip('-')))}g}"
