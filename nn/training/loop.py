"""The training loop."""

import warnings
from collections import Counter
from collections.abc import Sequence, Sized
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any

from autograd import Tensor, is_grad_enabled, set_grad_enabled, tune_memory
from nn.files.checkpoints import Stateful
from nn.files.weights import FilePath
from nn.metrics import Metric
from nn.modes import restore_modes
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.clipping import clip_grad_norm_
from nn.training.callbacks import Callback, Run
from nn.training.compiled import CompiledStep
from nn.training.evaluation import Batches, as_loader, prepare_batches, tally_batches
from nn.training.history import History
from nn.training.objective import LossFunction, Penalty, objective
from nn.training.progress import progress_callback
from nn.training.tally import Tally, choose_metrics


def fit(
    model: Module,
    loader: Batches,
    loss: LossFunction,
    optimizer: Optimizer,
    *,
    epochs: int = 1,
    validation: Batches | tuple[Any, ...] | None = None,
    metrics: Sequence[str | Metric] = (),
    penalty: Penalty | None = None,
    clip_norm: float | None = None,
    compile: bool | None = None,
    threads: int | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool | None = None,
    resume_from: FilePath | None = None,
) -> History:
    """Train `model`: for every batch of every epoch `loss(model(x), y)`, its gradient, one step.

    `loader` gives (x, y) batches, or (x1, x2, ..., y) for a model of several inputs; floating-point
    arrays are taken in the dtype of the model. `validation` is (x, y) arrays or a loader, looked at
    after every epoch in evaluation mode and without recording. `metrics` are names ("accuracy",
    "r2") or functions of (output, target), of all rows of an epoch; those of the training rows are
    of the outputs as they were when each batch was learned. The loss is the mean over rows.
    `penalty(model)` is added to the loss that is learned, and stands in the history under its own
    name. Gradients together longer than `clip_norm` are scaled down to it (`clip_grad_norm_`).
    Schedules of the learning rate go among the callbacks, as a `ScheduleCallback`.

    Forward and backward are compiled (see `compile_step`) where that surely does the same: for
    models, losses and penalties made of nn's own classes and functions alone, without hooks, unless
    nearly every batch has a new shape. `History.not_compiled` gives the reason for others. The
    first batch of a shape takes the time of some ten others, and up to three times the memory.
    `compile=True` compiles whatever can be, and warns, once, where it cannot; what code of yours
    inside the model prints, counts or draws, other than with `autograd.sample`, then happens only
    when a program is made. `compile=False` compiles nothing. In a program `threads` share each
    batch; by default as many as pay.

    `progress=None` shows a bar in a terminal and nothing elsewhere, `True` one line per epoch
    elsewhere, `False` nothing. Ctrl-C ends the training and still returns the history, of the
    finished epochs. Training or evaluation mode of the model is afterwards what it was before.

    `resume_from` is a file that the callback `Checkpoint` wrote in a training with the same
    arguments: this one goes on from there, also from the middle of an epoch, to the same bits as
    if it had never ended (up to rounding, where shapes decide whether it is compiled). `epochs`
    still counts from the first.

    A loop of your own, for truncated backpropagation through time say, needs no more than the body
    of `fit`: `optimizer.zero_grad()`, `loss(model(x), y).backward()`, `optimizer.step()`, with
    `state = state.detach()` where the past is to be cut off, and `save_checkpoint`.

    Raises `ValueError` for a loader without batches (a generator is used up after one epoch), for
    less than one epoch, for an unknown metric and for `threads` with `compile=False`, and
    `CheckpointError` for a file to resume from that does not fit.

    >>> import numpy as np
    >>> from nn import MSELoss, SGD, DataLoader, Linear
    >>> x = np.linspace(-1, 1, 20)[:, None]
    >>> model = Linear(1, 1, seed=0)
    >>> optimizer = SGD(model.parameters(), lr=0.5)
    >>> history = fit(model, DataLoader(x, 3 * x + 1), MSELoss(), optimizer, epochs=30)
    >>> model.weight.data.round(2), model.bias.data.round(2)
    (array([[3.]], dtype=float32), array([1.], dtype=float32))
    """
    tune_memory()
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    if threads is not None and compile is False:
        raise ValueError(f"threads={threads} share out a program, which compile=False forbids")
    for callback in callbacks:
        if not isinstance(callback, Callback):
            raise TypeError(f"callbacks are instances of nn.Callback, got {callback!r}")
    chosen = choose_metrics(metrics, loss)
    if validation is not None:
        validation = as_loader(validation)
    run = Run(
        model,
        optimizer,
        epochs,
        len(loader) if isinstance(loader, Sized) else None,
        tally=Tally(chosen),
        parts={
            "model": model,
            "optimizer": optimizer,
            **_stateful(loader=loader, loss=loss, validation=validation),
            **_numbered(callbacks),
        },
    )
    shown = progress_callback(progress)
    watchers = [*callbacks, *([shown] if shown else [])]
    compiled = None
    if compile is not False:
        compiled = CompiledStep(model, loss, optimizer, penalty, threads, cautious=compile is None)
    training = Training(
        run, loader, loss, penalty, clip_norm, compiled, validation, chosen, watchers
    )
    recording = is_grad_enabled()
    with restore_modes(model), ExitStack() as ending:
        try:
            for watcher in watchers:
                watcher.on_fit_start(run)
                ending.callback(watcher.on_fit_end, run)
            if resume_from is not None:
                run.resume(resume_from)
            _warn_of_another_model(model, loss, optimizer)
            while run.history.epochs < epochs and not run.stop:
                training.epoch()
        except KeyboardInterrupt:
            set_grad_enabled(recording)
            run.history.interrupted = True
    return run.history


