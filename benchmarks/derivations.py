"""Exercises worked out by hand, with the slips that a learner may make on the way.

Each derivation is plain Python and NumPy, written from the closed forms; `s(right, kind=wrong)`
returns the right number, or one of the wrong ones in the run in which that slip is made. Later
numbers are computed from a wrong one, as on paper. The words for kinds are those of the diagnosis;
nothing else is shared with it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Rng = np.random.Generator
Claims = dict[str, Any]


@dataclass(frozen=True)
class Derivation:
    """A program, the draw of its inputs, and the way by hand."""

    name: str
    program: str
    inputs: Callable[[Rng], dict[str, Any]]
    by_hand: Callable[..., Claims]
    update: dict[str, Any] | None = None
    """With a step of gradient descent, claims about values after it end in " after"."""


DERIVATIONS: list[Derivation] = []


def derivation(
    program: str, inputs: Callable[[Rng], dict[str, Any]], update: dict[str, Any] | None = None
) -> Callable[[Callable[..., Claims]], None]:
    """Enter a derivation of `program`."""

    def enter(by_hand: Callable[..., Claims]) -> None:
        name = by_hand.__name__.lstrip("_")
        DERIVATIONS.append(Derivation(name, program, inputs, by_hand, update))

    return enter


def number(rng: Rng, low: float = 0.3, high: float = 3.0) -> float:
    """Return a number off zero, with one decimal or two."""
    return float(np.round(rng.uniform(low, high) * rng.choice([-1, 1]), int(rng.integers(1, 3))))


def positive(rng: Rng, low: float = 0.3, high: float = 3.0) -> float:
    """Return a number above zero, with one decimal or two."""
    return abs(number(rng, low, high))


def array(rng: Rng, *shape: int, high: float = 2.0) -> Any:
    """Return numbers off zero."""
    return np.round(rng.uniform(0.3, high, shape) * rng.choice([-1, 1], shape), 1)


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


def softmax(z: Any) -> Any:
    """Return exponentials over their sum, for each row."""
    e = np.exp(z)
    return e / np.sum(e, axis=-1, keepdims=True)


def of(**draws: Callable[[Rng], Any]) -> Callable[[Rng], dict[str, Any]]:
    """Return a draw of inputs, one by one."""
    return lambda rng: {name: draw(rng) for name, draw in draws.items()}


def vector(n: int) -> Callable[[Rng], Any]:
    """Return a draw of `n` numbers."""
    return lambda rng: array(rng, n)


def matrix(n: int, m: int) -> Callable[[Rng], Any]:
    """Return a draw of a matrix."""
    return lambda rng: array(rng, n, m)


def one_hot(n: int) -> Callable[[Rng], Any]:
    """Return a draw of one class."""
    return lambda rng: np.eye(n)[rng.integers(n)]


LN10, LN2 = math.log(10), math.log(2)
