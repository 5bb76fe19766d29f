"""Explaining and drawing what was recorded: every step, its local derivatives and the picture."""

from autograd.explain import notebook as notebook  # attaches itself to Tensor
from autograd.explain.dot import draw, save
from autograd.explain.explanation import Explanation, explain

__all__ = ["Explanation", "draw", "explain", "save"]
