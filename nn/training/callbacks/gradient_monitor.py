"""Monitor of the gradients of every layer."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor
from nn.layers.activations import ReLU
from nn.module import ForwardHook, Module
from nn.training.callbacks.callback import Callback, Run
from nn.training.history import History

if TYPE_CHECKING:
    from matplotlib.figure import Figure

VANISHED = 1e-4
"""The share of the largest layer's gradient below which a layer's has vanished."""
EXPLODED = 1e3
"""The norm above which a layer's gradient has exploded."""
MANY_DEAD = 0.5
"""The share of dead units that is worth a word."""


class GradientMonitor(Callback):
    """Records what gradients do in every layer, one number per epoch.

    - `gradient_norm`: the norm of the gradient of all its parameters, mean over the batches;
    - `update_ratio`: |change of the parameters| / |parameters| of a step, mean over the batches;
      about 0.001 is healthy;
    - `dead`: of each `ReLU` the share of units that gave 0 for every row of the epoch.

    All three are `History`s by the layers' dotted names. `findings()` says in words what is wrong
    with the last epoch, `plot()` draws all of it.

    >>> from nn import MLP, SGD, DataLoader, MSELoss, fit
    >>> x = np.linspace(-1, 1, 8)[:, None]
    >>> model, monitor = MLP([1, 4, 1], seed=0), GradientMonitor()
    >>> model[0].bias.assign(np.full(4, -9.0, np.float32))
    >>> _ = fit(model, DataLoader(x, x), MSELoss(), SGD(model.parameters()), callbacks=[monitor])
    >>> monitor.dead
    History(1 epoch: 1 1)
    >>> monitor.findings()
    ['0: the gradient has vanished: 0, the largest is 0.7148 at 2', '1: 100% of the units are dead']
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.gradient_norm, self.update_ratio, self.dead = History(), History(), History()
        self._norms: dict[str, list[float]] = {}
        self._ratios: dict[str, list[float]] = {}
        self._alive: dict[str, np.ndarray[Any, Any]] = {}
        self._before: dict[str, list[Any]] = {}
        self._hooks: list[ForwardHook] = []

    # Watching --------------------------------------------------------------------------------

    def on_fit_start(self, run: Run) -> None:
        self._forget()
        for name, module in run.model.named_modules():
            if isinstance(module, ReLU):
                self._hooks.append(module.register_forward_hook(self._noting_life(name)))

    def _noting_life(self, name: str) -> Any:
        def note(module: Module, _: Any, output: Any) -> None:
            if not module.training or type(output) is not Tensor:
                return
            alive = np.any(output.data > 0, axis=0)
            before = self._alive.get(name)
            # Rows of another length, as of sequences, have other units.
            same = before is not None and before.shape == alive.shape
            self._alive[name] = before | alive if same else alive

        return note

    def on_backward_end(self, run: Run) -> None:
        self._before = {}
        for name, parameters in _layers(run.model).items():
            # Copies, because the step changes the values where they are.
            self._before[name] = [np.array(parameter.data) for parameter in parameters]
            gradients = [p.grad for p in parameters if p.grad is not None]
            self._norms.setdefault(name, []).append(_norm(gradients))

    def on_batch_end(self, run: Run) -> None:
        for name, parameters in _layers(run.model).items():
            before = self._before[name]
            moved = _norm([p.data - old for p, old in zip(parameters, before, strict=True)])
            size = _norm(before)
            self._ratios.setdefault(name, []).append(moved / size if size else math.nan)

    def on_epoch_end(self, run: Run) -> None:
        self.gradient_norm.append({name: _mean(norms) for name, norms in self._norms.items()})
        self.update_ratio.append({name: _mean(ratios) for name, ratios in self._ratios.items()})
        self.dead.append({name: float(np.mean(~alive)) for name, alive in self._alive.items()})
        self._norms, self._ratios, self._alive = {}, {}, {}

    def on_fit_end(self, run: Run) -> None:
        for hook in self._hooks:
            hook.remove()

    # Telling ---------------------------------------------------------------------------------

    def findings(self) -> list[str]:
        """Return the faults of gradients and units in the last epoch, one line each."""
        norms, found = self.gradient_norm.last(), []
        top = max(norms, key=lambda name: norms[name], default="")
        for name, norm in norms.items():
            if not norm <= EXPLODED:
                found.append(f"{name}: the gradient has exploded: {norm:.4g}")
            elif norm < VANISHED * norms[top]:
                found.append(
                    f"{name}: the gradient has vanished: {norm:.4g}, the largest is "
                    f"{norms[top]:.4g} at {top}"
                )
        return found + [
            f"{name}: {share:.0%} of the units are dead"
            for name, share in self.dead.last().items()
            if share > MANY_DEAD
        ]

    def plot(self, path: str | Path | None = None) -> "Figure":
        """Draw the three histories, a line for each layer; saved at `path` if given.

        Raises `ModuleNotFoundError`, with the command to run, where matplotlib is missing.
        """
        # Only here, because importing matplotlib takes longer than a small training.
        from nn.plots import gradients

        return gradients(self.gradient_norm, self.update_ratio, self.dead, path=path)

    def state_dict(self) -> dict[str, Any]:
        return {
            "histories": [dict(h) for h in (self.gradient_norm, self.update_ratio, self.dead)],
            "epoch": [dict(self._norms), dict(self._ratios), dict(self._alive)],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        histories = map(History, state_dict["histories"])
        self.gradient_norm, self.update_ratio, self.dead = histories
        self._norms, self._ratios, self._alive = map(dict, state_dict["epoch"])


def _layers(model: Module) -> dict[str, list[Tensor]]:
    """Return the parameters of each layer by name, shared ones where they first stand."""
    layers: dict[str, list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            layers.setdefault(name.rpartition(".")[0], []).append(parameter)
    return layers


def _norm(arrays: list[Any]) -> float:
    """Return the norm of all entries of all arrays."""
    return math.hypot(*(float(np.linalg.norm(array)) for array in arrays))


def _mean(numbers: list[float]) -> float:
    return math.fsum(numbers) / len(numbers) if numbers else math.nan
