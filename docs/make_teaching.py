"""Write the tables of docs/teaching.md from the code and the worksheets, and picture the sheets.

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


def list_functions() -> Iterator[tuple[str, str]]:
    """Yield signature and meaning of each function of the language."""
    for name, function in FUNCTIONS.items():
        yield f"`{function.format_signature(name)}`", function.meaning


def list_limits() -> Iterator[tuple[str, str]]:
    """Yield the limits of programs and worksheets."""
    for most, unit in LIMITS:
        yield f"{most:,}", unit


def list_gallery() -> Iterator[tuple[str, str, str]]:
    """Yield file, title and source of each example."""
    for path in sorted(GALLERY.glob("*.toml")):
        sheet = worksheet.read_worksheet(path)
        link = f"[{path.stem}](../examples/worksheets/{path.name})"
        yield link, _escape(sheet.title), _escape(sheet.source)


def update_page(text: str) -> str:
    """Return the page with its tables brought up to date."""
    tables = {"functions": list_functions(), "limits": list_limits(), "gallery": list_gallery()}
    for name, rows in tables.items():
        text = _fill_table(text, name, rows)
    return text


def _fill_table(text: str, name: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Replace the rows of a table between its marks, and keep its head."""
    found = re.search(rf"(?s)(<!-- {name} -->\n(?:[^\n]*\n){{2}}).*?(<!-- /{name} -->)", text)
    assert found, name
    lines = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return text[: found.start()] + found[1] + lines + found[2] + text[found.end() :]


def _escape(text: str) -> str:
    return re.sub(r"([|*_])", r"\\\1", text)


def take_pictures() -> None:
    """Picture the sheet and key of the page's first worksheet in a browser."""
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
    PAGE.write_text(update_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    take_pictures()
