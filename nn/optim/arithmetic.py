"""Arithmetic in place that several update rules share."""

from numpy import multiply

from nn.optim.blocks import Array, State


def running_mean(mean: Array, x: Array, beta: Array, rest: Array, a: Array) -> None:
    """`mean = beta mean + rest x` with rest = 1 - beta; `a` is scratch space, and may be `x`."""
    mean *= beta
    mean += multiply(x, rest, a)


def decay_of_sum(state: State, name: str, beta: float) -> float:
    """Return the k of a sum `S = k S + x` of which `(1 - beta) S` is the running mean.

    A sum takes one pass over the entries less than `m = beta m + (1 - beta) x`. `state[name]` has
    the beta of the last step; where it was another, k is not `beta` but makes up for it.
    """
    before: float = state[name]
    state[name] = beta
    return beta * ((1 - before) / (1 - beta))