def _warn_of_another_model(model: Module, loss: LossFunction, optimizer: Optimizer) -> None:
    """Warn if the optimizer has no parameter of what is trained, as after making a new model."""
    trained = [*model.parameters(), *(loss.parameters() if isinstance(loss, Module) else ())]
    if trained and not {*trained} & {*optimizer.parameters}:
        warnings.warn(
            f"no parameter of {type(optimizer).__name__} belongs to the model or the loss, so that "
            "they learn nothing; was it made for another model? Make it again, with "
            f"{type(optimizer).__name__}(model.parameters(), ...)",
            stacklevel=3,
        )


@dataclass
class Training:
    """What `fit` was called with, and its loop."""

    run: Run
    loader: Batches
    loss: LossFunction
    penalty: Penalty | None
    clip_norm: float | None
    compiled: CompiledStep | None
    validation: Batches | None
    metrics: dict[str, Metric]
    watchers: Sequence[Callback]

    def epoch(self) -> None:
        """One epoch, or the rest of one that a resumed training stopped in."""
        run = self.run
        if run.between_epochs:
            run.epoch, run.batch, run.tally = run.epoch + 1, 0, Tally(self.metrics)
        for watcher in self.watchers:
            watcher.on_epoch_start(run)
        run.model.train()
        for inputs, target in prepare_batches(self._rest(), run.model):
            values = self._step(inputs, target)
            run.tally.add(target=target, **values)
            run.batch += 1
            for watcher in self.watchers:
                watcher.on_batch_end(run)
            for watcher in self.watchers:
                watcher.on_checkpoint(run)
        numbers = run.tally.numbers()
        if self.validation is not None:
            held_out = tally_batches(run.model, self.validation, self.loss, self.metrics)
            numbers |= {f"val_{name}": number for name, number in held_out.items()}
        run.history.append(numbers)
        for watcher in self.watchers:
            watcher.on_epoch_end(run)
        for watcher in self.watchers:
            watcher.on_checkpoint(run)

    def _step(self, inputs: list[Tensor], target: Any) -> dict[str, Any]:
        """Learn one batch; returns its output, loss and penalty."""
        optimizer = self.run.optimizer
        if self.compiled is not None:
            values = self.compiled.gradients(*inputs, target)
            self.run.history.not_compiled = self.compiled.reason
        else:
            optimizer.zero_grad()
            total, values = objective(self.run.model, self.loss, self.penalty, inputs, target)
            # Each step's arrays are let go as the pass leaves it: half the memory.
            total.backward(retain_graph=False)
        for watcher in self.watchers:
            watcher.on_backward_end(self.run)
        if self.clip_norm is not None:
            clip_grad_norm_(optimizer.parameters, self.clip_norm)
        optimizer.step()
        return values

    def _rest(self) -> Batches:
        """Return the batches of the epoch that are still to come."""
        # A loader with a state was brought to where it stood; of any other they are counted off.
        if isinstance(self.loader, Stateful):
            return self.loader
        return islice(self.loader, self.run.batch, None)


def _stateful(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if isinstance(part, Stateful)}


def _numbered(callbacks: Sequence[Callback]) -> dict[str, Callback]:
    """Return the callbacks that have state, by their kind and their number among that kind."""
    seen = Counter[str]()
    named = {}
    for callback in callbacks:
        kind = type(callback)
        if kind.state_dict is not Callback.state_dict:
            seen[kind.__name__] += 1
            named[f"{kind.__name__} {seen[kind.__name__]}"] = callback
    return named
