"""Writing a blank sheet and its key, with their pictures, to files."""

import re
from pathlib import Path

from autograd.errors import RendererNotFound
from autograd.marking.sheets.latex import to_latex
from autograd.marking.sheets.markdown import to_markdown
from autograd.marking.sheets.page import to_html
from autograd.marking.sheets.sheet import Sheet, draw_picture

FORMS = {".md": (to_markdown, "svg"), ".html": (to_html, "svg"), ".tex": (to_latex, "png")}
"""By suffix, the function that formats a sheet, and the format of its picture."""


def write_sheets(blank: Sheet, key: Sheet, out: str | Path) -> tuple[list[Path], str]:
    """Write a blank sheet to the file `out`, and its key beside it, with `-key` in its name.

    The suffix of `out` selects the format: `.md`, `.html` or `.tex`. HTML contains the pictures; in
    the other formats they are files beside the sheets. Returns the paths written, and the reason if
    pictures could not be drawn.

    Raises `ValueError` for another suffix.
    """
    out = Path(out)
    suffix = out.suffix.lower()
    if suffix not in FORMS:
        raise ValueError(f"a sheet must be a file in {', '.join(FORMS)}, not {out.name!r}")
    write, form = FORMS[suffix]
    out.parent.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    problem = ""
    for sheet, target in ((blank, out), (key, out.with_name(f"{out.stem}-key{out.suffix}"))):
        written.append(target)
        shown: str | None = None
        try:
            drawn = draw_picture(key, form, answers=sheet is key)
        except RendererNotFound as error:
            problem = str(error)
        else:
            if suffix == ".html":
                # Without the declarations before the element, which belong to SVG files.
                shown = drawn.decode().partition("<svg")[2]
                shown = f"<svg{shown}"
            else:
                # A name without special characters of LaTeX and Markdown.
                safe = re.sub("[^A-Za-z0-9_-]", "-", target.stem)
                beside = target.with_name(f"{safe}.{form}")
                beside.write_bytes(drawn)
                written.append(beside)
                shown = beside.name
        target.write_text(write(sheet, shown), encoding="utf-8")
    return written, problem
