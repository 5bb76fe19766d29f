"""Facts: what is true of an operation besides its derivative, said once in its declaration.

Interpreters of the record (formulas, pictures, pages, compiled programs, batches) read the facts
from the operation object. They look nothing up by name: a user may call an operation `square`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from autograd.engine.axes import Axes, Call
from autograd.engine.notation import Notation

CallFact = bool | Callable[[Call], bool]
"""Something true of an operation, or of those of its calls for which the function says so."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Facts about one operation; every field is optional.

    An interpreter derives a fact that is missing, or says that it lacks it; it never guesses.

    * `notation`: how mathematics writes it. Default: a function, `name(x)`.
    * `words`: an instruction in words, with `{0}`, `{1}` for the operands.
    * `number`: a Python expression of `x`, `y`, `z` for operands that are single numbers. From it
      the programs in Python, JavaScript and native code are written. Default: derived from the
      NumPy code of an elementwise operation, where that is possible.
    * `axes`: which axes it works along. Default: elementwise operations broadcast; batches go
      through others one by one, and shards refuse them.
    * `view`: whether the result may share memory with an operand.
    * `shape_from_values`: whether the shape or dtype of the result depends on values.
    * `analytic`: whether it is complex-differentiable in every operand.
    * `pure`: whether its function is NumPy code that computes the same in every run and does
      nothing else. Compiled programs may take such code apart, and rely on `view` and
      `shape_from_values`. They call any other function at every run, copy its result and compare
      its shape. chalkgrad's own operations are pure.
    """

    notation: Notation | None = None
    words: str = ""
    number: str = ""
    axes: Axes | None = None
    view: CallFact = False
    shape_from_values: CallFact = False
    analytic: bool = False
    pure: bool = False


NO_FACTS = Facts()
"""Facts of an operation of which nothing was declared."""
