"""`explain`: every step of a computation and of its derivatives, in words and numbers."""

import os
import pathlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.errors import AutogradError
from autograd.explanation import latex, text
from autograd.explanation.steps import Account, build_account
from autograd.explanation.watch import run_and_watch
from autograd.language import run

if TYPE_CHECKING:
    from autograd.explanation.page.data import Bounds, Mistakes


LARGEST_IN_NOTEBOOK = 200
"""Steps above which a notebook, which keeps all output, gets no page."""


class Explanation:
    """The result of `explain`; print it, or ask for another form."""

    def __init__(self, account: Account, program: str | None = None) -> None:
        self.account = account
        self.program = program or "; ".join(
            f"{account.names[step.tensor]} = {account.format_step(step)}" for step in account.steps
        )

    @property
    def root(self) -> Tensor:
        """The tensor that is explained."""
        return self.account.root

    def __str__(self) -> str:
        return text.to_text(self.account, self.program)

    def __repr__(self) -> str:
        return f"<explanation of {self.program!r} in {len(self.account.steps)} steps>"

    def markdown(self) -> str:
        """Return the explanation as Markdown, with a table for each pass."""
        return text.to_markdown(self.account, self.program)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def latex(self) -> str:
        """Return the explanation as LaTeX displays, for a document with the package amsmath."""
        return latex.to_latex(self.account)

    def html(
        self,
        path: str | os.PathLike[str],
        *,
        mistakes: "Mistakes | None" = None,
        bounds: "Bounds | None" = None,
    ) -> pathlib.Path:
        """Write the explanation as an interactive page: one file that needs nothing else.

        Steps forward and back through the graph, sliders for programs of single numbers, arrays as
        heat maps, a quiz. For quantities such as `"q"` or `"df/dq"`, `mistakes` has pairs of a
        wrong value and a sentence about the mistake that leads to it, and `bounds` the least and
        the greatest right value, as at a kink; `autograd.marking.common_mistakes` finds both.
        Returns the path.

        Raises `RendererNotFound` where no program can lay out the graph.
        """
        from autograd.explanation.page.assemble import render_page
        from autograd.host.files import write_whole

        document = render_page(self.account, self.program, mistakes, bounds)
        return write_whole(pathlib.Path(path), document.encode())

    def _repr_html_(self) -> str | None:
        """Return the page in a frame for notebooks, which show Markdown where it is `None`."""
        from autograd.explanation.page.assemble import embed_in_frame, render_page

        if len(self.account.steps) > LARGEST_IN_NOTEBOOK:
            return None
        try:
            return embed_in_frame(render_page(self.account, self.program))
        except (AutogradError, OSError):
            return None

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as data: numbers, strings, lists and dicts, ready for JSON.

        Keys: `program`, `inputs`, `forward`, `backward`, and `gradients`, which maps each leaf's
        name to its gradient.
        """
        known = self.account
        return {
            "program": self.program,
            "inputs": {known.names[x]: _plain(x.data) for x in known.leaves},
            "forward": [
                {
                    "step": step.number,
                    "name": known.names[step.tensor],
                    "operation": step.tensor.op.name if step.tensor.op else None,
                    "operands": [known.name(x) for x in step.operands],
                    "formula": known.format_step(step),
                    "shape": list(step.tensor.shape),
                    "value": _plain(step.tensor.data),
                }
                for step in known.steps
            ],
            "backward": [
                {
                    "step": step.number,
                    "name": known.names[step.tensor],
                    "upstream": _plain(step.upstream),
                    "contributions": [
                        {
                            "to": known.names[part.operand],
                            "rule": part.rule.text,
                            "local": part.local and part.local.text,
                            "slope": None if part.slope is None else _plain(part.slope),
                            "value": _plain(part.value),
                            "total": _plain(part.total),
                        }
                        for part in step.contributions
                    ],
                }
                for step in reversed(known.steps)
                if step.upstream is not None
            ],
            "gradients": {
                known.names[x]: _plain(known.gradients[x])
                for x in known.leaves
                if x in known.gradients
            },
        }


def _plain(x: Any) -> Any:
    return np.asarray(x).tolist()


def explain(target: Tensor | str | Callable[..., Any], /, **inputs: Any) -> Explanation:
    """Explain every forward and backward step of a computation.

    `target` is a computed tensor, a program text, or a Python function; the latter two are run
    with `inputs` as named leaves. Every backward step has the upstream gradient, the local
    derivative as a formula and as a number, and their product; for a variable with several uses,
    also the sum over paths:

        dL/dx = sum over the uses y of x of  dL/dy * dy/dx

    Names come from the tensors, from the program's assignments or from the function's local
    variables; results without one are called v1, v2, ... No `grad` changes.

    Raises `ProgramError` for a text outside the program language, `TypeError` for another target.

    >>> print(explain("q = x + y; f = q * z", x=-2, y=5, z=-4))
    q = x + y; f = q * z
    at  x = −2, y = 5, z = −4
    <BLANKLINE>
    Forward
      1. q = x + y = −2 + 5 = 3
      2. f = q·z = 3·(−4) = −12
    <BLANKLINE>
    Backward: contribution = upstream × local, from the result to the inputs
      2. f = q·z    upstream ∂f/∂f = 1
           to q:  local ∂f/∂q = z = −4;  1 × (−4) = −4
           to z:  local ∂f/∂z = q = 3;  1 × 3 = 3
      1. q = x + y    upstream ∂f/∂q = −4
           to x:  local ∂q/∂x = 1;  (−4) × 1 = −4
           to y:  local ∂q/∂y = 1;  (−4) × 1 = −4
    <BLANKLINE>
    Gradients
      ∂f/∂x = −4
      ∂f/∂y = −4
      ∂f/∂z = 3
    """
    if type(target) is Tensor:
        if inputs:
            raise TypeError("a tensor is computed already: explain(tensor) takes no inputs")
        return Explanation(build_account(target))
    if isinstance(target, str):
        evaluation = run(target, inputs)
        known = {tensor: name for name, tensor in evaluation.names.items()}
        separator = "\n" if "\n" in target.strip() else "; "
        program = separator.join(statement.source_text for statement in evaluation.statements)
        return Explanation(build_account(evaluation.result, known, evaluation.result_name), program)
    if callable(target):
        return _explain_function(target, inputs)
    raise TypeError(
        f"explain takes a tensor, a program text or a function, got {type(target).__name__}"
    )


def _explain_function(function: Callable[..., Any], inputs: Mapping[str, Any]) -> Explanation:
    leaves = {
        name: x if type(x) is Tensor else Tensor(x, requires_grad=True, name=name)
        for name, x in inputs.items()
    }
    watched = run_and_watch(function, leaves)
    result = watched.result
    name = getattr(function, "__name__", "f")
    if type(result) is not Tensor:
        raise TypeError(f"{name} must return a tensor, got {type(result).__name__}")
    root_name = name if name.isidentifier() else "f"
    return Explanation(build_account(result, watched.names, root_name, watched.scopes))
