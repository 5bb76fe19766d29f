"""What `fit` returns: the numbers of every epoch."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class History(dict[str, list[float]]):
    """Lists by name, one number for each finished epoch: "loss", "accuracy", "val_loss", ...

    `interrupted` says whether Ctrl-C ended the training; `not_compiled` why its steps could not be
    compiled, or not without asking for it.

    >>> history = History()
    >>> history.append({"loss": 0.5, "val_loss": 0.625})
    >>> history["loss"]
    [0.5]
    >>> history
    History(1 epoch: loss 0.5, val_loss 0.625)
    """

    interrupted: bool = False
    not_compiled: str | None = None

    @property
    def epochs(self) -> int:
        """The number of finished epochs."""
        return max(map(len, self.values()), default=0)

    def append(self, numbers: dict[str, float]) -> None:
        """Add the numbers of one more epoch."""
        # In one step, so that Ctrl-C cannot leave lists of different lengths.
        self.update({name: [*self.get(name, ()), number] for name, number in numbers.items()})

    def last(self) -> dict[str, float]:
        """Return the numbers of the last finished epoch."""
        return {name: numbers[-1] for name, numbers in self.items()}

    def plot(self, path: str | Path | None = None) -> "Figure":
        """Draw the loss and each metric over the epochs, and save the picture at `path` if given.

        Raises `ModuleNotFoundError`, with the command to run, where matplotlib is missing.
        """
        # Only here, because importing matplotlib takes longer than a small training.
        from nn.plots.history_curves import history

        return history(self, path=path)

    def __repr__(self) -> str:
        epochs = f"{self.epochs} epoch{'s' * (self.epochs != 1)}"
        numbers = ", ".join(f"{name} {number:.4g}" for name, number in self.last().items())
        return f"History({epochs}{': ' * bool(numbers)}{numbers})"
