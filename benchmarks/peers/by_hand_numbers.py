"""The limit on single numbers, where plain Python beats NumPy; and Rosenbrock's derivatives."""

from collections.abc import Callable
from typing import Any

import numpy as np
from workloads import Chain, Hessian, Inputs, ScalarPerceptron


def scalar_mlp(work: ScalarPerceptron, inputs: Inputs) -> Callable[[], float]:
    """Build a step of the perceptron of scalars; a unit is a list: its weights, then its bias."""
    layers, samples = inputs["layers"], work.samples
    regularization, rate = work.regularization, work.rate

    def step() -> float:
        gradients = [[[0.0] * len(unit) for unit in layer] for layer in layers]
        loss = 0.0
        for point, label in zip(inputs["x"], inputs["y"], strict=True):
            values = [point]
            for layer in layers:
                a = values[-1]
                z = [sum(map(float.__mul__, unit, a), unit[-1]) for unit in layer]
                values.append([max(s, 0.0) for s in z] if layer is not layers[-1] else z)
            margin = 1 - label * values[-1][0]
            if margin <= 0:
                continue
            loss += margin / samples
            g = [-label / samples]
            for n in reversed(range(len(layers))):
                a = values[n]
                for gradient, slope in zip(gradients[n], g, strict=True):
                    if slope:
                        for i, value in enumerate(a):
                            gradient[i] += slope * value
                        gradient[-1] += slope
                if n:
                    columns = zip(*layers[n], strict=True)
                    g = [
                        sum(map(float.__mul__, column, g)) if value > 0 else 0.0
                        for column, value in zip(columns, a, strict=False)
                    ]
        for layer, rows in zip(layers, gradients, strict=True):
            for unit, gradient in zip(layer, rows, strict=True):
                loss += regularization * sum(map(float.__mul__, unit, unit))
                for i, slope in enumerate(gradient):
                    unit[i] -= rate * (slope + 2 * regularization * unit[i])
        return loss

    return step


def chain(work: Chain, inputs: Inputs) -> Callable[[], list[float]]:
    """Build the chain with the gradients of its start."""
    start, a, b = inputs["start"]

    def step() -> list[float]:
        values = [x := start]
        for _ in range(work.rounds):
            values.append(x := x * a + b)
        result = values.pop()
        da = db = 0.0
        g = 1.0
        for value in reversed(values):
            da += g * value
            db += g
            g *= a
        return [result, g, da, db]

    return step


def hessian(work: Hessian, inputs: Inputs) -> Callable[[], Any]:
    """Build the Hessian of f = sum 100 (x_(i+1) - x_i^2)^2 + (1 - x_i)^2."""
    x = inputs["x"]

    def step() -> Any:
        H = np.zeros((x.size, x.size))
        i = np.arange(x.size - 1)
        H[i, i] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
        H[i + 1, i + 1] += 200
        H[i, i + 1] = H[i + 1, i] = -400 * x[:-1]
        return H

    return step


def hvp(work: Hessian, inputs: Inputs) -> Callable[[], Any]:
    """Build the same Hessian times v."""
    x, v = inputs["x"], inputs["v"]

    def step() -> Any:
        off = -400 * x[:-1]
        result = np.zeros_like(x)
        result[:-1] = (1200 * x[:-1] ** 2 - 400 * x[1:] + 2) * v[:-1] + off * v[1:]
        result[1:] += 200 * v[1:] + off * v[:-1]
        return result

    return step
