"""Write the tables of docs/teaching.md out of the code and the worksheets, and picture the sheets.

The pictures need playwright and Chromium, as the tests of the interactive page do: make docs
"""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograd.language import FUNCTIONS, limits
from autograd.marking import number_format, worksheet
from autograd.marking.sheets.files import write_sheets
from autograd.marking.sheets.sheet import make_sheets

DOCS = Path(__file__).parent
PAGE = DOCS / "teaching.md"
GALLERY = DOCS.parent / "examples" / "worksheets"

LIMITS = (
    (limits.MAX_TEXT, "characters of a program"),
    (limits.MAX_STEPS, "numbers, names, operations and calls in it"),
    (limits.MAX_NESTING, "levels of an expression"),
    (limits.MAX_WORD, "characters of a number or name"),
    (limits.MAX_ENTRIES, "entries of one array"),
    (limits.MAX_TOTAL, "entries that all steps work on, together"),
    (worksheet.MAX_BYTES, "bytes of a file"),
    (worksheet.MAX_CLAIMS, "claims in it"),
    (number_format.MAX_ENTRIES, "entries of a claimed array"),
    (number_format.MAX_TEXT, "characters of a claimed number"),
)


def functions() -> Iterator[tuple[str, str]]:
    """How each function of the language is called, and what it means."""
    for name, function in FUNCTIONS.items():
        yield f"`{function.format_signature(name)}`", function.meaning


def bounds() -> Iterator[tuple[str, str]]:
    """The limits of programs and worksheets."""
    for most, what in LIMITS:
        yield f"{most:,}", what


def gallery() -> Iterator[tuple[str, str, str]]:
    """File, title and source of each example."""
    for path in sorted(GALLERY.glob("*.toml")):
        sheet = worksheet.read_worksheet(path)
        link = f"[{path.stem}](../examples/worksheets/{path.name})"
        yield link, _escaped(sheet.title), _escaped(sheet.source)


def page(text: str) -> str:
    """The page with its tables as they are today."""
    for name, rows in (("functions", functions()), ("limits", bounds()), ("gallery", gallery())):
        text = _filled(text, name, rows)
    return text


def _filled(text: str, name: str, rows: Iterable[tuple[str, ...]]) -> str:
    """The rows in the place of those between the marks, whose head stays."""
    found = re.search(rf"(?s)(<!-- {name} -->\n(?:[^\n]*\n){{2}}).*?(<!-- /{name} -->)", text)
    assert found, name
    lines = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return text[: found.start()] + found[1] + lines + found[2] + text[found.end() :]


def _escaped(text: str) -> str:
    return re.sub(r"([|*_])", r"\\\1", text)


def pictures() -> None:
    """The sheet of the page's first worksheet, and its key, as a browser shows them."""
    from playwright.sync_api import sync_playwright

    exercise = re.search(r"(?s)```toml\n(title = .*?)```", PAGE.read_text(encoding="utf-8"))
    assert exercise
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder, "neuron.toml")
        path.write_text(exercise[1], encoding="utf-8")
        write_sheets(*make_sheets(worksheet.read_worksheet(path)), Path(folder, "sheet.html"))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name in ("sheet", "sheet-key"):
            tab = browser.new_page(viewport={"width": 760, "height": 960})
            tab.goto(Path(folder, f"{name}.html").as_uri())
            tab.screenshot(path=DOCS / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    pictures()
