"""The account of a record, step by step, from which text, picture and page are rendered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.dtypes import Value
from autograd.engine.modes import enable_grad
from autograd.engine.record import make
from autograd.engine.tensor import Tensor
from autograd.engine.walk import ancestors
from autograd.explanation import numbers
from autograd.explanation.formula import Style, format_formula, format_step
from autograd.explanation.naming import assign_names
from autograd.explanation.notation import latex_name
from autograd.explanation.watch import Scope
from autograd.transforms.sampling import given


@dataclass(frozen=True)
class Formula:
    """A formula in both scripts."""

    text: str
    latex: str


@dataclass(frozen=True)
class Contribution:
    """The term that one use of an operand adds to its gradient: one edge of the backward pass.

    `rule` is the whole derivative rule. For a step that works entry by entry, `local` is its local
    derivative, with `slope` the value, and the contribution is upstream times local.
    """

    operand: Tensor
    rule: Formula
    local: Formula | None
    slope: Value
    value: Value
    total: Value
    paths: int
    """Number of uses in `total` so far, this one included."""


@dataclass(frozen=True)
class Step:
    """One recorded operation, with its part of the backward pass."""

    number: int
    tensor: Tensor
    operands: tuple[Any, ...]
    upstream: Value
    """The gradient that arrived at the result; `None` where no gradient is required."""
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class Account:
    """A record in the order of its computation, with names, values and gradients."""

    root: Tensor
    names: dict[Tensor, str]
    leaves: tuple[Tensor, ...]
    steps: tuple[Step, ...]
    gradients: dict[Tensor, Value] = field(default_factory=dict)
    scopes: tuple[Scope, ...] = ()
    """The runs of modules during which the record was made."""

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All tensors with a name: the leaves, then the results, each after its operands."""
        return (*self.leaves, *(step.tensor for step in self.steps))

    @property
    def contributions(self) -> Iterator[tuple[Step, Contribution]]:
        """The edges of the backward pass in its order, each with its step."""
        for step in reversed(self.steps):
            for part in step.contributions:
                yield step, part

    def name(self, x: Any, style: Style = "text") -> str:
        """Return the name of a tensor, or the value of a constant without one."""
        if not is_named(x, self.names):
            return numbers.format_value(_data(x))
        return self.names[x] if style == "text" else latex_name(self.names[x])

    def format_step(self, step: Step, style: Style = "text") -> str:
        """Return the step's operation in terms of its operands' names."""
        return format_step(step.tensor, [self.name(x, style) for x in step.operands], style)

    def format_substituted(self, step: Step) -> str | None:
        """Return the step's operation with numbers in place of names, `None` for arrays."""
        if np.shape(step.tensor.data) or any(np.shape(_data(x)) for x in step.operands):
            return None
        texts = [numbers.format_number(_data(x)) for x in step.operands if x is not None]
        return format_step(step.tensor, texts) if len(texts) == len(step.operands) else None

    def derivative(self, of: Tensor | None, by: Tensor, style: Style = "text") -> str:
        """Return the symbol of a derivative, by default of the root."""
        top, bottom = self.names[self.root if of is None else of], self.names[by]
        if style == "text":
            return f"∂{top}/∂{bottom}"
        return rf"\frac{{\partial {latex_name(top)}}}{{\partial {latex_name(bottom)}}}"


def build_account(
    root: Tensor,
    known: Mapping[Tensor, str] | None = None,
    root_name: str = "f",
    scopes: Iterable[Scope] = (),
) -> Account:
    """Return the account of the record below `root`, forward and backward; the record is unchanged.

    The backward part is empty for a root that is no scalar or requires no gradients.
    """
    nodes = collect_tensors(root)
    names = assign_names([x for x in nodes if not _is_constant(x)], root, known or {}, root_name)
    leaves = tuple(x for x in nodes if x.op is None and x in names)
    gradients: dict[Tensor, Value] = {}
    if root.requires_grad and root.size == 1:
        with np.errstate(all="ignore"):
            seed = np.ones_like(root.data)[()]
            sweep.reverse(root, seed, observer=gradients.__setitem__, hooks=False)
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
    return Account(root, names, leaves, steps, gradients, tuple(scopes))


