"""The mistakes of learners, each declared once with its class, wrong rule and sentence."""

from autograd.marking.mistakes import (
    gradient_mistakes,  # noqa: F401, the import declares
    number_mistakes,  # noqa: F401, the import declares
    value_mistakes,  # noqa: F401, the import declares
)
from autograd.marking.mistakes.declare import NUMBERS, ORDER, SLOPES, TOTALS, UPDATES, VALUES

__all__ = ["NUMBERS", "ORDER", "SLOPES", "TOTALS", "UPDATES", "VALUES"]
