"""Output on a terminal: text, messages, tables and a progress bar, without control sequences."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any


def escape_unprintable(text: str) -> str:
    r"""Escape the unprintable characters of a text, such as the name of a file.

    >>> escape_unprintable("a\x1b[31m")
    'a\\x1b[31m'
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def print_text(text: str) -> None:
    """Print a text, if it is not empty."""
    # Some terminals lack the signs of mathematics.
    encoding = sys.stdout.encoding or "utf-8"
    text = text.encode(encoding, "replace").decode(encoding)
    try:
        if text:
            print(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has stopped; the exit code stays. Python must not flush later.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_error(message: str) -> None:
    """Print a message to standard error, escaped, because it may quote a learner's file name."""
    plain = "\n".join(map(escape_unprintable, message.splitlines()))
    print(f"chalkgrad: {plain}", file=sys.stderr)


def format_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Format rows with the same keys as a table: drawn on a terminal, otherwise aligned text."""
    if not rows:
        return "nothing to show"
    heads = list(rows[0])
    cells = [[str(row[head]) for head in heads] for row in rows]
    if sys.stdout.isatty():
        return _draw_table(heads, cells)
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [heads, *cells]
    ]
    return "\n".join(lines)


def _draw_table(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    # In a narrow window, names continue on the next line.
    drawn = Table(*(Column(head, overflow="fold") for head in heads))
    for line in cells:
        drawn.add_row(*map(Text, line))
    console = Console()
    with console.capture() as capture:
        console.print(drawn)
    return capture.get().rstrip()


@contextmanager
def show_progress() -> Iterator[Callable[[int, int], None] | None]:
    """Show a progress bar on a terminal; yield the function that moves it, or `None`."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("marking", total=None)
        yield lambda done, all: bar.update(task, completed=done, total=all)
