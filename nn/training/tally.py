"""The numbers of an epoch, added up batch by batch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import concrete
from nn.metrics import Metric, find_metric


class Tally:
    """Adds up the loss of an epoch, and keeps outputs and targets where metrics ask for them."""

    def __init__(self, metrics: Mapping[str, Metric] | None = None) -> None:
        self.metrics = dict(metrics or {})
        self.rows = 0
        self._sums: dict[str, float] = {}
        self._outputs: list[Any] = []
        self._targets: list[Any] = []

    def add(self, output: Any, target: Any, **values: Any) -> None:
        """Count one batch: its outputs and targets, and its loss and other means over its rows."""
        rows = len(target)
        self.rows += rows
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + float(concrete(value)) * rows
        if self.metrics:
            self._outputs.append(concrete(output))
            self._targets.append(target)

    @property
    def loss(self) -> float:
        """The mean loss of a row so far."""
        return self._sums["loss"] / self.rows if self.rows else float("nan")

    def numbers(self) -> dict[str, float]:
        """Return the mean loss, and each metric over all rows."""
        if not self.rows:
            raise ValueError(
                "the loader gave no batches; a generator is used up after one epoch, so pass a "
                "DataLoader or a list of (x, y)"
            )
        numbers = {name: total / self.rows for name, total in self._sums.items()}
        if self.metrics:
            output, target = np.concatenate(self._outputs), np.concatenate(self._targets)
            numbers |= {name: float(f(output, target)) for name, f in self.metrics.items()}
        return numbers

    def state_dict(self) -> dict[str, Any]:
        """Everything added so far."""
        return {
            "rows": self.rows,
            "sums": dict(self._sums),
            "outputs": _joined(self._outputs),
            "targets": _joined(self._targets),
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self.rows, self._sums = state_dict["rows"], dict(state_dict["sums"])
        self._outputs, self._targets = list(state_dict["outputs"]), list(state_dict["targets"])


def _joined(batches: list[Any]) -> list[Any]:
    return [np.concatenate(batches)] if batches else []


def choose_metrics(
    metrics: Sequence[str | Metric], loss: Callable[[Any, Any], Any]
) -> dict[str, Metric]:
    """Metrics by name, which tell classes apart where the outputs are that belong to `loss`.

    Raises `TypeError` for one text in place of a list, `ValueError` for an unknown name.
    """
    if isinstance(metrics, str):
        raise TypeError(f"metrics must be a list, got {metrics!r}; write [{metrics!r}]")
    chosen: dict[str, Metric] = {}
    for metric in metrics:
        if isinstance(metric, str):
            chosen[metric] = find_metric(metric, getattr(loss, "decision", None))
        else:
            chosen[getattr(metric, "__name__", type(metric).__name__)] = metric
    return chosen
