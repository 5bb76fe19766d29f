"""Save a training while it runs."""

import os
from collections.abc import Mapping
from typing import Any

from nn.files.weights import FilePath
from nn.training.callbacks.best import Best, Mode
from nn.training.callbacks.callback import Callback, Run


class Checkpoint(Callback):
    """Writes the training to `path` after every epoch, for `fit(..., resume_from=path)`.

    `every=5` does so after every fifth epoch; `every_batches=100` also inside epochs, so that
    little is lost where epochs take long. With `monitor="val_loss"` the file is that of the best
    epoch; use two callbacks to keep the best and the last. `{epoch}` and `{batch}` in the path
    stand for their numbers, as in "run-{epoch:03d}.safetensors", which keeps all files. The model
    alone is read by `nn.load_checkpoint(path, model=model)`.

    Raises `ValueError` for counts below 1, and for `every_batches` with `monitor`, whose number is
    known at the end of epochs only.
    """

    def __init__(
        self,
        path: FilePath,
        *,
        monitor: str | None = None,
        mode: Mode | None = None,
        every: int = 1,
        every_batches: int | None = None,
    ) -> None:
        if every < 1 or (every_batches is not None and every_batches < 1):
            raise ValueError(f"counts must be at least 1, got {every=} and {every_batches=}")
        if monitor is not None and every_batches is not None:
            raise ValueError("monitor is known after whole epochs; it goes without every_batches")
        self.path, self.every, self.every_batches = os.fspath(path), every, every_batches
        self._best = None if monitor is None else Best(monitor, mode)
        self._due = False

    def on_fit_start(self, run: Run) -> None:
        self._due = False
        if self._best is not None:
            self._best.number = None

    def on_batch_end(self, run: Run) -> None:
        self._due = self.every_batches is not None and run.batch % self.every_batches == 0

    def on_epoch_end(self, run: Run) -> None:
        better = self._best is None or self._best.improved(run)
        self._due = better and run.epoch % self.every == 0

    def on_checkpoint(self, run: Run) -> None:
        if self._due:
            run.save_checkpoint(self.path.format(epoch=run.epoch, batch=run.batch))

    def state_dict(self) -> dict[str, Any]:
        return {"best": None if self._best is None else self._best.number}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        if self._best is not None:
            self._best.number = state_dict["best"]
