"""Mathematical notation of operations, as plain text and as LaTeX."""

from dataclasses import dataclass

SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 6)
"""How tightly an expression binds; a looser one inside a tighter one gets parentheses."""


@dataclass(frozen=True)
class Notation:
    """How an operation is written: `{0}`, `{1}` stand for its operands.

    `bounds` says how tightly each operand has to bind to go without parentheses, and `sign` is
    the label of the operation's circle in a picture.
    """

    text: str
    latex: str
    binds: int
    bounds: tuple[int, ...]
    sign: str


def infix(sign: str, latex: str, binds: int, right: int, circle: str) -> Notation:
    """Return the notation of a sign between two operands.

    >>> infix(" + ", "+", SUM, SUM, "+").text.format("x", "y")
    'x + y'
    """
    return Notation(f"{{0}}{sign}{{1}}", f"{{0}} {latex} {{1}}", binds, (binds, right), circle)


def function(name: str, latex: str, sign: str = "") -> Notation:
    r"""Return the notation of a function of one operand.

    >>> function("ln", r"\ln").text.format("x")
    'ln(x)'
    """
    return Notation(f"{name}({{0}})", rf"{latex}\left({{0}}\right)", ATOM, (0,), sign or name)


def bracket(sign: str, latex: str) -> Notation:
    """Return the notation of a comparison as Iverson's bracket: 1 where it holds, else 0.

    >>> bracket(">", ">").text.format("x", "y")
    '[x > y]'
    """
    return Notation(f"[{{0}} {sign} {{1}}]", f"[{{0}} {latex} {{1}}]", ATOM, (SUM, SUM), sign)
