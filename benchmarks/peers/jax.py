"""JAX, every step compiled by `jit`; Adam is written out, as JAX itself brings none."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as np
from jax import lax
from peers import formulas, programs
from workloads import ADAM, NETWORKS, Chain, Convolution, Inputs

VERSION = jax.__version__


def build(work: Any, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """Build a step of the workload."""
    return BUILDERS[work.kind](work, inputs)


def train(work: Any, inputs: Inputs) -> Callable[[], float]:
    """Build a step of training."""
    tree_map = jax.tree_util.tree_map
    y = formulas.one_hot(work, inputs["y"]) if work.sizes else inputs["y"]
    data = {**inputs, "x": np.asarray(inputs["x"]), "y": np.asarray(y)}
    loss = formulas.build_loss(np, work, data, convolution, partial(formulas.cross_entropy, np))
    beta1, beta2 = ADAM.beta1, ADAM.beta2

    @jax.jit
    def update(params: Inputs, m: Inputs, v: Inputs, t: int) -> tuple[Any, ...]:
        value, gradients = jax.value_and_grad(loss)(params)
        m = tree_map(lambda m, g: beta1 * m + (1 - beta1) * g, m, gradients)
        v = tree_map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, gradients)
        # In float32 the plain 1 - beta2^t keeps only four digits.
        one, two = -np.expm1(t * math.log(beta1)), -np.expm1(t * math.log(beta2))
        params = tree_map(
            lambda p, m, v: p - ADAM.rate * (m / one) / (np.sqrt(v / two) + ADAM.eps), params, m, v
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


def convolution(convolution: Convolution, params: Inputs, x: Any) -> Any:
    """Return a layer of LeNet."""
    W, b = params[f"{convolution.name}.weight"], params[f"{convolution.name}.bias"]
    padding = [(convolution.padding, convolution.padding)] * 2
    z = np.maximum(lax.conv_general_dilated(x, W, (1, 1), padding) + b[:, None, None], 0)
    return lax.reduce_window(z, -np.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")


def chain(work: Chain, inputs: Inputs) -> Callable[[], Any]:
    """Build the chain and its gradients by `fori_loop`, since `jit` would unroll Python's loop."""
    jax.config.update("jax_enable_x64", True)

    @jax.jit
    def slopes(start: tuple[float, float, float]) -> tuple[Any, Any]:
        def value(start: Any) -> Any:
            x, a, b = start
            return lax.fori_loop(0, work.rounds, lambda i, x: x * a + b, x)

        return jax.value_and_grad(value)(start)

    def step() -> list[float]:
        value, gradients = slopes(inputs["start"])
        return [float(value), *map(float, gradients)]

    return step


def hessian(work: Any, inputs: Inputs) -> Callable[[], Any]:
    """Build the dense Hessian."""
    jax.config.update("jax_enable_x64", True)
    derivative, x = jax.jit(jax.hessian(programs.rosenbrock)), np.asarray(inputs["x"])
    return lambda: derivative(x).block_until_ready()


def hvp(work: Any, inputs: Inputs) -> Callable[[], Any]:
    """Build the Hessian times a vector, forward over reverse."""
    jax.config.update("jax_enable_x64", True)
    slope = jax.grad(programs.rosenbrock)
    product = jax.jit(lambda x, v: jax.jvp(slope, (x,), (v,))[1])
    x, v = np.asarray(inputs["x"]), np.asarray(inputs["v"])
    return lambda: product(x, v).block_until_ready()


BUILDERS = {
    **dict.fromkeys(NETWORKS, train),
    "chain": chain,
    "hessian": hessian,
    "hvp": hvp,
}
