"""A sheet as one HTML file, for browser and printer."""

import html

from autograd.explanation.palette import DARK, LIGHT, Palette
from autograd.explanation.text import format_backward, format_forward, format_gradients
from autograd.marking.sheets.sheet import Sheet

_STYLE = """\
:root { color-scheme: light dark; LIGHT }
@media (prefers-color-scheme: dark) { :root { DARK } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; }
pre, .picture { background: var(--ground); border: 1px solid var(--edge); border-radius: 6px;
  padding: .8rem 1rem; overflow-x: auto; }
.picture { background: #fff; text-align: center; }
.picture svg { max-width: 100%; height: auto; }
@media (max-width: 40rem) { .picture svg { max-width: none; } }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; padding: .5rem .8rem; border-bottom: 1px solid var(--edge); }
td.blank { width: 60%; height: 1.6rem; }
td.answer { color: var(--value); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.faint { color: var(--faint); }
li { margin: .2rem 0; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; background: none; } tr { break-inside: avoid; } }
"""


def to_html(sheet: Sheet, picture: str | None = None) -> str:
    """Format a sheet as an HTML document, with the SVG element `picture` inside."""
    style = _STYLE.replace("LIGHT", _define_colors(LIGHT)).replace("DARK", _define_colors(DARK))
    given = ", ".join(f"{name} = {value}" for name, value in sheet.inputs)
    rows = []
    for question in sheet.questions:
        notes = f" ({'; '.join(question.notes)})" if question.notes else ""
        cell = f'<td class="answer">{_escape(question.answer + notes)}</td>'
        cell = cell if sheet.explanation else '<td class="blank"></td>'
        rows.append(f'<tr><th scope="row">{_escape(str(question.quantity))}</th>{cell}</tr>')
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_escape(sheet.heading)}</title>",
        f"<style>{style}</style></head><body><main>",
        f"<h1>{_escape(sheet.heading)}</h1>",
        f'<p class="faint">{_escape(sheet.source)}</p>' if sheet.source else "",
        f"<pre>{_escape(chr(10).join(sheet.program))}</pre>",
        f"<p>at {_escape(given)}</p>" if given else "",
        f"<p>Then {_escape(sheet.update)}.</p>" if sheet.update else "",
        f'<div class="picture" role="img" aria-label="the graph of the program">{picture}</div>'
        if picture
        else "",
        "<table><thead><tr><th>quantity</th><th>answer</th></tr></thead>",
        f"<tbody>{''.join(rows)}</tbody></table>",
        f"<h2>By hand</h2><pre>{_escape(sheet.solution)}</pre>" if sheet.solution else "",
        *_list_steps(sheet),
        "</main></body></html>",
        "",
    ]
    return "\n".join(part for part in parts if part)


def _list_steps(sheet: Sheet) -> list[str]:
    if sheet.explanation is None:
        return []
    known = sheet.explanation.account
    forward = [format_forward(known, step) for step in known.steps]
    backward = [
        f"{known.format_step(step)}: {format_backward(known, step, part)}"
        for step in reversed(known.steps)
        for part in step.contributions
    ]
    return [
        part
        for title, lines in (
            ("Forward", forward),
            ("Backward", backward),
            ("Gradients", format_gradients(known)),
            ("After the update", sheet.steps_after),
        )
        if lines
        for part in (
            f"<h2>{title}</h2>",
            "<ol>",
            *(f"<li>{_escape(x)}</li>" for x in lines),
            "</ol>",
        )
    ]


def _define_colors(palette: Palette) -> str:
    return " ".join(f"--{role}: {color};" for role, color in vars(palette).items())


def _escape(text: str) -> str:
    return html.escape(text)
