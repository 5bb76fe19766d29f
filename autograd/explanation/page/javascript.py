"""A program of single numbers as JavaScript, forward and backward, for a page to run.

The steps are those of the record. The backward part is the record of the derivative rules, run on
symbols, so this file contains no derivative. How one number of an operation is computed is a fact
of its declaration (`engine/spelling.py`); an entry-by-entry operation without that fact, such as
`relu`, is spelled out by running its NumPy code on symbols.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.engine import spelling
from autograd.engine.modes import enable_grad
from autograd.engine.operation import Operation
from autograd.engine.spelling import Expression, Language
from autograd.engine.tensor import Tensor
from autograd.errors import AutogradError
from autograd.explanation.steps import Account, AppliedRule, is_named, run_rules

Names = Mapping[Tensor, Expression]

_IN_MATH = (
    "abs exp expm1 log log2 log10 log1p sqrt cbrt sin cos tan asin acos atan sinh cosh tanh asinh "
    "acosh atanh floor ceil trunc"
)
_OF_TWO = ("atan2", "hypot")
_IN_FUNCTIONS = {"rint": 1, "erf": 1, "erfc": 1, "copysign": 2, "fmod": 2}
_WORDS = {
    **{name: f"Math.{name}({{0}})" for name in _IN_MATH.split()},
    **{name: f"Math.{name}({{0}}, {{1}})" for name in _OF_TWO},
    **{name: f"{name}({', '.join(('{0}', '{1}')[:n])})" for name, n in _IN_FUNCTIONS.items()},
    **{sign: f"{{0}} {sign} {{1}}" for sign in ("+", "-", "*", "/", "**", "<", "<=", ">", ">=")},
    "exp2": "power(2, {0})",
    "pow": "power({0}, {1})",
    "//": "floorDivide({0}, {1})",
    "%": "remainder({0}, {1})",
    "==": "{0} === {1}",
    "!=": "{0} !== {1}",
    "negative": "-{0}",
    "if": "{0} ? {1} : {2}",
    "and": "{0} && {1}",
    "or": "{0} || {1}",
    "not": "!({0})",
    "bool": "{0}",
    "float": "{0}",
    "inf": "Infinity",
    # NaN is not 0, and so counts as true.
    "truth": "{0} !== 0",
    "number": "Number({0})",
}
JAVASCRIPT = Language(_WORDS)
"""How JavaScript says each word of the vocabulary; other functions are in `functions.js`."""


class NotLiveError(Exception):
    """The reason why a page cannot compute a program itself."""


def javascript(known: Account) -> str:
    """Return the source of a function of the leaves' values.

    The function returns the values and gradients of all tensors, and the slope, value and running
    total of every contribution, each as an array in the numbering of the account.

    Raises `NotLiveError`, with the reason, for a program that is not made of single numbers.
    """
    _require_numbers(known)
    body = _Body()
    values = {x: Expression(f"v{i}") for i, x in enumerate(known.tensors)}
    for i, x in enumerate(known.leaves):
        body.define(values[x].text, Expression(f"inputs[{i}]"))
    for step in known.steps:
        before = {x: name for x, name in values.items() if x is not step.tensor}
        body.define(values[step.tensor].text, body.compute(step.tensor, before))
    gradients = {known.root: "1"} if known.gradients else {}
    slopes: list[str] = []
    contributions: list[str] = []
    totals: list[str] = []
    for step in reversed(known.steps):
        if not step.contributions:
            continue
        symbols = run_rules(step.tensor, step.upstream)
        names = {
            symbols.upstream: Expression(gradients[step.tensor]),
            symbols.output: values[step.tensor],
        }
        for x, operand in zip(symbols.operands, step.tensor.inputs, strict=True):
            if is_named(operand, values):
                names[x] = values[operand]
        for rule in symbols.rules:
            contribution = body.define(f"c{len(totals)}", body.compute(rule.contribution, names))
            earlier = gradients.get(rule.operand)
            total = contribution
            if earlier:
                total = body.define(f"t{len(totals)}", Expression(f"{earlier} + {contribution}"))
            gradients[rule.operand] = total
            slopes.append(_slope(rule, names, body))
            contributions.append(contribution)
            totals.append(total)
    results = {
        "values": [name.text for name in values.values()],
        "gradients": [gradients.get(x, "null") for x in known.tensors],
        "slopes": slopes,
        "contributions": contributions,
        "totals": totals,
    }
    returned = [f"{name}: [{', '.join(texts)}]," for name, texts in results.items()]
    lines = [*body.lines, "return {", *(f"  {line}" for line in returned), "};"]
    return "\n".join(["(inputs) => {", *(f"  {line}" for line in lines), "}"])


def _slope(rule: AppliedRule, names: Names, body: "_Body") -> str:
    if rule.local is None:
        return "null"
    return spelling.as_number(body.compute(rule.local, names), JAVASCRIPT).text


def _require_numbers(known: Account) -> None:
    for x in known.tensors:
        name = known.names[x]
        if x.shape:
            raise NotLiveError(f"{name} is an array")
        if x.dtype not in (np.float64, np.bool_):
            raise NotLiveError(f"{name} is a number of type {x.dtype}")


class _Body:
    """The body of a function under construction."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._shared = 0

    def define(self, name: str, expression: Expression) -> str:
        """Add the line that gives a number its name, and return the name."""
        number = spelling.as_number(expression, JAVASCRIPT)
        self.lines.append(f"const {name} = {number.text};")
        return name

    def compute(self, x: Any, names: Names) -> Expression:
        """Return how JavaScript computes `x`, recorded from the tensors in `names`.

        A step that several others use, or one uses several times, becomes a constant.
        """
        if type(x) is not Tensor:
            return _literal(x)
        steps = _steps_below(x, names)
        uses = Counter[Tensor]()
        for step in steps:
            uses.update(_uses(step, names))
        found = dict(names)
        for step in steps:
            expression = self._operation(step, found)
            if uses[step] > 1 and not re.fullmatch(r"\w+", expression.text):
                name = f"s{self._shared}"
                self._shared += 1
                self.lines.append(f"const {name} = {expression.text};")
                expression = Expression(name, is_truth=expression.is_truth)
            found[step] = expression
        return _operand(x, found)

    def _operation(self, x: Tensor, names: Names) -> Expression:
        op, params, operands = x.op, x.params or {}, x.inputs
        assert op is not None
        pieces = [_operand(o, names) for o in operands]
        declared = spelling.number_spelling(op, params)
        if not declared:
            return self._spell_out(op, params, pieces, operands)
        if x.dtype not in (np.float64, np.bool_):
            raise NotLiveError(f"there is no JavaScript for {op.name} with a result of {x.dtype}")
        tree = spelling.parse(declared, _constants(operands, names))
        truths = tuple(_is_truth(o) for o in operands)
        if x.dtype == bool and not spelling.is_truth_valued(tree, truths):
            raise NotLiveError(f"there is no JavaScript for {op.name} of truth values")
        return spelling.write(tree, pieces, JAVASCRIPT)

    def _spell_out(
        self,
        op: Operation,
        params: Mapping[str, Any],
        pieces: Sequence[Expression],
        operands: tuple[Any, ...],
    ) -> Expression:
        """Return an entry-by-entry operation as the steps of its own code."""
        symbols = [
            Tensor(x._data, requires_grad=True) if type(x) is Tensor and x.dtype.kind == "f" else x
            for x in operands
        ]
        names = {x: piece for x, piece in zip(symbols, pieces, strict=True) if type(x) is Tensor}
        problem = NotLiveError(f"there is no JavaScript for {op.name}")
        if op.kind != "elementwise":
            raise problem
        try:
            with enable_grad(), np.errstate(all="ignore"):
                made = op.impl(*symbols, **params)
        except (AutogradError, TypeError):
            # It looks at values, or calls what is no function of NumPy's.
            raise problem from None
        if type(made) is not Tensor or made.op is None or made.op is op:
            raise problem
        return self.compute(made, names)


