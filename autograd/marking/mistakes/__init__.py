"""The mistakes that learners make, each declared once: its class, what it does, its sentence."""

from autograd.marking.mistakes import gradient_mistakes, numbers, values  # noqa: F401, they declare
from autograd.marking.mistakes.declare import NUMBERS, ORDER, SLOPES, TOTALS, UPDATES, VALUES

__all__ = ["NUMBERS", "ORDER", "SLOPES", "TOTALS", "UPDATES", "VALUES"]
