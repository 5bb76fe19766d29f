"""The optimizers' textbook updates, run one parameter at a time on new arrays."""

from typing import Any

import nn

Settings = dict[str, Any]
Kept = dict[str, Any]


def step(optimizer: nn.Optimizer, theta: Any, g: Any, kept: Kept, o: Settings) -> Any:
    """Return the value after a step of `optimizer.update`, weight decay included."""
    for name, start in optimizer.numbers.items():
        kept.setdefault(name, start)
    means = {total: mean for mean, (total, _) in optimizer.means.items()}
    for name, switched_on_by in optimizer.arrays.items():
        # A momentum of SGD begins with the first gradient.
        begins = not isinstance(optimizer, nn.SGD)
        if begins and (switched_on_by is None or o[switched_on_by]):
            kept.setdefault(means.get(name, name), optimizer.start(name, o))
    kept["step"] += 1
    if o["weight_decay"] and o.get("decoupled_weight_decay"):
        theta = theta - o["lr"] * o["weight_decay"] * theta
    elif o["weight_decay"]:
        g = g + o["weight_decay"] * theta
    return optimizer.update(theta, g, kept, o)
