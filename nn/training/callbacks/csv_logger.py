"""The numbers of every epoch as a table on disk."""

import csv
from pathlib import Path
from typing import Any

from nn.files.weights import FilePath
from nn.training.callbacks.callback import Callback, Run


class CSVLogger(Callback):
    """Writes one line of comma-separated numbers per epoch to `path`, under a line of names.

    Each line is there as soon as its epoch has ended. A training begins the file anew; one that is
    resumed does so with the epochs before.
    """

    def __init__(self, path: FilePath) -> None:
        self.path = Path(path)
        self._begun = False

    def on_fit_start(self, run: Run) -> None:
        self._begun = False

    def on_epoch_end(self, run: Run) -> None:
        rows: list[list[Any]] = [[run.epoch, *run.history.last().values()]]
        if not self._begun:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            rows = [["epoch", *run.history], *_rows(run)]
        with open(self.path, "a" if self._begun else "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        self._begun = True


def _rows(run: Run) -> list[list[float]]:
    columns = run.history.values()
    return [[epoch, *row] for epoch, row in enumerate(zip(*columns, strict=True), start=1)]
