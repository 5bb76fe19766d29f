"""The mistakes that learners make, each declared once: its class, what it does, its sentence."""

from autograd.verify.mistakes import gradients, numbers, values  # noqa: F401, they declare
from autograd.verify.mistakes.declare import NUMBERS, ORDER, SLOPES, TOTALS, UPDATES, VALUES

__all__ = ["NUMBERS", "ORDER", "SLOPES", "TOTALS", "UPDATES", "VALUES"]
