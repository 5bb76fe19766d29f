"""The one account of a record, step by step, that text, picture and page are renderings of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import sweep
from autograd.dtypes import Value
from autograd.explain import numbers
from autograd.explain.formula import Style, formula, step_formula
from autograd.explain.naming import names_for
from autograd.explain.notation import latex_name
from autograd.modes import enable_grad
from autograd.tensor import Tensor


@dataclass(frozen=True)
class Formula:
    """A formula in both scripts."""

    text: str
    latex: str


@dataclass(frozen=True)
class Contribution:
    """What one use of an operand adds to its gradient: one edge of the backward pass.

    `rule` is the whole derivative rule; where the step works entry by entry, `local` is its local
    derivative, with `slope` the value, and the contribution is upstream times local.
    """

    operand: Tensor
    rule: Formula
    local: Formula | None
    slope: Value
    value: Value
    total: Value
    paths: int
    """How many uses `total` has added up so far, this one among them."""


@dataclass(frozen=True)
class Step:
    """One recorded operation: how it was computed, and what the backward pass did there."""

    number: int
    tensor: Tensor
    operands: tuple[Any, ...]
    upstream: Value
    """The gradient that arrived at the result; `None` where no gradient is asked for."""
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class Account:
    """A record in the order of its making, with names, values and gradients."""

    root: Tensor
    names: dict[Tensor, str]
    leaves: tuple[Tensor, ...]
    steps: tuple[Step, ...]
    gradients: dict[Tensor, Value] = field(default_factory=dict)

    def name(self, x: Any, style: Style = "text") -> str:
        """The name of a tensor; of a constant without one, its value."""
        if not is_named(x, self.names):
            return numbers.value(_data(x))
        return self.names[x] if style == "text" else latex_name(self.names[x])

    def written(self, step: Step, style: Style = "text") -> str:
        """The step's operation in terms of its operands' names."""
        return step_formula(step.tensor, [self.name(x, style) for x in step.operands], style)

    def substituted(self, step: Step) -> str | None:
        """The step's operation with numbers in place of names, where all of them are scalars."""
        if np.shape(step.tensor.data) or any(np.shape(_data(x)) for x in step.operands):
            return None
        texts = [numbers.number(_data(x)) for x in step.operands if x is not None]
        return step_formula(step.tensor, texts) if len(texts) == len(step.operands) else None

    def derivative(self, of: Tensor | None, by: Tensor, style: Style = "text") -> str:
        """The symbol of a derivative, by default of the root."""
        top, bottom = self.names[self.root if of is None else of], self.names[by]
        if style == "text":
            return f"∂{top}/∂{bottom}"
        return rf"\frac{{\partial {latex_name(top)}}}{{\partial {latex_name(bottom)}}}"


def account(
    root: Tensor, known: Mapping[Tensor, str] | None = None, root_name: str = "f"
) -> Account:
    """Walk the record below `root` forward and backward, without a trace left in it.

    Gradients are those of a scalar root; below any other root, and below one that depends on no
    tensor with gradients, the backward part is empty.
    """
    nodes = recorded(root)
    names = names_for([x for x in nodes if not _is_constant(x)], root, known or {}, root_name)
    leaves = tuple(x for x in nodes if x.op is None and x in names)
    gradients: dict[Tensor, Value] = {}
    if root.requires_grad and root.size == 1:
        with np.errstate(all="ignore"):
            gradients = sweep.pull(root, np.ones_like(root.data)[()], every=True, watch=False)
    made = [x for x in nodes if x.op is not None]
    whole = Account(root, names, leaves, (), gradients)
    totals: dict[Tensor, tuple[Value, int]] = {}
    backward: dict[Tensor, tuple[Contribution, ...]] = {}
    for tensor in reversed(made):
        if tensor in gradients:
            backward[tensor] = _contributions(whole, tensor, totals)
    steps = tuple(
        Step(i, x, x.inputs, gradients.get(x), backward.get(x, ())) for i, x in enumerate(made, 1)
    )
    return Account(root, names, leaves, steps, gradients)


def recorded(root: Tensor) -> list[Tensor]:
    """Every tensor below `root`, constants of the graph included, operands before results."""
    sweep.order(root)  # refuses a graph that was let go or is stale
    found, seen = [root], {root}
    for node in found:
        for x in node.inputs:
            if type(x) is Tensor and x not in seen:
                seen.add(x)
                found.append(x)
    return sorted(found, key=lambda x: x.seq)


def is_named(x: Any, names: Mapping[Tensor, str]) -> bool:
    """Whether `x` is a tensor that goes by a name; other constants go by their value."""
    return type(x) is Tensor and x in names


def _is_constant(x: Tensor) -> bool:
    return x.op is None and not x.requires_grad and x.name is None


def _data(x: Any) -> Any:
    return x.data if type(x) is Tensor else x


def _contributions(
    whole: Account, tensor: Tensor, totals: dict[Tensor, tuple[Value, int]]
) -> tuple[Contribution, ...]:
    """Run the rules of one step on named symbols: that gives formulas and numbers at once."""
    op = tensor.op
    assert op is not None
    g, y = _symbol(whole.gradients[tensor]), _symbol(tensor)
    xs = [_symbol(x) for x in tensor.inputs]
    params = tensor.params or {}
    named: dict[Style, dict[Tensor, str]] = {}
    styles: tuple[Style, ...] = ("text", "latex")
    for style in styles:
        write = (lambda name: name) if style == "text" else latex_name
        named[style] = {g: whole.derivative(None, tensor, style), y: write(whole.names[tensor])}
        for x, operand in zip(xs, tensor.inputs, strict=True):
            if is_named(operand, whole.names):
                named[style][x] = write(whole.names[operand])

    def both(x: Any) -> Formula:
        return Formula(formula(x, named["text"]), formula(x, named["latex"], "latex"))

    found = []
    for k, operand in enumerate(tensor.inputs):
        if type(operand) is not Tensor or not operand.requires_grad:
            continue
        with enable_grad(), np.errstate(all="ignore"):
            slope = op.slopes[k] if op.slopes else None
            local = slope(y, *xs, **params) if callable(slope) else slope
            contribution = op.pull(k)(g, y, *xs, **params)
        value = _data(contribution)
        before, paths = totals.get(operand, (None, 0))
        total = value if before is None else before + value
        totals[operand] = (total, paths + 1)
        found.append(
            Contribution(
                operand,
                both(contribution),
                None if local is None else both(local),
                None if local is None else _data(local),
                value,
                total,
                paths + 1,
            )
        )
    return tuple(found)


def _symbol(x: Any) -> Any:
    """A fresh leaf with the value of `x`, for a rule to be run on."""
    data = _data(x)
    if not isinstance(data, np.ndarray | np.generic):
        return data
    return Tensor(data, requires_grad=data.dtype.kind == "f")
