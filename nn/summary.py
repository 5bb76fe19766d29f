"""`Module.summary`: a plain-text table of a network's layers and parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Tensor, no_grad
from nn.modes import evaluating

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One layer: where it stands, what it is, what it holds and what comes out of it."""

    name: str
    layer: str
    weights: dict[str, Shape]
    output: Shape | None
    parameters: int


@dataclass(frozen=True)
class Summary:
    """The layers of a network as data; `str` and the repr are the table."""

    rows: tuple[Row, ...]
    total: int
    trainable: int

    def __str__(self) -> str:
        header = ["", "layer", "output", "weights", "parameters"]
        cells = [
            [
                row.name,
                row.layer,
                str(row.output or ""),
                ", ".join(f"{name} {shape}" for name, shape in row.weights.items()),
                f"{row.parameters:,}",
            ]
            for row in self.rows
        ]
        table = [header, *cells]
        shown = [k for k in range(len(header)) if any(line[k] for line in table[1:])]
        widths = {k: max(len(line[k]) for line in table) for k in shown}
        lines = [
            "  ".join(
                line[k].rjust(widths[k]) if k == len(header) - 1 else line[k].ljust(widths[k])
                for k in shown
            )
            for line in table
        ]
        rule = "─" * len(lines[0])
        frozen = self.total - self.trainable
        note = f" ({self.trainable:,} trainable, {frozen:,} frozen)" if frozen else ""
        return "\n".join([lines[0], rule, *lines[1:], rule, f"total {self.total:,}{note}"])

    __repr__ = __str__


def summarize(model: Any, inputs: Sequence[Any] = ()) -> Summary:
    """Return the `Summary` of `model`: a row for each module with parameters or without modules.

    A parameter shared by several modules is counted once, where it first stands.
    """
    outputs = _output_shapes(model, inputs) if inputs else {}
    rows = []
    counted = set[Tensor]()
    for path, module in model.named_modules():
        own = dict(module._own("parameter"))
        if own or next(module.children(), None) is None:
            new = [parameter for parameter in own.values() if parameter not in counted]
            counted.update(new)
            rows.append(
                Row(
                    path,
                    type(module).__name__,
                    {name: parameter.shape for name, parameter in own.items()},
                    outputs.get(module),
                    sum(parameter.size for parameter in new),
                )
            )
    return Summary(
        tuple(rows),
        sum(parameter.size for parameter in counted),
        sum(parameter.size for parameter in counted if parameter.requires_grad),
    )


def _output_shapes(model: Any, inputs: Sequence[Any]) -> dict[Any, Shape]:
    """Run `model` once in evaluation mode and note what shape comes out of every module."""
    shapes: dict[Any, Shape] = {}

    def note(module: Any, _: Any, output: Any) -> None:
        shape = getattr(output, "shape", None)
        if shape is not None:
            shapes[module] = shape

    hooks = [module.register_forward_hook(note) for module in model.modules()]
    try:
        with evaluating(model), no_grad():
            model(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return shapes
