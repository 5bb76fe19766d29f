"""MyGrad, with Adam in NumPy, since it brings no optimizer."""

from collections.abc import Callable
from typing import Any

import mygrad as np
from mygrad.nnet.activations import relu
from mygrad.nnet.layers import conv_nd, max_pool
from mygrad.nnet.losses import softmax_crossentropy
from peers import formulas, programs
from peers.adam import Adam
from workloads import NETWORKS, Convolution, Inputs

VERSION = np.__version__


def build(work: Any, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """Build a step of the workload."""
    return BUILDERS[work.kind](work, inputs)


def train(work: Any, inputs: Inputs) -> Callable[[], float]:
    """Build a step of training."""
    # exp makes 0 of -1e9; an infinity would make NaN of MyGrad's gradients.
    loss = formulas.build_loss(np, work, inputs, convolution, softmax_crossentropy, masked=-1e9)
    params = {name: np.tensor(value, copy=False) for name, value in inputs["params"].items()}
    optimizer = Adam([p.data for p in params.values()])

    def step() -> float:
        value = loss(params)
        value.backward()
        optimizer.step([p.grad for p in params.values()])
        return value.item()

    return step


def convolution(convolution: Convolution, params: Inputs, x: Any) -> Any:
    """Return a layer of LeNet."""
    W, b = params[f"{convolution.name}.weight"], params[f"{convolution.name}.bias"]
    z = conv_nd(x, W, stride=1, padding=convolution.padding)
    return max_pool(relu(z + b[:, None, None]), (2, 2), 2)


SCALARS = programs.Backward(
    leaf=np.tensor,
    relu=lambda x: np.maximum(x, 0.0),
    gradient=lambda leaf: leaf.grad.item(),
)
BUILDERS = {
    **dict.fromkeys(NETWORKS, train),
    "scalar_mlp": SCALARS.scalar_mlp,
    "chain": SCALARS.chain,
}
