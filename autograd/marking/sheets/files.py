"""Writing a blank sheet and its key, with their pictures, into files."""

import re
from pathlib import Path

from autograd.errors import RendererNotFound
from autograd.marking.sheets.latex import to_latex
from autograd.marking.sheets.markdown import to_markdown
from autograd.marking.sheets.page import to_html
from autograd.marking.sheets.sheet import Sheet, picture

FORMS = {".md": (to_markdown, "svg"), ".html": (to_html, "svg"), ".tex": (to_latex, "png")}
"""By suffix, what writes a sheet, and what its picture is."""


def write_sheets(blank: Sheet, key: Sheet, out: str | Path) -> tuple[list[Path], str]:
    """A blank sheet as file `out`, and its key beside it as `-key`.

    The suffix of `out` says the form: `.md`, `.html` or `.tex`. Pictures stand beside the files, in
    HTML inside. Returns the files, and what went wrong with the pictures if they could not be
    drawn.

    Raises `ValueError` for another suffix.
    """
    out = Path(out)
    suffix = out.suffix.lower()
    if suffix not in FORMS:
        raise ValueError(f"a sheet is a file in {', '.join(FORMS)}, not {out.name!r}")
    write, form = FORMS[suffix]
    out.parent.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    problem = ""
    for sheet, target in ((blank, out), (key, out.with_name(f"{out.stem}-key{out.suffix}"))):
        written.append(target)
        shown: str | None = None
        try:
            drawn = picture(key, form, answers=sheet is key)
        except RendererNotFound as error:
            problem = str(error)
        else:
            if suffix == ".html":
                # Without the declarations that stand before the element in a file of its own.
                shown = drawn.decode().partition("<svg")[2]
                shown = f"<svg{shown}"
            else:
                # A name that neither LaTeX nor Markdown takes for anything else.
                safe = re.sub("[^A-Za-z0-9_-]", "-", target.stem)
                beside = target.with_name(f"{safe}.{form}")
                beside.write_bytes(drawn)
                written.append(beside)
                shown = beside.name
        target.write_text(write(sheet, shown), encoding="utf-8")
    return written, problem