def _operand(x: Any, names: Names) -> Expression:
    if type(x) is not Tensor:
        return _literal(x)
    return names[x] if x in names else _literal(x._data)


def _constants(operands: tuple[Any, ...], names: Names) -> tuple[Any, ...]:
    """Return the operands for `spelling.parse`: numbers, and `...` for those that may move."""
    values = (
        (x if x in names or x.op is not None else x._data) if type(x) is Tensor else x
        for x in operands
    )
    return tuple(
        ... if type(x) is Tensor else x.item() if isinstance(x, np.generic) else x for x in values
    )


def _is_truth(x: Any) -> bool:
    return bool(x.dtype == bool) if type(x) is Tensor else isinstance(x, bool | np.bool_)


def _literal(x: Any) -> Expression:
    if x is None:
        return Expression("null")
    x = float(x)
    text = repr(x).removesuffix(".0").replace("inf", "Infinity").replace("nan", "NaN")
    return Expression(text, spelling.UNARY if text.startswith("-") else spelling.ATOM)


def _steps_below(x: Tensor, names: Names) -> list[Tensor]:
    """Return the recorded steps that lead from `names` to `x`, operands first."""
    if x in names or x.op is None:
        return []
    found, seen = [x], {x}
    for node in found:
        for o in node.inputs:
            if type(o) is Tensor and o.op is not None and o not in names and o not in seen:
                seen.add(o)
                found.append(o)
    return sorted(found, key=lambda node: node.seq)


def _uses(x: Tensor, names: Names) -> dict[Tensor, int]:
    """Return how many times each operand stands in the text of a step.

    The code of an operation that is spelled out may use its operands several times.
    """
    assert x.op is not None
    declared = spelling.number_spelling(x.op, x.params)
    counts = [2] * len(x.inputs)
    if declared:
        tree = spelling.parse(declared, _constants(x.inputs, names))
        counts = [*spelling.count_uses(tree, JAVASCRIPT)]
    uses: dict[Tensor, int] = {}
    for o, n in zip(x.inputs, counts, strict=False):
        if type(o) is Tensor:
            uses[o] = uses.get(o, 0) + n
    return uses
