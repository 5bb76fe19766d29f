"""Facts: what is true of an operation besides its derivative, said once in its declaration.

Interpreters of the record (formulas, pictures, pages, compiled programs, batches) read the facts
from the operation object. They look nothing up by name: a user may call an operation `square`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from autograd.engine.notation import Notation
from autograd.engine.shapes import Shape

Label = Any
Labels = tuple[Label, ...]
"""One label for each axis; `None` for an axis that has none."""


class Call(Protocol):
    """One recorded call of an operation, as the rules for its axes see it."""

    params: Mapping[str, Any]
    shapes: Sequence[Shape]
    shape: Shape


@dataclass(frozen=True)
class AxisLabels:
    """Which axes of the operands and of the result belong together.

    Along axes with the same label an entry of the result depends only on the entries of the
    operands at the same position, so a batch that lies there can be cut. A label that the result
    lacks is summed over. An axis with the label `None` mixes its entries, or has length 1 and is
    broadcast.
    """

    operands: Sequence[Labels]
    result: Labels


class Axes(Protocol):
    """The axes that an operation works along; one description serves batches and shards."""

    def labels(self, call: Any) -> AxisLabels | None:
        """Return the labels of the axes of `call`, `None` if this call is not covered."""

    def vectorize(self, call: Any) -> Any:
        """Return the result of `call` with a batch axis in front, `None` if it is not covered."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Facts about one operation; every field is optional.

    An interpreter derives a fact that is missing, or says that it lacks it; it never guesses.

    * `notation`: how mathematics writes it. Default: a function, `name(x)`.
    * `words`: an instruction in words, with `{0}`, `{1}` for the operands.
    * `number`: a Python expression of `x`, `y`, `z` for operands that are single numbers. From it
      the programs in Python, JavaScript and native code are written. Default: derived from the
      NumPy code of an elementwise operation, where that is possible.
    * `axes`: which axes it works along. Default: elementwise operations broadcast.
    * `view`: whether the result may share memory with its first operand.
    * `shape_from_values`: whether the shape or dtype of the result depends on values.
    * `analytic`: whether it is complex-differentiable in every operand.
    """

    notation: Notation | None = None
    words: str = ""
    number: str = ""
    axes: Axes | None = None
    view: bool = False
    shape_from_values: bool = False
    analytic: bool = False


NO_FACTS = Facts()
"""Facts of an operation of which nothing was declared."""
