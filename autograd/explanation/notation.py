"""The mathematical signs of the operations, as plain text and as LaTeX.

An operation that is not listed is written as a function, `name(x)`; so a new operation needs no
entry here, and gets one only where mathematics has a sign of its own for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 6)
"""How tightly an expression binds; a looser one inside a tighter one gets parentheses."""


@dataclass(frozen=True)
class Notation:
    """How an operation is written: `{0}`, `{1}` stand for its operands.

    `bounds` says how tightly each operand has to bind to go without parentheses, and `sign` is
    what the circle of the operation shows in a picture.
    """

    text: str
    latex: str
    binds: int
    bounds: tuple[int, ...]
    sign: str


def _infix(sign: str, latex: str, binds: int, right: int, circle: str) -> Notation:
    return Notation(f"{{0}}{sign}{{1}}", f"{{0}} {latex} {{1}}", binds, (binds, right), circle)


def _function(name: str, latex: str, sign: str = "") -> Notation:
    return Notation(f"{name}({{0}})", rf"{latex}\left({{0}}\right)", ATOM, (0,), sign or name)


def _bracket(sign: str, latex: str) -> Notation:
    """A comparison as Iverson's bracket: 1 where it holds, else 0."""
    return Notation(f"[{{0}} {sign} {{1}}]", f"[{{0}} {latex} {{1}}]", ATOM, (SUM, SUM), sign)


NOTATIONS: dict[str, Notation] = {
    "add": _infix(" + ", "+", SUM, SUM, "+"),
    "subtract": _infix(" − ", "-", SUM, PRODUCT, "−"),
    "multiply": _infix("·", r"\cdot", PRODUCT, PRODUCT, "×"),
    "divide": Notation("{0} / {1}", r"\frac{{{0}}}{{{1}}}", PRODUCT, (PRODUCT, UNARY), "÷"),
    "matmul": _infix(" ", r"\,", PRODUCT, PRODUCT, "@"),
    "outer": Notation("{0} {1}ᵀ", r"{0}\,{1}^{{\top}}", PRODUCT, (ATOM, ATOM), "xyᵀ"),
    "cross": _infix(" × ", r"\times", PRODUCT, UNARY, "a×b"),
    "inv": Notation("{0}⁻¹", "{0}^{{-1}}", POWER, (ATOM,), "A⁻¹"),
    "pinv": Notation("{0}⁺", "{0}^{{+}}", POWER, (ATOM,), "A⁺"),
    "solve": Notation("{0}⁻¹ {1}", r"{0}^{{-1}}\,{1}", PRODUCT, (ATOM, UNARY), "A⁻¹b"),
    "det": _function("det", r"\det"),
    "negative": Notation("−{0}", "-{0}", UNARY, (PRODUCT,), "−"),
    "positive": Notation("{0}", "{0}", ATOM, (ATOM,), "+"),
    "copy": Notation("{0}", "{0}", ATOM, (ATOM,), "="),
    "power": Notation("{0}^{1}", "{0}^{{{1}}}", POWER, (ATOM, ATOM), "xⁿ"),
    "square": Notation("{0}²", "{0}^2", POWER, (ATOM,), "x²"),
    "sqrt": Notation("√{0}", r"\sqrt{{{0}}}", UNARY, (ATOM,), "√"),
    "cbrt": Notation("∛{0}", r"\sqrt[3]{{{0}}}", UNARY, (ATOM,), "∛"),
    "absolute": Notation("|{0}|", r"\left|{0}\right|", ATOM, (0,), "|x|"),
    "norm": Notation("‖{0}‖", r"\left\lVert {0}\right\rVert", ATOM, (0,), "‖x‖"),
    "exp": Notation("exp({0})", "e^{{{0}}}", ATOM, (0,), "exp"),
    "log": _function("ln", r"\ln"),
    "log2": _function("log₂", r"\log_2"),
    "log10": _function("log₁₀", r"\log_{{10}}"),
    "sin": _function("sin", r"\sin"),
    "cos": _function("cos", r"\cos"),
    "tan": _function("tan", r"\tan"),
    "arcsin": _function("arcsin", r"\arcsin"),
    "arccos": _function("arccos", r"\arccos"),
    "arctan": _function("arctan", r"\arctan"),
    "sinh": _function("sinh", r"\sinh"),
    "cosh": _function("cosh", r"\cosh"),
    "tanh": _function("tanh", r"\tanh"),
    "floor": Notation("⌊{0}⌋", r"\left\lfloor {0}\right\rfloor", ATOM, (0,), "⌊x⌋"),
    "ceil": Notation("⌈{0}⌉", r"\left\lceil {0}\right\rceil", ATOM, (0,), "⌈x⌉"),
    "sigmoid": _function("σ", r"\sigma"),
    "normal_cdf": _function("Φ", r"\Phi"),
    "sum": _function("sum", r"\textstyle\sum", "Σ"),
    "prod": _function("prod", r"\textstyle\prod", "Π"),
    "maximum": Notation("max({0}, {1})", r"\max({0}, {1})", ATOM, (0, 0), "max"),
    "minimum": Notation("min({0}, {1})", r"\min({0}, {1})", ATOM, (0, 0), "min"),
    "transpose": Notation("{0}ᵀ", r"{0}^{{\top}}", ATOM, (ATOM,), "xᵀ"),
    "swapaxes": Notation("{0}ᵀ", r"{0}^{{\top}}", ATOM, (ATOM,), "xᵀ"),
    "greater": _bracket(">", ">"),
    "greater_equal": _bracket("≥", r"\ge"),
    "less": _bracket("<", "<"),
    "less_equal": _bracket("≤", r"\le"),
    "equal": _bracket("=", "="),
    "not_equal": _bracket("≠", r"\ne"),
    "logical_and": _infix("·", r"\cdot", PRODUCT, PRODUCT, "and"),
    # Which of two operands is the larger one, half each where they tie.
    "tie_share": Notation(
        "[{0} > {1}] + ½·[{0} = {1}]",
        r"[{0} > {1}] + \tfrac{{1}}{{2}} \cdot [{0} = {1}]",
        SUM,
        (SUM, SUM),
        "tie",
    ),
    "logical_not": Notation("(1 − {0})", "(1 - {0})", ATOM, (PRODUCT,), "not"),
}


