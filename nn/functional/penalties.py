"""Penalties on the size of parameters, which hold a network back from fitting noise.

In a loop of one's own, `loss + 1e-3 * l2_penalty(model.parameters())`; in `fit`,
`penalty=lambda model: 1e-3 * l2_penalty(model.parameters())`. To leave biases alone, pass a list of
the weights only.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Tensor


def l1_penalty(parameters: Tensor | Iterable[Tensor]) -> Any:
    """`sum |w|` over all entries of all parameters; it drives small ones to 0 exactly.

    Raises `ValueError` where there are none.

    >>> l1_penalty([Tensor([1.0, -2.0]), Tensor(3.0)])
    Tensor(6.0)
    """
    return _summed("l1_penalty", np.abs, parameters)


def l2_penalty(parameters: Tensor | Iterable[Tensor]) -> Any:
    """`sum w^2` over all entries of all parameters: the square of their norm.

    Slope: `2 w`, so that an optimizer's `weight_decay=d` is the same as `d / 2` times this in plain
    gradient descent. Raises `ValueError` where there are no parameters.

    >>> l2_penalty([Tensor([1.0, -2.0]), Tensor(3.0)])
    Tensor(14.0)
    """
    return _summed("l2_penalty", np.square, parameters)


def _summed(name: str, size: Callable[[Any], Any], parameters: Tensor | Iterable[Tensor]) -> Any:
    each = [parameters] if type(parameters) is Tensor else list(parameters)
    if not each:
        raise ValueError(
            f"{name} got no parameters; model.parameters() can be walked over once, so call it "
            "anew each time"
        )
    total = np.sum(size(each[0]))
    for parameter in each[1:]:
        total = total + np.sum(size(parameter))
    return total
