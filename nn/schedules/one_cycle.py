"""The one-cycle policy."""

import math
from typing import ClassVar, Literal

from nn.optim import Optimizer
from nn.optim.settings import above_zero, switch, unit_interval
from nn.schedules.scheduler import LRScheduler, for_each_group, positive_integer


class OneCycleLR(LRScheduler):
    """Up to `max_lr` and far down again in `total_steps` steps; call `step()` after every batch.

    The rate goes from `max_lr / div_factor` up to `max_lr` in the share `pct_start` of the steps,
    and then down to the first rate over `final_div_factor`; with `three_phase` first down to the
    first rate, in as many steps as up. With `cycle_momentum` the momentum (`betas[0]` of Adam and
    its kin) goes the other way, from `max_momentum` to `base_momentum` and back. A phase from a to
    b that is done to the share p has b + (a - b) (1 + cos(pi p)) / 2, or with `anneal_strategy`
    "linear" a + (b - a) p.

    `max_lr` and the momenta may be lists with one number for each group. Instead of `total_steps`
    one may give `epochs` and `steps_per_epoch`. Source: Smith and Topin, Super-convergence (2018).
    Defaults are PyTorch's.

    Raises `ValueError` for no or less than one step, a `pct_start` outside [0, 1], an unknown
    `anneal_strategy`, an optimizer without momentum, and for a step after the last one.

    >>> from nn import SGD, Parameter
    >>> optimizer = SGD([Parameter(1.0)], lr=1.0, momentum=0.9)
    >>> schedule = OneCycleLR(optimizer, max_lr=8.0, total_steps=5, pct_start=0.6, div_factor=4)
    >>> for _ in range(2):
    ...     print(optimizer.param_groups[0]["lr"], round(optimizer.param_groups[0]["momentum"], 6))
    ...     schedule.step()
    2.0 0.95
    5.0 0.9
    >>> schedule.get_last_lr()
    [8.0]
    """

    per_group: ClassVar[tuple[str, ...]] = ("base_lrs", "max_momentums", "base_momentums")

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: Literal["cos", "linear"] = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
            epochs = positive_integer("epochs", epochs)
            total_steps = epochs * positive_integer("steps_per_epoch", steps_per_epoch)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        self.total_steps = positive_integer("total_steps", total_steps)
        self.pct_start = unit_interval("pct_start", pct_start)
        self.anneal_strategy: str = anneal_strategy
        self.cycle_momentum = switch("cycle_momentum", cycle_momentum)
        self.base_momentums = for_each_group(optimizer, "base_momentum", base_momentum)
        self.max_momentums = for_each_group(optimizer, "max_momentum", max_momentum)
        self.div_factor = above_zero("div_factor", div_factor)
        self.final_div_factor = above_zero("final_div_factor", final_div_factor)
        self.three_phase = switch("three_phase", three_phase)
        if cycle_momentum and not optimizer.defaults.keys() & {"momentum", "betas"}:
            raise ValueError(
                f"{type(optimizer).__name__} has no momentum; pass cycle_momentum=False"
            )
        base_lrs = [top / div_factor for top in for_each_group(optimizer, "max_lr", max_lr)]
        super().__init__(optimizer, last_epoch, base_lrs=base_lrs)

    def rate(self, base_lr: float, t: int) -> float:
        rates = {
            "first": base_lr,
            "top": base_lr * self.div_factor,
            "last": base_lr / self.final_div_factor,
        }
        before, after, share = self._phase(t)
        return self._anneal(rates[before], rates[after], share)

    def move_to(self, t: int) -> None:
        if t > self.total_steps:
            raise ValueError(f"step {t} is after the last one: total_steps is {self.total_steps}")
        super().move_to(t)
        if not self.cycle_momentum:
            return
        before, after, share = self._phase(t)
        for group, low, high in zip(
            self.optimizer.param_groups, self.base_momentums, self.max_momentums, strict=True
        ):
            momenta = {"first": high, "top": low, "last": high}
            momentum = self._anneal(momenta[before], momenta[after], share)
            if "betas" in group:
                group["betas"] = (momentum, group["betas"][1])
            else:
                group["momentum"] = momentum

    def _phase(self, t: int) -> tuple[str, str, float]:
        """From where to where the rate goes at step t, and how much of the way it has gone."""
        up, last = self.pct_start * self.total_steps - 1, self.total_steps - 1
        phases = [(up, "first", "top"), (last, "top", "last")]
        if self.three_phase:
            down = 2 * self.pct_start * self.total_steps - 2
            phases[1:] = [(down, "top", "first"), (last, "first", "last")]
        passed = [end for end, _, _ in phases[:-1] if t > end]
        begin = passed[-1] if passed else 0.0
        end, before, after = phases[len(passed)]
        # A phase may have no step at all.
        return before, after, (t - begin) / (end - begin) if end > begin else 1.0

    def _anneal(self, before: float, after: float, share: float) -> float:
        if self.anneal_strategy == "linear":
            return before + (after - before) * share
        return after + (before - after) / 2 * (1 + math.cos(math.pi * share))
