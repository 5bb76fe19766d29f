"""A sheet as a LaTeX document, of class article."""

from autograd.explanation.latex import in_latex
from autograd.explanation.notation import latex_name
from autograd.marking.quantity import Quantity
from autograd.marking.sheets.letters import declare_letters
from autograd.marking.sheets.sheet import Sheet

_BLANK = r"\underline{\hspace{4cm}}"


def to_latex(sheet: Sheet, picture: str | None = None) -> str:
    """Format a sheet as a LaTeX document; `picture` is the name of a file beside it."""
    body = "\n".join(_format_body(sheet, picture))
    return "\n".join(
        [
            r"\documentclass{article}",
            r"\usepackage[margin=2.5cm]{geometry}",
            r"\usepackage{amsmath,graphicx,longtable}",
            *declare_letters(body),
            r"\begin{document}",
            body,
            r"\end{document}",
            "",
        ]
    )


def _format_body(sheet: Sheet, picture: str | None) -> list[str]:
    lines = [rf"\section*{{{in_latex(sheet.heading)}}}"]
    if sheet.source:
        lines.append(rf"\emph{{{in_latex(sheet.source)}}}")
    # No line of a program ends the verbatim block: none contains a backslash.
    lines += [r"\begin{verbatim}", *sheet.program, r"\end{verbatim}"]
    if sheet.inputs:
        given = ", ".join(f"{name} = {value}" for name, value in sheet.inputs)
        # Numbers in typewriter have no space to stretch.
        lines += [r"{\raggedright", rf"\noindent at \texttt{{{in_latex(given)}}}\par}}", ""]
    if sheet.update:
        lines += [rf"\noindent {in_latex(f'Then {sheet.update}.')}", ""]
    if picture:
        lines += [
            r"\begin{center}",
            rf"\includegraphics[width=\linewidth,height=0.4\textheight,keepaspectratio]{{{picture}}}",
            r"\end{center}",
        ]
    # `longtable` breaks over pages; the wide column holds arrays.
    lines += [r"\renewcommand{\arraystretch}{2.4}", r"\begin{longtable}{lp{0.7\linewidth}}"]
    for question in sheet.questions:
        answer = rf"\texttt{{{in_latex(question.answer)}}}" if sheet.explanation else _BLANK
        notes = f" ({in_latex('; '.join(question.notes))})" if sheet.explanation else ""
        told = answer + (notes if question.notes else "")
        lines.append(rf"$\displaystyle {_format_quantity(question.quantity)}$ & {told} \\")
    lines.append(r"\end{longtable}")
    if sheet.solution:
        lines += [r"\subsection*{By hand}", r"\begin{flushleft}"]
        lines += [rf"\texttt{{{in_latex(line)}}}\\" for line in sheet.solution.splitlines() if line]
        lines.append(r"\end{flushleft}")
    if sheet.explanation:
        lines += [r"\subsection*{Every step}", r"{\small", sheet.explanation.latex(), "}"]
    if sheet.steps_after:
        lines += [r"\subsection*{After the update}", r"\begin{itemize}"]
        lines += [rf"\item \texttt{{{in_latex(step)}}}" for step in sheet.steps_after]
        lines.append(r"\end{itemize}")
    return lines


def _format_quantity(quantity: Quantity) -> str:
    name = _format_place(quantity.name, quantity.index)
    if quantity.wrt is not None:
        below = _format_place(quantity.wrt, quantity.wrt_index)
        name = rf"\frac{{\partial {name}}}{{\partial {below}}}"
    return name + (r" \text{ after}" if quantity.after else "")


def _format_place(name: str, index: tuple[int, ...]) -> str:
    inside = ", ".join(map(str, index))
    return latex_name(name) + (f"[{inside}]" if index else "")
