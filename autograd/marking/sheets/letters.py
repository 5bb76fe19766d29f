r"""Letters beyond ASCII in a LaTeX document: pdfLaTeX knows the European ones, and no Greek ones.

The preamble declares the others: Greek letters and common signs as in mathematics, raised and
lowered digits as such, and letters without a shape in the available fonts by their code point.
XeLaTeX and LuaLaTeX need no declarations.
"""

import re
import unicodedata


def _pair(letters: str, commands: str) -> dict[str, str]:
    """Map each letter to the command in its place."""
    return dict(zip(letters, commands.split(), strict=True))


_SIGNS = _pair(
    "∇√∞≈≠≤≥→∈∑−·×∂⊙ᵀ",
    r"\nabla \surd \infty \approx \neq \leq \geq \to \in \sum - \cdot \times \partial \odot ^{T}",
)
_LATIN_SHAPES = _pair("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "A B E Z H I K M N O P T X")  # noqa: RUF001, Greek capitals
_GREEK = {greek: rf"\mathrm{{{latin}}}" for greek, latin in _LATIN_SHAPES.items()} | _pair(
    "αβγδεζηθικλμνξοπρςστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
    r"\alpha \beta \gamma \delta \epsilon \zeta \eta \theta \iota \kappa \lambda \mu \nu \xi o \pi "
    r"\rho \varsigma \sigma \tau \upsilon \phi \chi \psi \omega "
    r"\Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega",
)
_SCRIPTS = {"<sub>": "_", "<super>": "^"}

_BEYOND_OT1 = re.compile("[ĄąĘęĮįŲųĐđŊŋÐðÞþ]")
"""Letters that the default fonts of LaTeX lack."""

_PROVIDE = r"""\ifdefined\DeclareUnicodeCharacter
\makeatletter
% A known letter may also stand in a formula.
\newcommand{\letter}[3]{%
  \@ifundefined{u8:\detokenize{#1}}{\DeclareUnicodeCharacter{#2}{\ensuremath{#3}}}{%
    \expandafter\let\csname known #2\expandafter\endcsname\csname u8:\detokenize{#1}\endcsname
    \DeclareUnicodeCharacter{#2}{\ifmmode\text{\csname known #2\endcsname}\else
      \csname known #2\endcsname\fi}}}
\makeatother"""


def declare_letters(body: str) -> list[str]:
    r"""Return the preamble lines that declare the letters of a document's body.

    >>> print(*declare_letters("θ")[-2:], sep="\n")
    \letter{θ}{03B8}{\theta}
    \fi
    """
    lines = [r"\usepackage[T1]{fontenc}"] if _BEYOND_OT1.search(body) else []
    letters = sorted({c for c in body if not c.isascii()})
    if letters:
        declared = [rf"\letter{{{c}}}{{{ord(c):04X}}}{{{_find_shape(c)}}}" for c in letters]
        lines += [_PROVIDE, *declared, r"\fi"]
    return lines


def _find_shape(letter: str) -> str:
    """Return the LaTeX of a letter; Greek ones lose their accents."""
    if letter in _SIGNS:
        return _SIGNS[letter]
    if unicodedata.combining(letter):
        return ""
    base = unicodedata.normalize("NFD", letter)[0]
    if base in _GREEK:
        return _GREEK[base]
    kind, *parts = unicodedata.decomposition(letter).split() or [""]
    if kind in _SCRIPTS and len(parts) == 1 and chr(int(parts[0], 16)).isascii():
        return rf"{_SCRIPTS[kind]}{{{chr(int(parts[0], 16))}}}"
    return rf"\mbox{{\tiny U+{ord(letter):04X}}}"
