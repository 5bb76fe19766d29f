"""The training loop."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, no_grad
from nn.callbacks import Callback, Run
from nn.data import DataLoader
from nn.history import History
from nn.losses import Loss
from nn.metrics import Metric, accuracy, by_name
from nn.module import Module
from nn.optim import Optimizer
from nn.progress import progress_callback

Batches = Iterable[tuple[Any, ...]]


def fit(
    model: Module,
    loader: Batches,
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    *,
    epochs: int = 1,
    validation: Batches | tuple[Any, ...] | None = None,
    metrics: Sequence[str | Metric] = (),
    callbacks: Sequence[Callback] = (),
    progress: bool | None = None,
) -> History:
    """Train `model`: for every batch of every epoch `loss(model(x), y)`, its gradient, one step.

    `loader` gives (x, y) batches, or (x1, x2, ..., y) for a model of several inputs; floating-point
    arrays are taken in the dtype of the model. `validation` is (x, y) arrays or a loader, looked at
    after every epoch in evaluation mode and without recording. `metrics` are names ("accuracy",
    "r2") or functions of (output, target), of all rows of an epoch; those of the training rows are
    of the outputs as they were when each batch was learned. The loss is the mean over rows.

    `progress=None` shows a bar in a terminal and nothing elsewhere, `True` one line per epoch
    elsewhere, `False` nothing. Ctrl-C ends the training and still returns the history, of the
    finished epochs. Training or evaluation mode of the model is afterwards what it was before.

    Raises `ValueError` for a loader without batches (a generator is used up after one epoch), for
    less than one epoch and for an unknown metric.

    >>> from nn import MSELoss, SGD, Linear
    >>> x = np.linspace(-1, 1, 20)[:, None]
    >>> model = Linear(1, 1, seed=0)
    >>> optimizer = SGD(model.parameters(), lr=0.5)
    >>> history = fit(model, DataLoader(x, 3 * x + 1), MSELoss(), optimizer, epochs=30)
    >>> model.weight.data.round(2), model.bias.data.round(2)
    (array([[3.]], dtype=float32), array([1.], dtype=float32))
    """
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    chosen = _chosen_metrics(metrics, loss)
    if isinstance(validation, tuple):
        validation = DataLoader(*validation, batch_size=256)
    batches = len(loader) if isinstance(loader, Sized) else None
    run = Run(model, optimizer, epochs, batches)
    shown = progress_callback(progress)
    watchers = [*callbacks, *([shown] if shown else [])]
    with _modes_restored(model), ExitStack() as ending:
        for watcher in watchers:
            watcher.on_fit_start(run)
            ending.callback(watcher.on_fit_end, run)
        try:
            while run.epoch < epochs and not run.stop:
                _run_epoch(run, loader, loss, validation, chosen, watchers)
        except KeyboardInterrupt:
            run.history.interrupted = True
    return run.history


def _run_epoch(
    run: Run,
    loader: Batches,
    loss: Callable[[Any, Any], Any],
    validation: Batches | None,
    metrics: dict[str, Metric],
    watchers: Sequence[Callback],
) -> None:
    run.epoch, run.batch = run.epoch + 1, 0
    for watcher in watchers:
        watcher.on_epoch_start(run)
    run.model.train()
    tally = Tally(metrics)
    for inputs, target in _prepared(loader, run.model):
        run.optimizer.zero_grad()
        output = run.model(*inputs)
        value = loss(output, target)
        # Each step's arrays are let go as the pass leaves it: half the memory.
        value.backward(retain_graph=False)
        run.optimizer.step()
        tally.add(value, output, target)
        run.batch, run.samples, run.loss = run.batch + 1, tally.rows, tally.loss
        for watcher in watchers:
            watcher.on_batch_end(run)
    numbers = tally.numbers()
    if validation is not None:
        held_out = evaluate(run.model, validation, loss, metrics)
        numbers |= {f"val_{name}": number for name, number in held_out.items()}
    run.history.append(numbers)
    for watcher in watchers:
        watcher.on_epoch_end(run)


def evaluate(
    model: Module,
    loader: Batches,
    loss: Callable[[Any, Any], Any],
    metrics: dict[str, Metric],
) -> dict[str, float]:
    """Loss and metrics over all batches, in evaluation mode and without recording."""
    tally = Tally(metrics)
    with _modes_restored(model), no_grad():
        model.eval()
        for inputs, target in _prepared(loader, model):
            output = model(*inputs)
            tally.add(loss(output, target), output, target)
    return tally.numbers()


class Tally:
    """Adds up the loss of an epoch, and keeps outputs and targets where metrics ask for them."""

    def __init__(self, metrics: dict[str, Metric]) -> None:
        self.metrics = metrics
        self.rows = 0
        self._weighted = 0.0
        self._outputs: list[Any] = []
        self._targets: list[Any] = []

    def add(self, loss: Any, output: Any, target: Any) -> None:
        """Count one batch, with the weight of its rows."""
        self.rows += len(target)
        self._weighted += float(loss) * len(target)
        if self.metrics:
            self._outputs.append(output.data)
            self._targets.append(target)

    @property
    def loss(self) -> float:
        """The mean loss of a row so far."""
        return self._weighted / self.rows

    def numbers(self) -> dict[str, float]:
        """The mean loss, and each metric over all rows."""
        if not self.rows:
            raise ValueError(
                "the loader gave no batches; a generator is used up after one epoch, so pass a "
                "DataLoader or a list of (x, y)"
            )
        numbers = {"loss": self.loss}
        if self.metrics:
            output, target = np.concatenate(self._outputs), np.concatenate(self._targets)
            numbers |= {name: float(f(output, target)) for name, f in self.metrics.items()}
        return numbers


def _prepared(loader: Batches, model: Module) -> Iterator[tuple[list[Tensor], Any]]:
    """Inputs as tensors and the target as an array, floats in the dtype of the model."""
    first = next(model.parameters(), None)
    dtype = None if first is None else first.dtype
    for *inputs, target in loader:
        yield [Tensor(_as_float(x, dtype)) for x in inputs], _as_float(target, dtype)


def _as_float(x: Any, dtype: Any) -> np.ndarray[Any, Any]:
    values: np.ndarray[Any, Any] = np.asarray(x.data if type(x) is Tensor else x)
    return values if dtype is None or values.dtype.kind != "f" else values.astype(dtype, copy=False)


def _chosen_metrics(
    metrics: Sequence[str | Metric], loss: Callable[[Any, Any], Any]
) -> dict[str, Metric]:
    if isinstance(metrics, str):
        raise TypeError(f"metrics must be a list, got {metrics!r}; write [{metrics!r}]")
    chosen: dict[str, Metric] = {}
    for metric in metrics:
        if metric == "accuracy" and isinstance(loss, Loss):
            chosen["accuracy"] = partial(accuracy, threshold=loss.decision)
        elif isinstance(metric, str):
            chosen[metric] = by_name(metric)
        else:
            chosen[getattr(metric, "__name__", type(metric).__name__)] = metric
    return chosen


@contextmanager
def _modes_restored(model: Module) -> Iterator[None]:
    """Put every module back into the mode, training or evaluation, that it is in now."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
