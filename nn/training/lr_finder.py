"""Looking for a good learning rate: a short training in which the rate grows."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor
from nn.files.checkpoints import Stateful, load_checkpoint, save_checkpoint
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.settings import above_zero, fraction
from nn.schedules.scheduler import positive_integer
from nn.training.callbacks import Callback, Run
from nn.training.loop import fit

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass
class RateSweep:
    """What `find_lr` saw: the learning rates that it tried, and the smoothed loss at each."""

    rates: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    @property
    def suggestion(self) -> float:
        """The rate at which the loss falls fastest per factor of the rate.

        Raises `ValueError` if fewer than two rates were tried, or the loss fell at none.
        """
        finite = [loss for loss in self.losses if math.isfinite(loss)]
        if len(finite) > 1:
            slopes = np.gradient(finite, np.log(self.rates[: len(finite)]))
            steepest = int(np.argmin(slopes))
            if slopes[steepest] < 0:
                return self.rates[steepest]
        raise ValueError(
            "the loss fell at no learning rate that was tried; begin with a smaller one by start="
        )

    def plot(self, path: str | Path | None = None) -> "Figure":
        """Draw the loss over the rates with the suggestion, and save it at `path` if given.

        Raises `ModuleNotFoundError`, with the command to run, where matplotlib is missing.
        """
        # Only here, because importing matplotlib takes longer than a sweep.
        from nn import plots

        made = plots.figure(5.2, 3.4, interactive=path is None)
        axes = made.add_subplot()
        plots.style(axes, title="learning rates", xlabel="learning rate", ylabel="smoothed loss")
        axes.set_xscale("log")
        axes.plot(self.rates, self.losses, color=plots.GREEN)
        suggestion = self.suggestion
        axes.plot(
            suggestion,
            self.losses[self.rates.index(suggestion)],
            color=plots.INK,
            marker="o",
            linestyle="",
            label=f"suggestion {suggestion:.2g}",
        )
        axes.legend(frameon=False, labelcolor=plots.INK)
        if path is not None:
            plots.save(made, path)
        return made

    def __repr__(self) -> str:
        if not self.rates:
            return "RateSweep(no rates)"
        return (
            f"RateSweep({len(self.rates)} rates from {self.rates[0]:.3g} to {self.rates[-1]:.3g})"
        )


def find_lr(
    model: Module,
    loader: Iterable[tuple[Any, ...]],
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    *,
    start: float = 1e-6,
    end: float = 10.0,
    steps: int = 100,
    smoothing: float = 0.9,
    divergence: float = 4.0,
) -> RateSweep:
    """Train for at most `steps` batches at rates that grow from `start` to `end` by one factor.

        eta_i = start (end / start)^(i / (steps - 1))
        s_i   = smoothing s_(i-1) + (1 - smoothing) loss_i,    noted as s_i / (1 - smoothing^i)

    All groups of the optimizer get the rate. It ends when the smoothed loss is above `divergence`
    times its least value, or not finite. Afterwards model, optimizer, gradients and the random
    generators in the model's layers are as they were, and so is a `DataLoader`. The loader is gone
    through again if it has fewer batches than `steps`. Source: Smith, Cyclical learning
    rates (2017), section 3.3; smoothed as Adam corrects its moments.

    Raises `ValueError` for rates that do not grow from above 0, less than two steps, a smoothing
    outside [0, 1), a divergence of 1 or less, and a loader without batches.

    >>> import nn
    >>> x = np.linspace(-1, 1, 64)[:, None]
    >>> model = nn.Linear(1, 1, seed=0)
    >>> optimizer = nn.SGD(model.parameters())
    >>> sweep = find_lr(model, nn.DataLoader(x, 3 * x), nn.MSELoss(), optimizer)
    >>> 0.01 < sweep.suggestion < 2
    True
    """
    if not above_zero("start", start) < above_zero("end", end):
        raise ValueError(f"the rates must grow from start to end, got {start=} and {end=}")
    if positive_integer("steps", steps) < 2:
        raise ValueError("a sweep needs at least 2 steps, got 1")
    if not divergence > 1:
        raise ValueError(f"divergence must be above 1, got {divergence}")
    rates = np.geomspace(start, end, steps).tolist()
    sweep = _Sweep(loss, rates, fraction("smoothing", smoothing), divergence)
    # Overflow on the way to divergence is expected here.
    with _restored(optimizer, model, loader, loss), np.errstate(all="ignore"):
        batches = sweep.batches(loader)
        fit(model, batches, sweep.loss, optimizer, callbacks=[sweep], progress=False)
    return sweep.seen


@contextmanager
def _restored(optimizer: Optimizer, *others: Any) -> Iterator[None]:
    """Put everything that changes in a training back to what it is now."""
    # Copies of the values, because steps change them where they are.
    tensors = [(tensor, np.array(tensor.data), tensor.grad) for tensor in optimizer.parameters]
    stateful = [part for part in others if isinstance(part, Stateful)]
    parts = {"optimizer": optimizer} | {f"part {i}": part for i, part in enumerate(stateful)}
    # Only here: it takes as long to import as a good part of `nn`.
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        before = f"{folder}/before"
        save_checkpoint(before, **parts)
        try:
            yield
        finally:
            for tensor, value, gradient in tensors:
                tensor.assign(value)
                tensor.grad = gradient
            load_checkpoint(before, **parts)


class _Sweep(Callback):
    """Notes the loss of each batch, and sets the rate of the next."""

    def __init__(
        self,
        loss: Callable[[Any, Any], Any],
        rates: list[float],
        smoothing: float,
        divergence: float,
    ) -> None:
        self._loss, self._rates = loss, rates
        self._smoothing, self._divergence = smoothing, divergence
        self._mean = 0.0
        self._over = False
        self.seen = RateSweep()

    def batches(self, loader: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Return the batches of `loader`, again and again, until the sweep is over."""
        before = -1
        while len(self.seen.rates) > before:
            before = len(self.seen.rates)
            for batch in loader:
                yield batch
                if self._over:
                    return

    def loss(self, output: Any, target: Any) -> Any:
        value = self._loss(output, target)
        self._last = value.item() if isinstance(value, Tensor) else float(value)
        return value

    def on_fit_start(self, run: Run) -> None:
        self._set_rate(run)

    def on_batch_end(self, run: Run) -> None:
        seen, beta = self.seen, self._smoothing
        self._mean = beta * self._mean + (1 - beta) * self._last
        seen.rates.append(self._rates[len(seen.rates)])
        seen.losses.append(self._mean / (1 - beta ** len(seen.rates)))
        last, best = seen.losses[-1], min(seen.losses)
        # For a loss above 0, as most are, the limit is `divergence` times the best.
        limit = best + (self._divergence - 1) * abs(best)
        self._over = not last <= limit < math.inf or len(seen.rates) == len(self._rates)
        if not self._over:
            self._set_rate(run)

    def _set_rate(self, run: Run) -> None:
        for group in run.optimizer.param_groups:
            group["lr"] = self._rates[len(self.seen.rates)]
