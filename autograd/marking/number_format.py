"""Numbers as text: reading them with the precision of their digits, and writing them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.errors import WorksheetError

MAX_TEXT = 60
"""Maximum number of characters of one number."""

MAX_NESTING = 4
"""Maximum number of axes of a claimed array."""

MAX_ENTRIES = 10_000
"""Maximum number of entries of a claimed array."""

MAX_SHOWN = 20
"""Maximum number of entries of an array that is written in full."""

_DECIMAL = re.compile(
    r"[+-]?(?:\d+(?P<point>\.\d*)?|(?P<bare>\.\d+))(?:[eE](?P<exponent>[+-]?\d+))?"
)
_FRACTION = re.compile(r"([+-]?\d+)/([+-]?\d+)")
_NOT_FINITE = re.compile(r"[+-]?(inf|nan)")


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """One number with the unit of its last digit; `unit` is `None` for exact numbers.

    Whole numbers and fractions are exact. A number with a decimal point stands for all numbers that
    round to it.

    >>> WrittenNumber.parse("0.610")
    WrittenNumber(text='0.610', value=0.61, unit=0.001)
    >>> WrittenNumber.parse("-8/3").unit is None
    True
    """

    text: str
    value: float
    unit: float | None

    @classmethod
    def parse(cls, number: Any) -> "WrittenNumber":
        """Parse a number or a text; a float has the digits that Python prints.

        Raises `WorksheetError` for anything else.
        """
        if isinstance(number, WrittenNumber):
            return number
        if isinstance(number, str):
            return cls._parse_text(number)
        if isinstance(number, bool | np.bool_):
            raise WorksheetError(f"{number} is not a number")
        if isinstance(number, int | float | np.number | Fraction):
            return cls._parse_text(str(number))
        raise WorksheetError(f"expected a number or a list of numbers, not {_shorten(number)}")

    @classmethod
    def _parse_text(cls, text: str) -> "WrittenNumber":
        # Printed texts have a real minus sign, spaces and groups of digits.
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
                f"{_shorten(text)} is not a number; write for example -4, 0.610, 1.5e-3 or "
                f"4/9{hint}"
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
        """Whether it is written without a decimal point and is no fraction."""
        return self.text.lstrip("+-").isdecimal()

    @property
    def significant_digits(self) -> int:
        """The number of significant digits written."""
        mantissa = re.split("[eE/]", self.text)[0]
        return len(mantissa.replace(".", "").lstrip("+-0"))


@dataclass(frozen=True)
class ClaimedValue:
    """A claimed value: one number, or an array of numbers, row by row.

    >>> ClaimedValue.parse([["0.10", 2], [3, 4]])
    ClaimedValue(shape=(2, 2), text='[[0.10, 2], [3, 4]]')
    """

    shape: tuple[int, ...]
    entries: tuple[WrittenNumber, ...]
    text: str

    @classmethod
    def parse(cls, value: Any) -> "ClaimedValue":
        """Parse a number, a text, an array or a nested list of numbers and texts.

        Raises `WorksheetError` for anything else, for ragged lists, and beyond the limits.
        """
        if type(value) is Tensor:
            value = value.data
        if isinstance(value, np.ndarray):
            value = value.tolist()
        entries: list[WrittenNumber] = []
        shape = _collect(value, entries, 0)
        return cls(shape, tuple(entries), _format_entries(iter(entries), shape))

    @property
    def value(self) -> Any:
        """The number, or the array."""
        return np.array([entry.value for entry in self.entries]).reshape(self.shape)[()]

    def __repr__(self) -> str:
        return f"ClaimedValue(shape={self.shape}, text={self.text!r})"


def _collect(value: Any, entries: list[WrittenNumber], depth: int) -> tuple[int, ...]:
    """Append the numbers of a nested list to `entries`, and return its shape."""
    if not isinstance(value, list | tuple):
        if len(entries) >= MAX_ENTRIES:
            raise WorksheetError(f"a claimed array has at most {MAX_ENTRIES} entries")
        entries.append(WrittenNumber.parse(value))
        return ()
    if depth >= MAX_NESTING:
        raise WorksheetError(f"a claimed array has at most {MAX_NESTING} axes")
    if not value:
        raise WorksheetError("an empty list has no value")
    shapes = {_collect(part, entries, depth + 1) for part in value}
    if len(shapes) > 1:
        raise WorksheetError("the rows of a list have different lengths")
    return len(value), *shapes.pop()


def _format_entries(entries: Iterator[WrittenNumber], shape: tuple[int, ...]) -> str:
    if not shape:
        return next(entries).text
    return f"[{', '.join(_format_entries(entries, shape[1:]) for _ in range(shape[0]))}]"


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def format_number(value: Any, digits: int = 4, most: int = MAX_SHOWN) -> str:
    """Format a number or array with `digits` significant digits and no trailing zeros.

    For an array of more than `most` entries, the text gives the shape only.

    >>> format_number(-2 / 3), format_number(12345678.9), format_number(np.array([1.0, 0.25]))
    ('-0.6667', '1.235e+07', '[1, 0.25]')
    """
    if np.size(value) > most:
        return f"an array of shape {np.shape(value)}"
    if np.ndim(value):
        return f"[{', '.join(format_number(part, digits, most) for part in value)}]"
    number = float(value) + 0.0
    whole = f"{number:.0f}" if np.isfinite(number) and abs(number) < 1e7 else ""
    # All digits before the point are written.
    return f"{number:.{max(digits, len(whole.lstrip('-')))}g}"
