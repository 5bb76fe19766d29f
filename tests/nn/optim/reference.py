"""The update rules as one would write them down: new arrays, one parameter at a time.

Each takes a value, its gradient, what it keeps of the parameter and the settings; `t` counts steps.
"""

from typing import Any

import numpy as np

Settings = dict[str, Any]
Kept = dict[str, Any]


def sgd(theta: Any, g: Any, kept: Kept, o: Settings) -> Any:
    if not o["momentum"]:
        return theta - o["lr"] * g
    v = o["momentum"] * kept["v"] + (1 - o["dampening"]) * g if "v" in kept else g
    kept["v"] = v
    return theta - o["lr"] * (g + o["momentum"] * v if o["nesterov"] else v)


def moments(g: Any, kept: Kept, o: Settings) -> tuple[Any, Any]:
    beta1, beta2 = o["betas"]
    kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
    kept["v"] = beta2 * kept.get("v", 0) + (1 - beta2) * g**2
    return kept["m"], kept["v"]


def adam(theta: Any, g: Any, kept: Kept, o: Settings) -> Any:
    m, v = moments(g, kept, o)
    if o["bias_correction"]:
        m, v = (x / (1 - beta ** kept["t"]) for x, beta in zip((m, v), o["betas"], strict=True))
    return theta - o["lr"] * m / (np.sqrt(v) + o["eps"])


def nadam(theta: Any, g: Any, kept: Kept, o: Settings) -> Any:
    (beta1, beta2), t, decay = o["betas"], kept["t"], o["momentum_decay"]
    mu, mu_next = (beta1 * (1 - 0.96 ** (k * decay) / 2) for k in (t, t + 1))
    p = kept["p"] = kept.get("p", 1) * mu
    m, v = moments(g, kept, o)
    ahead = mu_next * m / (1 - p * mu_next) + (1 - mu) * g / (1 - p)
    return theta - o["lr"] * ahead / (np.sqrt(v / (1 - beta2**t)) + o["eps"])


def lion(theta: Any, g: Any, kept: Kept, o: Settings) -> Any:
    beta1, beta2 = o["betas"]
    m = kept.get("m", 0)
    kept["m"] = beta2 * m + (1 - beta2) * g
    return theta - o["lr"] * np.sign(beta1 * m + (1 - beta1) * g)


def adagrad(theta: Any, g: Any, kept: Kept, o: Settings) -> Any:
    kept["sum"] = kept.get("sum", o["initial_accumulator_value"]) + g**2
    lr = o["lr"] / (1 + (kept["t"] - 1) * o["lr_decay"])
    return theta - lr * g / (np.sqrt(kept["sum"]) + o["eps"])


def adadelta(theta: Any, g: Any, kept: Kept, o: Settings) -> Any:
    rho, eps = o["rho"], o["eps"]
    v = kept["v"] = rho * kept.get("v", 0) + (1 - rho) * g**2
    u = kept.get("u", 0)
    d = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    kept["u"] = rho * u + (1 - rho) * d**2
    return theta - o["lr"] * d


def rmsprop(theta: Any, g: Any, kept: Kept, o: Settings) -> Any:
    alpha = o["alpha"]
    v = kept["v"] = alpha * kept.get("v", 0) + (1 - alpha) * g**2
    if o["centered"]:
        kept["m"] = alpha * kept.get("m", 0) + (1 - alpha) * g
        v = v - kept["m"] ** 2
    d = g / (np.sqrt(v) + o["eps"])
    if o["momentum"]:
        d = kept["w"] = o["momentum"] * kept.get("w", 0) + d
    return theta - o["lr"] * d


RULES = {
    "SGD": sgd,
    "Adam": adam,
    "AdamW": adam,
    "NAdam": nadam,
    "Lion": lion,
    "Adagrad": adagrad,
    "Adadelta": adadelta,
    "RMSprop": rmsprop,
}


def step(name: str, theta: Any, g: Any, kept: Kept, o: Settings) -> Any:
    """The value after a step of the optimizer called `name`, weight decay included."""
    kept["t"] = kept.get("t", 0) + 1
    if o["weight_decay"] and o.get("decoupled_weight_decay"):
        theta = theta - o["lr"] * o["weight_decay"] * theta
    elif o["weight_decay"]:
        g = g + o["weight_decay"] * theta
    return RULES[name](theta, g, kept, o)
