r"""Letters beyond ASCII in a LaTeX document: pdfLaTeX knows those of Europe, and no Greek ones.

For each of the others the preamble says how it is set: Greek letters and the usual signs as in
mathematics, raised and lowered digits as such, and what has no shape in the fonts at hand by its
number. XeLaTeX and LuaLaTeX set them all themselves.
"""

import re
import unicodedata

_SIGNS = {
    "∇": r"\nabla",
    "√": r"\surd",
    "∞": r"\infty",
    "≈": r"\approx",
    "≠": r"\neq",
    "≤": r"\leq",
    "≥": r"\geq",
    "→": r"\to",
    "∈": r"\in",
    "∑": r"\sum",
    "−": "-",
    "·": r"\cdot",
    "×": r"\times",
    "∂": r"\partial",
    "⊙": r"\odot",
    "ᵀ": "^{T}",
}
_RAISED = {"<sub>": "_", "<super>": "^"}
_ALPHA = 0x3B1
_GREEK = [
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "varsigma", "sigma", "tau"),
    *("upsilon", "phi", "chi", "psi", "omega"),
]
"""In the order of Unicode."""

_LIKE_LATIN = {
    "alpha": "A",
    "beta": "B",
    "epsilon": "E",
    "zeta": "Z",
    "eta": "H",
    "iota": "I",
    "kappa": "K",
    "mu": "M",
    "nu": "N",
    "omicron": "O",
    "rho": "P",
    "tau": "T",
    "chi": "X",
}
"""Capital letters that have no command of their own."""

_BEYOND_OT1 = re.compile("[ĄąĘęĮįŲųĐđŊŋÐðÞþ]")
"""Letters that the fonts of plain LaTeX lack."""

_PROVIDE = r"""\ifdefined\DeclareUnicodeCharacter
\makeatletter
% A letter that is known may stand in a formula, too.
\newcommand{\letter}[3]{%
  \@ifundefined{u8:\detokenize{#1}}{\DeclareUnicodeCharacter{#2}{\ensuremath{#3}}}{%
    \expandafter\let\csname known #2\expandafter\endcsname\csname u8:\detokenize{#1}\endcsname
    \DeclareUnicodeCharacter{#2}{\ifmmode\text{\csname known #2\endcsname}\else
      \csname known #2\endcsname\fi}}}
\makeatother"""


def preamble(body: str) -> list[str]:
    r"""The lines that a document with this body needs in its preamble.

    >>> print(*preamble("θ")[-2:], sep="\n")
    \letter{θ}{03B8}{\theta}
    \fi
    """
    lines = [r"\usepackage[T1]{fontenc}"] if _BEYOND_OT1.search(body) else []
    letters = sorted({c for c in body if not c.isascii()})
    if letters:
        declared = [rf"\letter{{{c}}}{{{ord(c):04X}}}{{{_shape(c)}}}" for c in letters]
        lines += [_PROVIDE, *declared, r"\fi"]
    return lines


def _shape(letter: str) -> str:
    if letter in _SIGNS:
        return _SIGNS[letter]
    if unicodedata.combining(letter):
        return ""
    # Without its accents.
    base = unicodedata.normalize("NFD", letter)[0]
    if 0 <= ord(base.lower()) - _ALPHA < len(_GREEK):
        return _greek(_GREEK[ord(base.lower()) - _ALPHA], capital=base.isupper())
    kind, *parts = unicodedata.decomposition(letter).split() or [""]
    if kind in _RAISED and len(parts) == 1 and chr(int(parts[0], 16)).isascii():
        return rf"{_RAISED[kind]}{{{chr(int(parts[0], 16))}}}"
    return rf"\mbox{{\tiny U+{ord(letter):04X}}}"


def _greek(name: str, *, capital: bool) -> str:
    if capital and name in _LIKE_LATIN:
        return rf"\mathrm{{{_LIKE_LATIN[name]}}}"
    if name == "omicron":
        return "o"
    return "\\" + (name.capitalize() if capital else name)
