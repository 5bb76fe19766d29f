"""Signs, words and LaTeX names for operations and tensors.

The notation of an operation is a fact of its declaration (`engine/facts.py`); an operation without
one is written as a function, `name(x)`.
"""

from collections.abc import Sequence

from autograd.engine.operation import Operation


def sign(op: Operation) -> str:
    """Return the label of the operation's circle in a picture.

    >>> from autograd.ops import REGISTRY
    >>> sign(REGISTRY["multiply"]), sign(REGISTRY["relu"])
    ('×', 'relu')
    """
    return op.name if op.facts.notation is None else op.facts.notation.sign


def in_words(op: Operation, operands: Sequence[str]) -> str:
    """Return an operation as an instruction.

    >>> from autograd.ops import REGISTRY
    >>> in_words(REGISTRY["subtract"], ["x", "y"]), in_words(REGISTRY["relu"], ["x"])
    ('subtract y from x', 'apply relu to x')
    """
    name, sentence = op.name, op.facts.words
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


def escape_latex_math(text: str) -> str:
    """Return a text letter by letter, as in a name."""
    return "".join(_LATEX_SPECIAL.get(c, c) for c in text)


def latex_name(name: str) -> str:
    r"""Return a name in the notation of mathematics.

    >>> print(latex_name("w1"), latex_name("y_hat"), latex_name("alpha"), latex_name("rate_2"))
    w_{1} \hat{y} \alpha \mathrm{rate}_{2}
    """
    if not name.isidentifier() or name.startswith("_"):
        return rf"\text{{{escape_latex_math(name)}}}"
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
