"""The cost of one step of an optimizer, next to plain NumPy expressions and to PyTorch.

    OMP_NUM_THREADS=1 python benchmarks/optimizers.py [--threads 2] [--quick] [--json PATH]

All take steps on the same numbers in turns within one process, under the same conditions: the
ratios hold on other machines too, the times do not. PyTorch runs its fused loop, where it has one,
and the one of several calls for all parameters ("foreach"); it is left out where it is not
installed.
"""

from functools import partial
from typing import Any

import numpy as np
import turns
from turns import Step
from workloads import ADAM, WORKLOADS, Shape, normals

import nn

Shapes = list[Shape]


def perceptron(workload: str) -> dict[str, Shapes]:
    """Return the shapes of the parameters of a workload, under a title."""
    work: Any = WORKLOADS[workload].computation
    return {f"perceptron {work.layers}": work.parameters()}


MILLION: Shapes = [(1_000_000,)]
SIZES: dict[str, Shapes] = {
    **perceptron("mlp_tiny"),
    "10,000": [(10_000,)],
    "100 arrays of 100": [(100,)] * 100,
    **perceptron("mlp_mnist"),
    "1,000,000": MILLION,
    "10,000,000": [(10_000_000,)],
}
FUSED = ("SGD", "Adam", "AdamW", "Adagrad")
SECONDS = 3.0
"""Time for a row of the table."""


def start(shapes: Shapes) -> tuple[list[Any], list[Any]]:
    """Return values and gradients, in float32."""
    drawn = normals(shapes * 2)
    return drawn[: len(shapes)], drawn[len(shapes) :]


def ours(name: str, shapes: Shapes, threads: int, *, in_place: bool = False) -> Step:
    """Build a step of chalkgrad; `in_place` with gradients where the optimizer wants them."""
    values, gradients = start(shapes)
    parameters = [nn.Parameter(value) for value in values]
    optimizer = getattr(nn, name)(parameters)
    optimizer.threads = threads
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
        if in_place:
            parameter.grad = optimizer.gradient_of(parameter)
            parameter.grad[...] = gradient
    step: Step = optimizer.step
    return step


def plain_adam(shapes: Shapes) -> Step:
    """Build a step of Adam in plain expressions."""
    values, gradients = start(shapes)
    m, v = [np.zeros_like(x) for x in values], [np.zeros_like(x) for x in values]
    beta1, beta2, t = ADAM.beta1, ADAM.beta2, 0

    def step() -> None:
        nonlocal t
        t += 1
        for i, g in enumerate(gradients):
            m[i] = beta1 * m[i] + (1 - beta1) * g
            v[i] = beta2 * v[i] + (1 - beta2) * g**2
            m_hat, v_hat = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
            values[i] = values[i] - ADAM.rate * m_hat / (np.sqrt(v_hat) + ADAM.eps)

    return step


def plain_sgd(shapes: Shapes) -> Step:
    """Build a step of gradient descent in plain expressions."""
    values, gradients = start(shapes)

    def step() -> None:
        for i, g in enumerate(gradients):
            values[i] = values[i] - ADAM.rate * g

    return step


def theirs(torch: Any, name: str, shapes: Shapes, threads: int, **options: Any) -> Step:
    """Build a step of PyTorch."""
    values, gradients = start(shapes)
    parameters = [torch.nn.Parameter(torch.from_numpy(value)) for value in values]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.from_numpy(gradient)
    step: Step = getattr(torch.optim, name)(parameters, **options).step
    # The number of threads holds for the whole process.
    return step if torch.get_num_threads() == threads else with_threads(torch, step, threads)


def with_threads(torch: Any, step: Step, threads: int) -> Step:
    """Return `step` run in a number of threads."""

    def run() -> None:
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        step()
        torch.set_num_threads(before)

    return run


def contestants(torch: Any, name: str, shapes: Shapes, threads: list[int]) -> dict[str, Step]:
    """Return a step of each library by the rule called `name`."""
    steps = {}
    plain = {"SGD": plain_sgd, "Adam": plain_adam}
    if name in plain:
        steps["NumPy"] = plain[name](shapes)
    for n in threads:
        mark = "" if n == 1 else f" x{n}"
        steps[f"ours{mark}"] = ours(name, shapes, n)
        steps[f"in place{mark}"] = ours(name, shapes, n, in_place=True)
        if torch and hasattr(torch.optim, name):
            if name in FUSED:
                steps[f"fused{mark}"] = theirs(torch, name, shapes, n, fused=True)
            steps[f"foreach{mark}"] = theirs(torch, name, shapes, n, foreach=True)
    return steps


def compare(threads: list[int], seconds: float) -> list[dict[str, Any]]:
    """Return rows: Adam for all sizes, and all optimizers for one."""
    torch = turns.torch_if_there()
    kinds = ("SGD", "AdamW", "NAdam", "Adagrad", "Adadelta", "RMSprop", "Lion")
    cases = [("Adam", size, shapes) for size, shapes in SIZES.items()]
    cases += [(kind, "1,000,000", MILLION) for kind in kinds]
    return [
        {
            "optimizer": name,
            "parameters": size,
            **turns.in_turns(contestants(torch, name, shapes, threads), seconds),
        }
        for name, size, shapes in cases
    ]


def show(rows: list[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    print("Microseconds for a step; gradients in separate arrays, or in place; x2: two threads\n")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    columns += ["ours / NumPy", "ours / fused"]
    print("  ".join(f"{column:>{width(column)}}" for column in columns))
    for row in rows:
        cells = []
        for column in columns:
            above, _, below = column.partition(" / ")
            value = row.get(column, "")
            if below in row:
                value = f"{row[above] / row[below]:.2f}"
            elif isinstance(value, float):
                value = f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
            cells.append(f"{value:>{width(column)}}")
        print("  ".join(cells))


def width(column: str) -> int:
    """Return the width of a column of the table."""
    return max(len(column), 25 if column == "parameters" else 7)


if __name__ == "__main__":
    parser = turns.arguments(__doc__.partition("\n")[0])
    parser.add_argument("--threads", type=int, default=1, help="compare with this number too")
    options = parser.parse_args()
    turns.run(partial(compare, sorted({1, options.threads})), show, SECONDS, options)
