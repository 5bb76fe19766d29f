"""The residual block."""

from typing import Any

import numpy as np

from autograd import ShapeError
from nn.layers.containers import Sequential


class Residual(Sequential):
    """The input plus what a branch of layers makes of it, `y = x + branch(x)`.

    With two matrix multiplications MM and an activation s as branch, as blocks of residual
    networks have them, `y = x + s(MM(s(MM(x))))`. The slope of y has a 1 in it whatever the branch
    does, so that gradients reach the layers below undiminished. Names in the state dict are those
    of the `Sequential` that the branch is. Source: He et al., Deep residual learning (2015).

    Shapes: what the branch gives has the shape of x; `ShapeError` otherwise.

    >>> from nn import Lambda
    >>> Residual(Lambda(np.square))(np.array([2.0, 3.0]))
    array([ 6., 12.])
    """

    def forward(self, input: Any) -> Any:
        output = super().forward(input)
        if np.shape(output) != np.shape(input):
            raise ShapeError(
                f"Residual adds its input to what its layers make of it: they must keep the shape "
                f"{np.shape(input)}, but gave {np.shape(output)}"
            )
        return input + output
