"""Predictions of a network, and their evaluation, outside of training."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, no_grad
from nn.data.loader import DataLoader
from nn.functional.operands import values
from nn.metrics import Metric
from nn.modes import evaluating
from nn.module import Module
from nn.training.objective import LossFunction
from nn.training.tally import Tally, choose_metrics

Array = np.ndarray[Any, Any]
Batches = Iterable[tuple[Any, ...]]


def predict(model: Module, *inputs: Any, batch_size: int | None = None) -> Any:
    """Return the outputs of `model` as arrays, in evaluation mode and without recording.

    Floating-point inputs are taken in the dtype of the model. With `batch_size`, so many rows are
    computed at a time, which bounds the memory; the rows of an output are those of the input.

    Raises `ValueError` for a batch size below 1.

    >>> from nn import Linear
    >>> predict(Linear(2, 3, seed=0), np.ones((5, 2))).shape
    (5, 3)
    """
    if batch_size is None:
        return _values(_run(model, inputs))
    outputs = [_run(model, batch) for batch in DataLoader(*inputs, batch_size=batch_size)]
    if type(outputs[0]) is Tensor:
        return np.concatenate([y.data for y in outputs])
    return tuple(np.concatenate([y.data for y in part]) for part in zip(*outputs, strict=True))


def evaluate(
    model: Module,
    data: Batches | tuple[Any, ...],
    loss: LossFunction,
    metrics: Sequence[str | Metric] = (),
) -> dict[str, float]:
    """Loss and metrics of all rows by name, in evaluation mode and without recording.

    `data` is (x, y) arrays or a loader, `metrics` are as for `fit`; the loss is the mean over rows.
    Raises `ValueError` for a loader without batches and for an unknown metric.

    >>> from nn import Linear, MSELoss
    >>> model = Linear(1, 1, seed=0)
    >>> evaluate(model, (np.zeros((4, 1)), np.full((4, 1), model.bias.data)), MSELoss())
    {'loss': 0.0}
    """
    return tally_batches(model, as_loader(data), loss, choose_metrics(metrics, loss))


def tally_batches(
    model: Module, loader: Batches, loss: LossFunction, metrics: dict[str, Metric]
) -> dict[str, float]:
    """Return the results of `evaluate` for metrics that are chosen already."""
    tally = Tally(metrics)
    with evaluating(model), no_grad():
        for inputs, target in prepare_batches(loader, model):
            output = model(*inputs)
            tally.add(output, target, loss=loss(output, target))
    return tally.numbers()


def as_loader(data: Batches | tuple[Any, ...]) -> Batches:
    """Batches of arrays (x, y), or the loader that was given."""
    return DataLoader(*data, batch_size=256) if isinstance(data, tuple) else data


def prepare_batches(loader: Batches, model: Module) -> Iterator[tuple[list[Tensor], Any]]:
    """Return inputs as tensors and the target as an array, floats in the dtype of the model."""
    for batch in loader:
        if not isinstance(batch, tuple | list) or len(batch) < 2:
            raise ValueError(
                f"a loader gives batches (x, y), got {type(batch).__name__} of length {len(batch)};"
                " nn.DataLoader(x, y) makes batches of arrays"
            )
        *inputs, target = batch
        yield [Tensor(to_dtype_of(model, x)) for x in inputs], to_dtype_of(model, target)


def _run(model: Module, inputs: Iterable[Any]) -> Any:
    with evaluating(model), no_grad():
        return model(*(Tensor(to_dtype_of(model, x)) for x in inputs))


def _values(output: Any) -> Any:
    """Return the arrays of tensors that may stand in nested tuples."""
    return tuple(map(_values, output)) if isinstance(output, tuple | list) else output.data


def to_dtype_of(model: Module, x: Any) -> Array:
    """Return the numbers of an array or tensor; floating-point ones in the dtype of the model."""
    numbers = values(x)
    first = next(model.parameters(), None)
    if first is None or numbers.dtype.kind != "f":
        return numbers
    return numbers.astype(first.dtype, copy=False)