def collect_tensors(root: Tensor) -> list[Tensor]:
    """Return every tensor below `root`, constants of the graph included, operands first."""
    sweep.order(root)  # refuses a graph that was released or is stale
    return ancestors([root])


def is_named(x: Any, names: Mapping[Tensor, Any]) -> bool:
    """Return whether `x` is a tensor with a name; other constants are shown by their value."""
    return type(x) is Tensor and x in names


def _is_constant(x: Tensor) -> bool:
    return x.op is None and not x.requires_grad and x.name is None


def _data(x: Any) -> Any:
    return x.data if type(x) is Tensor else x


@dataclass(frozen=True)
class AppliedRule:
    """The derivative rule for one operand of a step, recorded on symbols.

    `local` is the local derivative, or `None` where the step does not work entry by entry;
    `contribution` is the cotangent of the operand.
    """

    operand: Tensor
    local: Any
    contribution: Any


@dataclass(frozen=True)
class Symbols:
    """The rules of one step, and the fresh leaves that they were run on."""

    upstream: Any
    output: Any
    operands: tuple[Any, ...]
    rules: tuple[AppliedRule, ...]

    def names(self, account: Account, tensor: Tensor, style: Style = "text") -> dict[Tensor, str]:
        """Return the names of the leaves in formulas."""
        write = (lambda name: name) if style == "text" else latex_name
        names = {self.upstream: account.derivative(None, tensor, style)}
        names[self.output] = write(account.names[tensor])
        for x, operand in zip(self.operands, tensor.inputs, strict=True):
            if is_named(operand, account.names):
                names[x] = write(account.names[operand])
        return names


def run_rules(tensor: Tensor, upstream: Value) -> Symbols:
    """Run the rules of one step on symbols; the records give formulas, numbers and programs."""
    op, params = tensor.op, tensor.params or {}
    assert op is not None
    g, y = _symbol(upstream), _symbol(tensor)
    xs = tuple(_symbol(x) for x in tensor.inputs)
    rules = []
    for k, operand in enumerate(tensor.inputs):
        if type(operand) is not Tensor or not operand.requires_grad:
            continue
        with enable_grad(), np.errstate(all="ignore"):
            slope = op.slopes[k] if op.slopes else None
            local = slope(y, *xs, **params) if callable(slope) else slope
            rules.append(AppliedRule(operand, local, op.vjp(k)(g, y, *xs, **params)))
    return Symbols(g, y, xs, tuple(rules))


def _contributions(
    whole: Account, tensor: Tensor, totals: dict[Tensor, tuple[Value, int]]
) -> tuple[Contribution, ...]:
    symbols = run_rules(tensor, whole.gradients[tensor])
    in_text = symbols.names(whole, tensor)
    in_latex = symbols.names(whole, tensor, "latex")

    def both(x: Any) -> Formula:
        return Formula(format_formula(x, in_text), format_formula(x, in_latex, "latex"))

    found = []
    for rule in symbols.rules:
        value = _data(rule.contribution)
        before, paths = totals.get(rule.operand, (None, 0))
        total = value if before is None else before + value
        totals[rule.operand] = (total, paths + 1)
        found.append(
            Contribution(
                rule.operand,
                both(rule.contribution),
                None if rule.local is None else both(rule.local),
                None if rule.local is None else _data(rule.local),
                value,
                total,
                paths + 1,
            )
        )
    return tuple(found)


def _symbol(x: Any) -> Any:
    """Return a fresh tensor with the value of `x`, on which a rule is run and records itself."""
    data = _data(x)
    if not isinstance(data, np.ndarray | np.generic):
        # Python raises where a rule divides by 0, NumPy warns.
        return np.float64(data) if type(data) in (int, float) and data == 0 else data
    if data.dtype.kind != "f" and type(x) is Tensor and not _is_constant(x):
        # A mask that depends on the inputs, or is one: results computed from it are recorded too.
        return make(data, given, (), None, False)
    return Tensor(data, requires_grad=data.dtype.kind == "f")
