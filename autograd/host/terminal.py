"""What is shown on a terminal: text, messages, tables and a bar, and nothing that controls it."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any


def printable(text: str) -> str:
    r"""A text, such as the name of a file, without control sequences.

    >>> printable("a\x1b[31m")
    'a\\x1b[31m'
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def show(text: str) -> None:
    """Print a text, if there is any."""
    # Not every terminal has the signs of mathematics.
    encoding = sys.stdout.encoding or "utf-8"
    text = text.encode(encoding, "replace").decode(encoding)
    try:
        if text:
            print(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has enough; what was found stays the exit code. Nothing may be flushed later.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(message: str) -> None:
    """Print a message to standard error; it may quote names of files, which a learner chose."""
    plain = "\n".join(map(printable, message.splitlines()))
    print(f"chalkgrad: {plain}", file=sys.stderr)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with the same keys as a table: drawn on a terminal, otherwise aligned text."""
    if not rows:
        return "nothing to show"
    heads = list(rows[0])
    cells = [[str(row[head]) for head in heads] for row in rows]
    if sys.stdout.isatty():
        return _drawn(heads, cells)
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [heads, *cells]
    ]
    return "\n".join(lines)


def _drawn(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    # In a narrow window, names go on in the next line; none is cut.
    drawn = Table(*(Column(head, overflow="fold") for head in heads))
    for line in cells:
        drawn.add_row(*map(Text, line))
    console = Console()
    with console.capture() as capture:
        console.print(drawn)
    return capture.get().rstrip()


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, which moves as submissions are marked."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("marking", total=None)
        yield lambda done, all: bar.update(task, completed=done, total=all)
