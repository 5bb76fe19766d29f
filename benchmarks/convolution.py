"""The cost of convolution and pooling, layer by layer, next to PyTorch.

    OMP_NUM_THREADS=1 python benchmarks/convolution.py [--quick] [--json PATH]

All run on the same numbers in turns within one process, under the same conditions: the ratios hold
on other machines too, the times do not. PyTorch runs in one thread, and is left out where it is not
installed. Inputs lie in memory in the order in which a layer before would return them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import turns
from workloads import WORKLOADS, Shape, normals

from autograd import Tensor
from nn import functional

SECONDS = 1.0
"""Time for a row of the table."""


@dataclass(frozen=True)
class Layer:
    """A function of both libraries, the shapes of its input and its weight, and its settings."""

    function: str
    x: Shape
    weight: Shape = ()
    """Empty for pooling, which has none."""
    settings: dict[str, int] = field(default_factory=dict)

    def operands(self) -> list[Any]:
        """Return the input and, if there is one, the weight."""
        return normals(shape for shape in (self.x, self.weight) if shape)


def lenet() -> dict[str, Layer]:
    """Return the convolutions of the workload `lenet`."""
    work: Any = WORKLOADS["lenet"].computation
    return {
        f"LeNet, {which}": Layer(
            "conv2d",
            (work.batch, c.channels_in, c.side, c.side),
            work.weights()[c.name],
            {"padding": c.padding},
        )
        for which, c in zip(("first", "second"), work.convolutions, strict=True)
    }


LAYERS: dict[str, Layer] = {
    **lenet(),
    "3 to 32 channels": Layer("conv2d", (32, 3, 32, 32), (32, 3, 3, 3), {"padding": 1}),
    "32 to 64 channels": Layer("conv2d", (32, 32, 32, 32), (64, 32, 3, 3), {"padding": 1}),
    "64 to 128 channels": Layer("conv2d", (16, 64, 16, 16), (128, 64, 3, 3), {"padding": 1}),
    "stride 2": Layer("conv2d", (32, 32, 32, 32), (64, 32, 3, 3), {"padding": 1, "stride": 2}),
    "1x1": Layer("conv2d", (32, 64, 16, 16), (128, 64, 1, 1), {}),
    "dilation 2": Layer("conv2d", (8, 16, 32, 32), (32, 16, 3, 3), {"padding": 2, "dilation": 2}),
    "4 groups": Layer("conv2d", (16, 32, 16, 16), (64, 8, 3, 3), {"padding": 1, "groups": 4}),
    "depthwise": Layer("conv2d", (16, 64, 16, 16), (64, 1, 3, 3), {"padding": 1, "groups": 64}),
    "one image": Layer("conv2d", (1, 16, 64, 64), (32, 16, 3, 3), {"padding": 1}),
    "7x7, stride 2": Layer("conv2d", (8, 3, 64, 64), (64, 3, 7, 7), {"padding": 3, "stride": 2}),
    "sequences": Layer("conv1d", (32, 32, 256), (64, 32, 5), {"padding": 2}),
    "transposed, stride 2": Layer(
        "conv_transpose2d", (16, 32, 16, 16), (32, 16, 4, 4), {"padding": 1, "stride": 2},
    ),
    "maximum of 2x2": Layer("max_pool2d", (64, 16, 28, 28), (), {"kernel_size": 2}),
    "maximum of 3x3, stride 2": Layer(
        "max_pool2d", (16, 32, 32, 32), (), {"kernel_size": 3, "stride": 2, "padding": 1},
    ),
    "mean of 2x2": Layer("avg_pool2d", (64, 16, 28, 28), (), {"kernel_size": 2}),
}  # fmt: skip


def ours(layer: Layer, backward: bool) -> Callable[[], Any]:
    """Build a run of chalkgrad."""
    settings = layer.settings
    x, *weight = layer.operands()
    x = np.moveaxis(np.moveaxis(x, 0, -1).copy(), -1, 0)
    function = getattr(functional, layer.function)
    if not backward:
        return lambda: function(x, *weight, **settings)
    g = np.ones_like(function(x, *weight, **settings))

    def step() -> None:
        leaves = [Tensor(value, requires_grad=True) for value in (x, *weight)]
        function(*leaves, **settings).backward(g)

    return step


def theirs(torch: Any, layer: Layer, backward: bool) -> Callable[[], Any]:
    """Build a run of PyTorch."""
    settings = layer.settings
    function = getattr(torch.nn.functional, layer.function)
    values = [torch.from_numpy(value) for value in layer.operands()]
    if not backward:
        return lambda: function(*values, **settings)
    g = torch.ones_like(function(*values, **settings))

    def step() -> None:
        leaves = [value.detach().requires_grad_() for value in values]
        function(*leaves, **settings).backward(g)

    return step


def compare(seconds: float) -> list[dict[str, Any]]:
    """Return two rows for each layer."""
    torch = turns.torch_if_there()
    rows = []
    for title, layer in LAYERS.items():
        for backward in (False, True):
            steps = {"chalkgrad": ours(layer, backward)}
            if torch:
                steps["PyTorch"] = theirs(torch, layer, backward)
            what = "forward and backward" if backward else "forward"
            rows.append({"layer": title, "what": what, **turns.in_turns(steps, seconds)})
    return rows


def show(rows: list[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    print("Microseconds:\n")
    print(f"{'layer':24}  {'':20}  {'chalkgrad':>9}  {'PyTorch':>9}  ratio")
    for row in rows:
        line = f"{row['layer']:24}  {row['what']:20}  {row['chalkgrad']:9,.0f}"
        if "PyTorch" in row:
            line += f"  {row['PyTorch']:9,.0f}  {row['chalkgrad'] / row['PyTorch']:5.2f}"
        print(line)


if __name__ == "__main__":
    turns.run(compare, show, SECONDS, turns.arguments(__doc__.partition("\n")[0]).parse_args())
