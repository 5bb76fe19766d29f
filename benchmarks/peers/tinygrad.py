"""tinygrad, every step compiled by `TinyJit`."""

import os
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ["CPU"] = "1"
if not shutil.which("clang"):
    # It compiles by the command clang, which ziglang holds.
    compiler = Path(sys.prefix, "bin", "clang")
    compiler.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ziglang clang "$@"\n')
    compiler.chmod(0o755)
    os.environ["CC"] = str(compiler)

from tinygrad import Tensor, TinyJit, nn
from workloads import ADAM, Inputs

VERSION = version("tinygrad")
Tensor.training = True


def build(work: Any, inputs: Inputs, mode: str) -> Callable[[], float]:
    """Build a step of the workload."""
    params = {name: Tensor(p, requires_grad=True) for name, p in inputs["params"].items()}
    x, y = Tensor(inputs["x"]), Tensor(inputs["y"])
    optimizer = nn.optim.Adam(list(params.values()), lr=ADAM.rate)
    squared = work.kind == "transformer"
    network = transformer if squared else feed_forward

    @TinyJit
    def train() -> Tensor:
        optimizer.zero_grad()
        prediction = network(work, params, x)
        loss = (prediction - y).square().mean() if squared else prediction.cross_entropy(y)
        loss.backward()
        return loss.realize(*optimizer.schedule_step())

    return lambda: train().item()


def feed_forward(work: Any, params: Inputs, x: Any) -> Any:
    """Return x after convolutions, if there are any, and linear layers with ReLU between."""
    for c in work.convolutions:
        x = x.conv2d(params[f"{c.name}.weight"], params[f"{c.name}.bias"], padding=c.padding)
        x = x.relu().max_pool2d((2, 2))
    x = x.flatten(1)
    names = work.linear_names
    for name in names:
        x = x.linear(params[f"{name}.weight"].T, params[f"{name}.bias"])
        if name != names[-1]:
            x = x.relu()
    return x


def transformer(work: Any, params: Inputs, x: Any) -> Any:
    """Return x after a transformer layer."""
    batch, tokens, width = x.shape

    def linear(name: str, x: Any) -> Any:
        return x.linear(params[f"{name}weight"].T, params[f"{name}bias"])

    def norm(name: str, x: Any) -> Any:
        return x.layernorm() * params[f"{name}.weight"] + params[f"{name}.bias"]

    heads = linear("self_attn.in_proj_", norm("norm1", x))
    q, k, v = heads.reshape(batch, tokens, 3, work.heads, -1).permute(2, 0, 3, 1, 4).chunk(3)
    attended = q[0].scaled_dot_product_attention(k[0], v[0], is_causal=True)
    attended = attended.transpose(1, 2).reshape(batch, tokens, width)
    x = x + linear("self_attn.out_proj.", attended)
    return x + linear("linear2.", linear("linear1.", norm("norm2", x)).relu())
