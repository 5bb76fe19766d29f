"""The networks as formulas, for libraries without layers of their own: `np` is their NumPy."""

from typing import Any

from peers.programs import linear_names
from workloads import HEADS, Inputs


def perceptron(np: Any, params: Inputs, x: Any, first: int = 0) -> Any:
    """Linear layers with ReLU between."""
    names = linear_names(params, first)
    for name in names:
        x = x @ params[f"{name}.weight"].T + params[f"{name}.bias"]
        if name != names[-1]:
            x = np.maximum(x, 0)
    return x


def cross_entropy(np: Any, z: Any, one_hot: Any) -> Any:
    """The mean of -log softmax(z)[label]."""
    z = z - np.max(z, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.sum(z * one_hot, axis=1))


def norm(np: Any, params: Inputs, name: str, x: Any) -> Any:
    """(x - mean) / sqrt(variance + 1e-5) w + b over the last axis."""
    x = x - np.mean(x, axis=-1, keepdims=True)
    x = x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + 1e-5)
    return x * params[f"{name}.weight"] + params[f"{name}.bias"]


def transformer(np: Any, params: Inputs, x: Any, bias: Any) -> Any:
    """A layer with the norms first; `bias` is added to scores, -inf where not to look."""
    batch, tokens, width = x.shape

    def linear(name: str, x: Any) -> Any:
        return np.matmul(x, params[f"{name}weight"].T) + params[f"{name}bias"]

    heads = linear("self_attn.in_proj_", norm(np, params, "norm1", x))
    heads = np.reshape(heads, (batch, tokens, 3, HEADS, width // HEADS))
    q, k, v = (np.transpose(heads[:, :, i], (0, 2, 1, 3)) for i in range(3))
    scores = np.matmul(q, np.transpose(k, (0, 1, 3, 2))) * (width // HEADS) ** -0.5 + bias
    p = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    p = p / np.sum(p, axis=-1, keepdims=True)
    attended = np.reshape(np.transpose(np.matmul(p, v), (0, 2, 1, 3)), (batch, tokens, width))
    x = x + linear("self_attn.out_proj.", attended)
    return x + linear("linear2.", np.maximum(linear("linear1.", norm(np, params, "norm2", x)), 0))