def sign(name: str) -> str:
    """What the circle of an operation shows in a picture.

    >>> sign("multiply"), sign("relu")
    ('×', 'relu')
    """
    return NOTATIONS[name].sign if name in NOTATIONS else name


_WORDS = {
    "absolute": "take the absolute value of {0}",
    "add": "add {0} and {1}",
    "clip": "keep {0} between {1} and {2}",
    "cos": "take the cosine of {0}",
    "divide": "divide {0} by {1}",
    "exp": "take the exponential of {0}",
    "getitem": "take entries of {0}",
    "log": "take the natural logarithm of {0}",
    "matmul": "multiply {0} and {1} as matrices",
    "max": "take the largest entry of {0}",
    "maximum": "take the larger of {0} and {1}",
    "mean": "average the entries of {0}",
    "min": "take the smallest entry of {0}",
    "minimum": "take the smaller of {0} and {1}",
    "multiply": "multiply {0} by {1}",
    "negative": "change the sign of {0}",
    "power": "raise {0} to the power {1}",
    "reshape": "give {0} another shape",
    "sin": "take the sine of {0}",
    "sqrt": "take the square root of {0}",
    "square": "square {0}",
    "subtract": "subtract {1} from {0}",
    "sum": "add up the entries of {0}",
    "transpose": "transpose {0}",
    "where": "choose {1} where {0} holds, and {2} elsewhere",
}


def in_words(name: str, operands: Sequence[str]) -> str:
    """An operation as an instruction.

    >>> in_words("subtract", ["x", "y"]), in_words("relu", ["x"])
    ('subtract y from x', 'apply relu to x')
    """
    sentence = _WORDS.get(name, "")
    if sentence.count("{") == len(operands) > 0:
        return sentence.format(*operands)
    if not operands:
        return f"take {name}"
    *first, last = operands
    return f"apply {name} to {', '.join(first)} and {last}" if first else f"apply {name} to {last}"


_LATEX_SPECIAL = {c: "\\" + c for c in "_%$#&{}"} | {
    "\\": r"\textbackslash ",
    "^": r"\textasciicircum ",
    "~": r"\textasciitilde ",
}
_GREEK = {
    *("alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "lambda", "mu", "nu", "xi"),
    *("pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta"),
    *("Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"),
}


def latex_letters(text: str) -> str:
    """A text letter by letter, as it stands in a name."""
    return "".join(_LATEX_SPECIAL.get(c, c) for c in text)


def latex_name(name: str) -> str:
    r"""A name as mathematics writes it.

    >>> print(latex_name("w1"), latex_name("y_hat"), latex_name("alpha"), latex_name("rate_2"))
    w_{1} \hat{y} \alpha \mathrm{rate}_{2}
    """
    if not name.isidentifier() or name.startswith("_"):
        return rf"\text{{{latex_letters(name)}}}"
    base, _, index = name.partition("_")
    if not index:
        base = name.rstrip("0123456789") or name
        index = name[len(base) :]
    if base in _GREEK:
        base = "\\" + base
    elif len(base) > 1:
        base = rf"\mathrm{{{base}}}"
    if index == "hat":
        return rf"\hat{{{base}}}"
    return f"{base}_{{{index.replace('_', ',')}}}" if index else base
