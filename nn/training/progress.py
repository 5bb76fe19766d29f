"""Progress of a training: a live bar in a terminal, lines elsewhere."""

import sys
from time import perf_counter

from nn.training.callbacks import Callback, Run


def progress_callback(progress: bool | None) -> Callback | None:
    """Return the callback for `fit(progress=...)`.

    `None` is a bar in a terminal and nothing elsewhere, `True` a bar in a terminal and one line
    per epoch elsewhere, `False` nothing.
    """
    if progress is False:
        return None
    # Like other progress bars, on standard error: standard output is for results.
    if sys.stderr.isatty():
        return Bar()
    return Lines() if progress else None


def format_numbers(run: Run) -> str:
    """Return the numbers of the last epoch, `loss=0.123  accuracy=0.961`."""
    return "  ".join(f"{name}={number:.3g}" for name, number in run.history.last().items())


def format_rates(run: Run) -> str:
    """Return the learning rate of each group, `lr=0.001`, or `lr=0.001/0.01` for two."""
    rates = dict.fromkeys(f"{group['lr']:.3g}" for group in run.optimizer.param_groups)
    return f"lr={'/'.join(rates)}"


class Display(Callback):
    """Base of what is shown: measures the speed of the epoch, in rows a second."""

    speed = 0.0
    told = False

    def on_epoch_start(self, run: Run) -> None:
        self.start, self.earlier = perf_counter(), run.samples

    def on_batch_end(self, run: Run) -> None:
        self.speed = (run.samples - self.earlier) / (perf_counter() - self.start)
        if run.history.not_compiled and not self.told:
            self.told = True
            self.tell(f"not compiled: {run.history.not_compiled}")

    def tell(self, line: str) -> None:
        """Show a line that stays."""
        print(line, file=sys.stderr)


class Lines(Display):
    """One plain line for each epoch."""

    def on_epoch_end(self, run: Run) -> None:
        epoch = f"{run.epoch:{len(str(run.epochs))}d}/{run.epochs}"
        numbers = f"{format_numbers(run)}  {format_rates(run)}"
        print(f"epoch {epoch}  {numbers}  {self.speed:,.0f} samples/s", file=sys.stderr)


class Bar(Display):
    """One live line for the whole training: epoch, bar, loss, metrics, rate and speed."""

    def on_fit_start(self, run: Run) -> None:
        # Only here, because most uses of `nn` never show a bar.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.table import Column

        self.bar = Progress(
            TextColumn("[bold]epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(16, style="#5b7c8d", complete_style="#0b6e4f", finished_style="#0b6e4f"),
            # The one column that wraps: a narrow terminal shows two lines and loses nothing.
            TextColumn("{task.fields[numbers]}", table_column=Column()),
            TextColumn("[#5b7c8d]{task.fields[speed]:,.0f} samples/s"),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
        )
        self.task = self.bar.add_task(
            "fit",
            total=None if run.batches is None else run.epochs * run.batches,
            epoch=0,
            epochs=run.epochs,
            numbers="",
            speed=0,
        )
        self.bar.start()

    def on_epoch_start(self, run: Run) -> None:
        super().on_epoch_start(run)
        self.bar.update(self.task, epoch=run.epoch)

    def tell(self, line: str) -> None:
        self.bar.console.print(line, markup=False, highlight=False)

    def on_batch_end(self, run: Run) -> None:
        super().on_batch_end(run)
        # Metrics are known when an epoch ends; until then those of the last one stand.
        numbers = format_numbers(run) if run.history else f"loss={run.loss:.3g}"
        numbers = f"{numbers}  {format_rates(run)}"
        # Counted from the first epoch, also where a training was resumed.
        done = (run.epoch - 1) * (run.batches or 0) + run.batch
        self.bar.update(self.task, completed=done, speed=self.speed, numbers=numbers)

    def on_epoch_end(self, run: Run) -> None:
        self.bar.update(self.task, numbers=f"{format_numbers(run)}  {format_rates(run)}")

    def on_fit_end(self, run: Run) -> None:
        self.bar.stop()
