"""The limit of networks: forward and backward written in NumPy for each one."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from peers.adam import Adam
from workloads import Convolution as Sizes
from workloads import Inputs, LeNet, Network, Perceptron, Transformer

CORNERS = [(slice(None), slice(i, None, 2), slice(j, None, 2)) for i in (0, 1) for j in (0, 1)]
"""The entries of the 2x2 windows of pooling."""


def flatten(params: dict[str, Any]) -> tuple[Any, Any, dict[str, Any], dict[str, Any]]:
    """Return parameters and gradients as two vectors, and as dicts of views into them."""
    ends = np.cumsum([p.size for p in params.values()])[:-1]

    def views(vector: Any) -> dict[str, Any]:
        parts = np.split(vector, ends)
        return {
            name: part.reshape(p.shape)
            for (name, p), part in zip(params.items(), parts, strict=True)
        }

    theta = np.concatenate([p.ravel() for p in params.values()])
    gradient = np.zeros_like(theta)
    return theta, gradient, views(theta), views(gradient)


class Dense:
    """x W^T + b, and the gradients of W and b."""

    def __init__(self, params: Inputs, gradients: Inputs, name: str, relu: bool = False) -> None:
        self.W, self.b = params[f"{name}.weight"], params[f"{name}.bias"]
        self.dW, self.db = gradients[f"{name}.weight"], gradients[f"{name}.bias"]
        self.relu = relu

    def forward(self, x: Any) -> Any:
        """Return the values, of shape (rows, fan out)."""
        self.x = x
        self.y = x @ self.W.T
        self.y += self.b
        if self.relu:
            np.maximum(self.y, 0, out=self.y)
        return self.y

    def backward(self, g: Any, first: bool = False) -> Any:
        """Return the gradient of x; of the first layer, whose x is data, nothing."""
        if self.relu:
            g *= self.y > 0
        np.matmul(g.T, self.x, out=self.dW)
        np.sum(g, axis=0, out=self.db)
        return None if first else g @ self.W


def cross_entropy(z: Any, labels: Any) -> tuple[float, Any]:
    """Return the mean of -log softmax(z)[label] and its gradient, which is written into z."""
    rows = np.arange(len(z))
    z -= z.max(axis=1, keepdims=True)
    chosen = z[rows, labels]
    np.exp(z, out=z)
    total = z.sum(axis=1)
    loss = float(np.mean(np.log(total) - chosen))
    z /= total[:, None]
    z[rows, labels] -= 1
    z /= len(z)
    return loss, z


def dense_layers(work: Network, params: Inputs, gradients: Inputs) -> list[Dense]:
    """Return the linear layers: all but the last have a ReLU."""
    names = work.linear_names
    return [Dense(params, gradients, name, relu=name != names[-1]) for name in names]


def mlp(work: Perceptron, inputs: Inputs) -> Callable[[], float]:
    """Build a step of a multilayer perceptron."""
    theta, gradient, params, gradients = flatten(inputs["params"])
    layers = dense_layers(work, params, gradients)
    optimizer = Adam([theta])

    def step() -> float:
        a = inputs["x"]
        for layer in layers:
            a = layer.forward(a)
        loss, g = cross_entropy(a, inputs["y"])
        for layer in reversed(layers):
            g = layer.backward(g, first=layer is layers[0])
        optimizer.step([gradient])
        return loss

    return step


class Convolution:
    """Convolution, ReLU, and the largest of 2x2: products with the columns that windows see.

    Images lie as (channels, height, width, batch), so that every copy runs along memory; columns
    are made for a few rows at a time, so that they stay in the cache.
    """

    def __init__(self, params: Inputs, gradients: Inputs, sizes: Sizes) -> None:
        W = params[f"{sizes.name}.weight"]
        self.pad, self.kernel = sizes.padding, sizes.kernel
        self.W, self.b = W.reshape(len(W), -1), params[f"{sizes.name}.bias"]
        self.dW = gradients[f"{sizes.name}.weight"].reshape(self.W.shape)
        self.db = gradients[f"{sizes.name}.bias"]

    def rows(self) -> Iterator[tuple[slice, Any]]:
        """Yield rows of the result two at a time, with the columns they are made of."""
        for i in range(0, self.windows.shape[3], 2):
            rows = slice(i, i + 2)
            yield rows, self.windows[:, :, :, rows].reshape(self.W.shape[1], -1)

    def forward(self, x: Any) -> Any:
        """Return the pooled maps."""
        p = self.pad
        if p:
            x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
        self.x_shape = x.shape
        windows = np.lib.stride_tricks.sliding_window_view(x, (self.kernel,) * 2, axis=(1, 2))
        self.windows = windows.transpose(0, 4, 5, 1, 2, 3)
        self.z = np.empty((len(self.W), *self.windows.shape[3:]), x.dtype)
        for rows, columns in self.rows():
            part = self.z[:, rows]
            part[:] = (self.W @ columns).reshape(part.shape)
        a, b, c, d = (self.z[where] for where in CORNERS)
        self.largest = np.maximum(np.maximum(a, b), np.maximum(c, d))
        # The largest of sums with b is the sum of the largest with b; so for ReLU.
        self.y = self.largest + self.b[:, None, None, None]
        np.maximum(self.y, 0, out=self.y)
        return self.y

    def backward(self, g: Any, first: bool = False) -> Any:
        """Return the gradient of x; of the first layer, whose x is data, nothing."""
        g = g * (self.y > 0)
        np.sum(g, axis=(1, 2, 3), out=self.db)
        for where in CORNERS:
            corner = self.z[where]
            np.multiply(g, corner == self.largest, out=corner)
        self.dW[:] = 0
        dx = None if first else np.zeros(self.x_shape, g.dtype)
        for rows, columns in self.rows():
            part = self.z[:, rows].reshape(len(self.W), -1)
            self.dW += part @ columns.T
            if dx is not None:
                self.add_up(dx, rows, self.W.T @ part)
        return dx

    def add_up(self, dx: Any, rows: slice, columns: Any) -> None:
        """Add the gradients of the windows at some rows to the gradient of x."""
        height, width = 2, self.windows.shape[4]
        columns = columns.reshape(len(dx), self.kernel, self.kernel, height, width, -1)
        for i in range(self.kernel):
            for j in range(self.kernel):
                top = rows.start + i
                dx[:, top : top + height, j : j + width] += columns[:, i, j]


def lenet(work: LeNet, inputs: Inputs) -> Callable[[], float]:
    """Build a step of LeNet."""
    theta, gradient, params, gradients = flatten(inputs["params"])
    images = np.ascontiguousarray(inputs["x"].transpose(1, 2, 3, 0))
    first, second = (Convolution(params, gradients, sizes) for sizes in work.convolutions)
    layers = dense_layers(work, params, gradients)
    optimizer = Adam([theta])

    def step() -> float:
        maps = second.forward(first.forward(images))
        a = maps.reshape(-1, maps.shape[3]).T
        for layer in layers:
            a = layer.forward(a)
        loss, g = cross_entropy(a, inputs["y"])
        for layer in reversed(layers):
            g = layer.backward(g)
        first.backward(second.backward(g.T.reshape(maps.shape)), first=True)
        optimizer.step([gradient])
        return loss

    return step


class Norm:
    """(x - mean) / sqrt(variance + 1e-5) w + b over the last axis."""

    def __init__(self, params: Inputs, gradients: Inputs, name: str) -> None:
        self.w, self.b = params[f"{name}.weight"], params[f"{name}.bias"]
        self.dw, self.db = gradients[f"{name}.weight"], gradients[f"{name}.bias"]

    def forward(self, x: Any) -> Any:
        """Return the values, of the shape of x."""
        centred = x - x.mean(axis=1, keepdims=True)
        self.scale = 1 / np.sqrt(np.mean(centred * centred, axis=1, keepdims=True) + 1e-5)
        self.normal = np.multiply(centred, self.scale, out=centred)
        return self.normal * self.w + self.b

    def backward(self, g: Any) -> Any:
        """Return the gradient of x."""
        np.sum(g, axis=0, out=self.db)
        np.sum(g * self.normal, axis=0, out=self.dw)
        g = g * self.w
        mean = np.mean(g * self.normal, axis=1, keepdims=True)
        g -= g.mean(axis=1, keepdims=True)
        g -= self.normal * mean
        g *= self.scale
        return g


def transformer(work: Transformer, inputs: Inputs) -> Callable[[], float]:
    """Build a step of a transformer layer."""
    theta, gradient, params, gradients = flatten(inputs["params"])
    for names in (params, gradients):
        for kind in ("weight", "bias"):
            names[f"in.{kind}"] = names.pop(f"self_attn.in_proj_{kind}")
    norm1, norm2 = (Norm(params, gradients, name) for name in ("norm1", "norm2"))
    projection = Dense(params, gradients, "in")
    out = Dense(params, gradients, "self_attn.out_proj")
    linear1, linear2 = (
        Dense(params, gradients, name, relu=name == "linear1") for name in ("linear1", "linear2")
    )
    batch, tokens, width, n = work.batch, work.tokens, work.width, work.heads
    x, target = (inputs[name].reshape(-1, width) for name in "xy")
    bias = np.where(inputs["causal"], np.float32(-np.inf), np.float32(0))
    rate = 1 / math.sqrt(width // n)
    optimizer = Adam([theta])

    def step() -> float:
        heads = projection.forward(norm1.forward(x))
        # (q, k or v; batch, head, token, feature)
        q, k, v = heads.reshape(batch, tokens, 3, n, -1).transpose(2, 0, 3, 1, 4)
        p = q @ k.swapaxes(2, 3)
        p *= rate
        p += bias
        p -= p.max(axis=3, keepdims=True)
        np.exp(p, out=p)
        p /= p.sum(axis=3, keepdims=True)
        attended = (p @ v).transpose(0, 2, 1, 3).reshape(-1, width)
        h = x + out.forward(attended)
        error = h + linear2.forward(linear1.forward(norm2.forward(h)))
        error -= target
        flat = error.reshape(-1)
        loss = float(flat @ flat) / error.size
        error *= 2 / error.size

        dh = error + norm2.backward(linear1.backward(linear2.backward(error)))
        g = out.backward(dh).reshape(batch, tokens, n, -1).transpose(0, 2, 1, 3)
        d_heads = np.empty((batch, tokens, 3, n, width // n), np.float32)
        dq, dk, dv = d_heads.transpose(2, 0, 3, 1, 4)
        dv[:] = p.swapaxes(2, 3) @ g
        dp = g @ v.swapaxes(2, 3)
        dp -= np.sum(dp * p, axis=3, keepdims=True)
        dp *= p
        dp *= rate
        dq[:] = dp @ k
        dk[:] = dp.swapaxes(2, 3) @ q
        # x is data: only the gradient through the attention is needed, not the one around it.
        norm1.backward(projection.backward(d_heads.reshape(-1, 3 * width)))
        optimizer.step([gradient])
        return loss

    return step
