"""A user's operation that bears the name of a built-in one is not taken for it."""

import numpy as np
import pytest

from autograd import Tensor, primitive
from autograd.marking.kinks import find_kinks
from autograd.marking.mistakes import SLOPES, VALUES
from autograd.ops import REGISTRY

ELEMENTWISE = (
    *("relu", "leaky_relu", "elu", "absolute", "sigmoid", "tanh", "softplus", "gelu"),
    *("exp", "log", "log2", "log10", "sqrt", "sin", "cos", "tan"),
    *("softmax", "log_softmax", "logsumexp", "sum", "mean", "max", "min", "norm", "transpose"),
)
OF_TWO = ("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "matmul")


def declare(name, arity):
    """Declare an operation of the user's that triples its first operand, with some other name."""
    rules = [lambda g, y, *xs, k=k: 3.0 * g * (k == 0) for k in range(arity)]

    def triple(x, *others):
        return 3.0 * np.asarray(x)

    if arity == 2:

        def triple(x, other):
            return 3.0 * np.asarray(x)

    return primitive(triple, vjp=tuple(rules), name=name)
