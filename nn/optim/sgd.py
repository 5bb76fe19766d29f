"""Stochastic gradient descent."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from numpy import multiply

from nn.optim.blocks import Array, State
from nn.optim.groups import Settings
from nn.optim.optimizer import Arrays, Optimizer
from nn.optim.settings import Checks, at_least_zero, switch


class SGD(Optimizer):
    """Gradient descent, with momentum if wanted.

        g     += weight_decay theta
        v      = momentum v + (1 - dampening) g    (the first time v = g)
        theta -= lr v                              (with nesterov lr (g + momentum v))

    Without momentum, `theta -= lr g`: plain gradient descent, stochastic if the gradient is that
    of a part of the data. Source: Polyak (1964); Nesterov (1983) in the form of Sutskever et al.,
    On the importance of initialization and momentum in deep learning (2013), section 2. Defaults
    and order of arguments are PyTorch's.

    Raises `ValueError` for negative settings, and for nesterov without momentum or with dampening.

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> SGD([w], lr=0.1).step()
    >>> w
    Tensor([0.8, 1.6], requires_grad=True)
    """

    settings: ClassVar[Checks] = {
        "lr": at_least_zero,
        "momentum": at_least_zero,
        "dampening": at_least_zero,
        "weight_decay": at_least_zero,
        "nesterov": switch,
    }
    arrays: ClassVar[Arrays] = {"momentum_buffer": "momentum"}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
        }
        super().__init__(params, defaults)

    def check(self, settings: Mapping[str, Any]) -> Settings:
        checked = super().check(settings)
        momentum, dampening = checked["momentum"], checked["dampening"]
        if checked["nesterov"] and (not momentum or dampening):
            raise ValueError(
                f"nesterov needs a momentum above 0 and no dampening, got {momentum=} and "
                f"{dampening=}"
            )
        return checked

    def update(self, theta: Array, g: Array, state: State, settings: Settings) -> Array:
        lr, momentum = settings["lr"], settings["momentum"]
        if not momentum:
            return theta - lr * g
        v = g
        if "momentum_buffer" in state:
            v = momentum * state["momentum_buffer"] + (1 - settings["dampening"]) * g
        state["momentum_buffer"] = v
        return theta - lr * (g + momentum * v if settings["nesterov"] else v)

    def rule(self, settings: Settings, state: State) -> tuple[Any, ...]:
        lr, momentum, dampening = settings["lr"], settings["momentum"], settings["dampening"]
        if not momentum:
            return _plain, lr
        if settings["nesterov"]:
            return _nesterov, momentum, lr
        if dampening and "momentum_buffer" in state:
            return _dampened, momentum, 1 - dampening, lr
        return _heavy_ball, momentum, lr


def _plain(theta: Array, g: Array, _: None, a: Array, b: Array, lr: Array) -> None:
    theta -= multiply(g, lr, a)


def _heavy_ball(
    theta: Array, g: Array, v: Array, a: Array, b: Array, momentum: Array, lr: Array
) -> None:
    v *= momentum
    v += g
    theta -= multiply(v, lr, a)


def _dampened(
    theta: Array, g: Array, v: Array, a: Array, b: Array, momentum: Array, gain: Array, lr: Array
) -> None:
    _heavy_ball(theta, multiply(g, gain, b), v, a, b, momentum, lr)


def _nesterov(
    theta: Array, g: Array, v: Array, a: Array, b: Array, momentum: Array, lr: Array
) -> None:
    v *= momentum
    v += g
    multiply(v, momentum, a)
    a += g
    theta -= multiply(a, lr, a)
