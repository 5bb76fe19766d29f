"""The networks as formulas, for libraries without layers; `xp` is their namespace of arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np
from workloads import Inputs, Network, Transformer


def perceptron(xp: Any, work: Network, params: Inputs, x: Any) -> Any:
    """Return x after linear layers with ReLU between."""
    names = work.linear_names
    for name in names:
        x = x @ params[f"{name}.weight"].T + params[f"{name}.bias"]
        if name != names[-1]:
            x = xp.maximum(x, 0)
    return x


def one_hot(work: Network, labels: Any) -> Any:
    """Return a row of zeros with a 1 for each label."""
    return np.eye(work.sizes[-1], dtype=work.dtype)[labels]


def cross_entropy(xp: Any, z: Any, one_hot: Any) -> Any:
    """Return the mean of -log softmax(z)[label]."""
    z = z - xp.max(z, axis=1, keepdims=True)
    return xp.mean(xp.log(xp.sum(xp.exp(z), axis=1)) - xp.sum(z * one_hot, axis=1))


def norm(xp: Any, params: Inputs, name: str, x: Any) -> Any:
    """Return (x - mean) / sqrt(variance + 1e-5) w + b over the last axis."""
    x = x - xp.mean(x, axis=-1, keepdims=True)
    x = x / xp.sqrt(xp.mean(x * x, axis=-1, keepdims=True) + 1e-5)
    return x * params[f"{name}.weight"] + params[f"{name}.bias"]


def transformer(xp: Any, work: Transformer, params: Inputs, x: Any, bias: Any) -> Any:
    """Return x after a layer with the norms first; the scores get `bias`, -inf where masked."""
    batch, tokens, width = x.shape
    heads = work.heads

    def linear(name: str, x: Any) -> Any:
        return xp.matmul(x, params[f"{name}weight"].T) + params[f"{name}bias"]

    projected = linear("self_attn.in_proj_", norm(xp, params, "norm1", x))
    projected = xp.reshape(projected, (batch, tokens, 3, heads, width // heads))
    q, k, v = (xp.transpose(projected[:, :, i], (0, 2, 1, 3)) for i in range(3))
    scores = xp.matmul(q, xp.transpose(k, (0, 1, 3, 2))) * (width // heads) ** -0.5 + bias
    p = xp.exp(scores - xp.max(scores, axis=-1, keepdims=True))
    p = p / xp.sum(p, axis=-1, keepdims=True)
    attended = xp.reshape(xp.transpose(xp.matmul(p, v), (0, 2, 1, 3)), (batch, tokens, width))
    x = x + linear("self_attn.out_proj.", attended)
    return x + linear("linear2.", xp.maximum(linear("linear1.", norm(xp, params, "norm2", x)), 0))


def build_loss(
    xp: Any,
    work: Any,
    inputs: Inputs,
    convolve: Callable[..., Any],
    cross_entropy: Callable[[Any, Any], Any],
    masked: float = -np.inf,
) -> Callable[[Inputs], Any]:
    """Return the loss of a network as a function of its parameters.

    `convolve(convolution, params, x)` is a convolution with ReLU and pooling; `masked` is added to
    the scores of later tokens.
    """
    x, y = inputs["x"], inputs["y"]
    if work.kind == "transformer":
        bias = np.where(inputs["causal"], np.float32(masked), np.float32(0))

        def squared_error(params: Inputs) -> Any:
            error = transformer(xp, work, params, x, bias) - y
            return xp.mean(error * error)

        return squared_error

    def loss(params: Inputs) -> Any:
        maps = x
        for convolution in work.convolutions:
            maps = convolve(convolution, params, maps)
        return cross_entropy(perceptron(xp, work, params, maps.reshape(len(x), -1)), y)

    return loss
