"""JAX, every step compiled by `jit`; Adam is written out, as JAX itself brings none."""

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as np
from jax import lax
from peers import formulas, programs
from workloads import RATE, Inputs

VERSION = jax.__version__


def build(kind: str, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """A step of the workload."""
    return BUILDERS[kind](inputs)


def train(loss: Callable[[Inputs], Any], inputs: Inputs) -> Callable[[], float]:
    """A step of training."""
    tree_map = jax.tree_util.tree_map

    @jax.jit
    def update(params: Inputs, m: Inputs, v: Inputs, t: int) -> tuple[Any, ...]:
        value, gradients = jax.value_and_grad(loss)(params)
        m = tree_map(lambda m, g: 0.9 * m + 0.1 * g, m, gradients)
        v = tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradients)
        # In float32 the plain 1 - 0.999^t keeps only four digits.
        one, two = -np.expm1(t * math.log(0.9)), -np.expm1(t * math.log(0.999))
        params = tree_map(
            lambda p, m, v: p - RATE * (m / one) / (np.sqrt(v / two) + 1e-8), params, m, v
        )
        return value, params, m, v, t + 1

    params = tree_map(np.asarray, inputs["params"])
    zeros = tree_map(np.zeros_like, params)
    state = params, zeros, zeros, np.float32(1)

    def step() -> float:
        nonlocal state
        value, *state = update(*state)
        return float(value)

    return step


def mlp(inputs: Inputs) -> Callable[[], float]:
    """A multilayer perceptron."""
    x, y = np.asarray(inputs["x"]), jax.nn.one_hot(inputs["y"], 10)
    return train(
        lambda params: formulas.cross_entropy(np, formulas.perceptron(np, params, x), y), inputs
    )


def lenet(inputs: Inputs) -> Callable[[], float]:
    """LeNet."""
    x, y = np.asarray(inputs["x"]), jax.nn.one_hot(inputs["y"], 10)

    def layer(params: Inputs, name: str, x: Any, pad: int) -> Any:
        padding = [(pad, pad), (pad, pad)]
        z = lax.conv_general_dilated(x, params[f"{name}.weight"], (1, 1), padding)
        z = np.maximum(z + params[f"{name}.bias"][:, None, None], 0)
        return lax.reduce_window(z, -np.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    def loss(params: Inputs) -> Any:
        maps = layer(params, "3", layer(params, "0", x, 2), 0)
        z = formulas.perceptron(np, params, maps.reshape(len(x), -1), first=7)
        return formulas.cross_entropy(np, z, y)

    return train(loss, inputs)


def transformer(inputs: Inputs) -> Callable[[], float]:
    """A transformer layer."""
    bias = np.where(inputs["causal"], -np.inf, np.float32(0))

    def loss(params: Inputs) -> Any:
        error = formulas.transformer(np, params, inputs["x"], bias) - inputs["y"]
        return np.mean(error * error)

    return train(loss, inputs)


def chain(inputs: Inputs) -> Callable[[], Any]:
    """The chain and its gradients; its loop is `fori_loop`, since `jit` would unroll Python's."""
    jax.config.update("jax_enable_x64", True)

    @jax.jit
    def slopes(start: tuple[float, float, float]) -> tuple[Any, Any]:
        def value(start: Any) -> Any:
            x, a, b = start
            return lax.fori_loop(0, inputs["rounds"], lambda i, x: x * a + b, x)

        return jax.value_and_grad(value)(start)

    def step() -> list[float]:
        value, gradients = slopes(inputs["start"])
        return [float(value), *map(float, gradients)]

    return step


def hessian(inputs: Inputs) -> Callable[[], Any]:
    """The dense Hessian."""
    jax.config.update("jax_enable_x64", True)
    derivative, x = jax.jit(jax.hessian(programs.rosenbrock)), np.asarray(inputs["x"])
    return lambda: derivative(x).block_until_ready()


def hvp(inputs: Inputs) -> Callable[[], Any]:
    """The Hessian times a vector, forward over reverse."""
    jax.config.update("jax_enable_x64", True)
    slope = jax.grad(programs.rosenbrock)
    product = jax.jit(lambda x, v: jax.jvp(slope, (x,), (v,))[1])
    x, v = np.asarray(inputs["x"]), np.asarray(inputs["v"])
    return lambda: product(x, v).block_until_ready()


BUILDERS = {
    "mlp": mlp,
    "lenet": lenet,
    "transformer": transformer,
    "chain": chain,
    "hessian": hessian,
    "hvp": hvp,
}
