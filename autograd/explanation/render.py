"""Find and run a program that lays out a graph and writes the picture.

Two programs serve: Graphviz's own `dot`, and `graphviz-pure`, a port of it that comes as a Python
wheel, so that a plain `pip install` can draw. Both read DOT text on standard input and take the
same options; they differ in the formats they write, and only `dot` writes PDF.
"""

import os
import pathlib
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from typing import Any

import graphviz

from autograd.errors import RendererNotFound
from autograd.host.files import write_whole

TIMEOUT_SECONDS = 60.0
"""Time limit of a renderer. The time grows steeply with the number of long edges."""

SAVED_FORMATS = ("svg", "png", "pdf", "dot")

PURE_FORMATS = frozenset(
    {"svg", "png", "jpg", "jpe", "jpeg", "dot", "gv", "canon", "xdot", "plain", "json", "json0"}
)
"""Formats that graphviz-pure writes."""

PURE_PLATFORMS = frozenset(
    {
        ("linux", "x86_64"),
        ("linux", "aarch64"),
        ("darwin", "x86_64"),
        ("darwin", "arm64"),
        ("win32", "AMD64"),
        ("win32", "ARM64"),
    }
)
"""Platforms with a wheel of graphviz-pure, as (`sys.platform`, `platform.machine()`)."""

PACKAGE_MANAGERS = {
    "apt-get": "sudo apt-get install graphviz",
    "dnf": "sudo dnf install graphviz",
    "pacman": "sudo pacman -S graphviz",
    "zypper": "sudo zypper install graphviz",
    "apk": "sudo apk add graphviz",
    "brew": "brew install graphviz",
    "winget": "winget install Graphviz.Graphviz",
}


def find_renderer(format: str) -> str:
    """Return the path of a program that can write a picture in `format`.

    The `dot` on the search path comes first, because its installation was deliberate; then the
    `graphviz-pure` of this Python environment, if it knows the format.

    Raises `RendererNotFound`, with the command to run, if there is neither.

    >>> find_renderer("svg")
    '...'
    """
    system = shutil.which("dot")
    if system is not None:
        return system
    known = format in PURE_FORMATS
    pure = shutil.which("graphviz-pure", path=_script_folders()) if known else None
    if pure is not None:
        return pure
    need = "a program that draws graphs" if known else "Graphviz's own `dot`"
    raise RendererNotFound(
        f"drawing as {format.upper()} needs {need}, and there is none on this machine; "
        f"install it with: {_install_command(known)}"
    )


def render(dot_text: str, format: str, *options: str) -> bytes:
    """Return the picture of the graph that `dot_text` describes.

    `options` are further command-line options of `dot`, such as `-Kneato` or `-Gdpi=200`.

    Raises `RendererNotFound` if no program can write `format`, `ChildProcessError` with the
    program's own words if it fails, and `TimeoutError` if it takes more than `TIMEOUT_SECONDS`.

    >>> render("digraph { x -> y }", "svg").startswith(b"<?xml")
    True
    """
    program = find_renderer(format)
    try:
        done = subprocess.run(
            [program, f"-T{format}", *options],
            input=dot_text.encode(),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(
            f"'{program}' drew no picture within {TIMEOUT_SECONDS:g} seconds; "
            "draw a smaller part of the graph, or save the DOT text and run it without a limit"
        ) from None
    # A program with nothing to draw, or that cannot draw it, may report success.
    if done.returncode != 0 or not done.stdout:
        words = done.stderr.decode(errors="replace").strip() or "it said nothing about why"
        raise ChildProcessError(
            f"'{program}' could not draw this graph (exit status {done.returncode}): {words}"
        )
    return done.stdout


def save_dot(dot_text: str, path: str | os.PathLike[str]) -> pathlib.Path:
    """Write the graph that `dot_text` describes to a file, in the format of its suffix.

    The suffix is one of `.svg`, `.png`, `.pdf` and `.dot`. Missing folders are created. The file
    appears whole or not at all; if drawing fails, an older one is unchanged.

    Raises `ValueError` for another suffix, and the errors of `render`. If no program can draw, the
    DOT text is written beside the path, and the `RendererNotFound` says so.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_dot("digraph { x -> y }", pathlib.Path(folder, "chain.svg")).name
    'chain.svg'
    """
    path = pathlib.Path(path)
    format = path.suffix[1:].lower()
    if format not in SAVED_FORMATS:
        raise ValueError(
            f"cannot tell from '{path.name}' how to save the graph: "
            f"the name must end in {', '.join(f'.{known}' for known in SAVED_FORMATS)}"
        )
    if format == "dot":
        return write_whole(path, dot_text.encode())
    try:
        return write_whole(path, render(dot_text, format))
    except RendererNotFound as error:
        source = write_whole(path.with_suffix(".dot"), dot_text.encode())
        raise RendererNotFound(f"{error}\nThe graph was saved as text in '{source}'.") from None


class Digraph(graphviz.Digraph):
    """A `graphviz.Digraph` that draws wherever `find_renderer` finds a program.

    It differs from the base class in the default format, SVG, which every renderer writes, and in
    the errors of drawing, which are those of `render`.

    >>> graph = Digraph()
    >>> graph.edge("x", "y")
    >>> graph.pipe()[:5]
    b'<?xml'
    """

    def __init__(self, name: str | None = None, *, format: str = "svg", **options: Any) -> None:
        super().__init__(name, format=format, **options)

    # The base class sends all its drawing through the next three, which it keeps replaceable.

    def _pipe_lines(
        self,
        engine: str,
        format: str,
        lines: Iterable[str],
        *,
        renderer: str | None = None,
        formatter: str | None = None,
        neato_no_op: bool | int | None = None,
        **_: Any,
    ) -> bytes:
        format = ":".join(part for part in (format, renderer, formatter) if part)
        options = [f"-n{neato_no_op:d}"] if neato_no_op else []
        return render("".join(lines), format, f"-K{engine}", *options)

    def _pipe_lines_string(self, *arguments: Any, encoding: str, **options: Any) -> str:
        return self._pipe_lines(*arguments, **options).decode(encoding)

    def _render(
        self,
        engine: str,
        format: str,
        filepath: str,
        *,
        outfile: str | os.PathLike[str] | None = None,
        raise_if_result_exists: bool = False,
        **options: Any,
    ) -> str:
        target = pathlib.Path(outfile or f"{filepath}.{format}")
        if raise_if_result_exists and target.exists():
            raise FileExistsError(f"output file exists: '{target}'")
        return str(write_whole(target, self._pipe_lines(engine, format, self, **options)))


def _script_folders() -> str:
    """Return the folders of programs of this Python environment, and then the search path."""
    folders = [
        sysconfig.get_path("scripts"),
        os.path.dirname(sys.executable or ""),
        sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user")),
        os.environ.get("PATH", os.defpath),
    ]
    # An empty entry would mean the current folder.
    return os.pathsep.join(folder for folder in folders if folder)


def _install_command(pure: bool) -> str:
    """Return the command that installs a renderer; `pure` if graphviz-pure would do."""
    if pure and (sys.platform, platform.machine()) in PURE_PLATFORMS:
        return "pip install graphviz-pure"
    for manager, command in PACKAGE_MANAGERS.items():
        if shutil.which(manager) is not None:
            return command
    usual = {"darwin": "brew", "win32": "winget"}.get(sys.platform, "apt-get")
    return PACKAGE_MANAGERS[usual]
