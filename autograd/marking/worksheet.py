"""Worksheets: an exercise and what was claimed about it, as TOML files or from Python.

    title = "Backpropagation through f = (x + y) z"
    source = "introductory lecture on backpropagation"
    program = "q = x + y; f = q * z"
    solution = "df/dz = q ..."      # the way by hand, in words; only the key shows it

    [inputs]
    x = -2
    y = 5
    z = -4

    [claims]
    f = -12
    "df/dx" = -4

    [update]                # a step of gradient descent, if there is one
    rate = 0.1
    of = "f"                # the loss; left out, the program's result
    with = ["x"]            # what moves; left out, the inputs claimed below

    [claims.after]
    x = -1.6

Numbers keep the digits as written; a claim may be a text, to keep trailing zeros (`"0.610"`) or for
an exact fraction (`"4/9"`), or `"?"` or an empty text as long as it is open. A submission has
`[claims]` and perhaps a `name`.
"""

import difflib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.errors import AutogradError, WorksheetError
from autograd.host.terminal import printable
from autograd.marking.written_numbers import Claimed, Written

OPEN = "?"
"""Stands for a claim that is still to be made."""

MAX_BYTES = 100_000
"""The size of a file."""

MAX_CLAIMS = 500
"""How many claims a file makes."""

MAX_SOLUTION = 5_000
"""Characters of a solution in words."""

MAX_LINE = 200
"""Characters of a title, source or name."""

_PART = r"""(?:[\w-]{1,100}|"(?:[^"\\\n]|\\.){0,100}"|'[^'\n]{0,100}')[ \t]{0,100}"""
_LONG_KEY = re.compile(rf"(?:{_PART}\.[ \t]{{0,100}}){{16}}")
"""A key of many parts, a.b.c...: `tomllib` takes time by the square of their number."""

_KEYS = ("title", "source", "name", "solution", "inputs", "program", "claims", "update")
_UPDATE_KEYS = ("rate", "of", "with")


@dataclass(frozen=True)
class Update:
    """A step of gradient descent: `w - rate * dL/dw` for each moved input w."""

    rate: float
    of: str | None = None
    moved: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Worksheet:
    """A program, the inputs it is evaluated at, and the claims about it; some may be `open`."""

    program: str
    inputs: Mapping[str, Any]
    claims: Mapping[str, Claimed]
    update: Update | None = None
    after: Mapping[str, Claimed] = field(default_factory=dict)
    title: str = ""
    source: str = ""
    name: str = ""
    open: tuple[str, ...] = ()
    open_after: tuple[str, ...] = ()
    solution: str = ""
    """The way by hand, in words."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of all claims, made or open."""
        return (*self.claims, *self.open)

    @property
    def asked_after(self) -> tuple[str, ...]:
        """The names of all claims about what is true after the update."""
        return (*self.after, *self.open_after)


def make_worksheet(
    program: str,
    inputs: Mapping[str, Any],
    claims: Mapping[str, Any],
    update: Update | Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    *,
    title: str = "",
    source: str = "",
    name: str = "",
) -> Worksheet:
    """A worksheet from plain values.

    Raises `WorksheetError` for values that are no claims, and for claims that contradict each
    other, such as an `after` without `update`.
    """
    after = after or {}
    if after and update is None:
        raise WorksheetError("claims after an update need [update] with a rate")
    if not claims and not after:
        raise WorksheetError('there are no claims; write for example "df/dx" = -4 under [claims]')
    if len(claims) + len(after) > MAX_CLAIMS:
        raise WorksheetError(f"there are more than {MAX_CLAIMS} claims")
    return Worksheet(
        program=program,
        inputs={name: _input(name, value) for name, value in inputs.items()},
        claims={name: _claim(name, value) for name, value in claims.items() if not _is_open(value)},
        update=_update(update) if isinstance(update, Mapping) else update,
        after={name: _claim(f"{name} after", x) for name, x in after.items() if not _is_open(x)},
        title=title,
        source=source,
        name=name,
        open=tuple(name for name, value in claims.items() if _is_open(value)),
        open_after=tuple(name for name, value in after.items() if _is_open(value)),
    )


@contextmanager
def about(path: str | Path) -> Iterator[None]:
    """Lets errors say which file they are about."""
    try:
        yield
    except AutogradError as error:
        raise type(error)(f"{path}: {error}") from None


def read_worksheet(path: str | Path) -> Worksheet:
    """The worksheet in a TOML file.

    Raises `WorksheetError` for a file that cannot be read or is no worksheet.
    """
    table = _load(path)
    if not isinstance(table.get("program"), str):
        raise WorksheetError(
            'a worksheet needs program = "...", a text; submissions are checked against a key: '
            "verify KEY.toml FOLDER"
        )
    claims, after = _claims(table)
    worksheet = make_worksheet(
        table["program"],
        _table(table, "inputs"),
        claims,
        _table(table, "update") if "update" in table else None,
        after,
        title=_line(table, "title"),
        source=_line(table, "source"),
        name=_name(table, path),
    )
    return replace(worksheet, solution=_lines(table, "solution"))


def read_submission(path: str | Path, key: Worksheet) -> Worksheet:
    """The claims in a submission's file, about the program of `key`.

    What else a filled-in worksheet has is left aside: the key's program, inputs and update count.
    """
    table = _load(path)
    claims, after = _claims(table)
    name = _name(table, path)
    submission = make_worksheet(key.program, {}, claims, key.update, after, name=name)
    return replace(submission, inputs=key.inputs, title=key.title, source=key.source)


def files_in(folder: str | Path) -> list[Path]:
    """The TOML files of a folder, by name.

    Raises `WorksheetError` if there is none, or the folder cannot be read.
    """
    try:
        found = sorted(path for path in Path(folder).iterdir() if path.suffix.lower() == ".toml")
    except OSError as error:
        raise WorksheetError(f"{folder}: cannot be read: {error.strerror or error}") from None
    if not found:
        raise WorksheetError(f"{folder}: there is no .toml file in this folder")
    return found


def _load(path: str | Path) -> dict[str, Any]:
    """The tables of a TOML file, its floats as written."""
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise WorksheetError("it is not a file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WorksheetError(f"cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise WorksheetError(f"the file has more than {MAX_BYTES} bytes")
    # Only here, because a process that reads no worksheet need not wait for it.
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        if _LONG_KEY.search(text):
            raise WorksheetError("a key has too many parts")
        table = tomllib.loads(text, parse_float=Written.of)
    except UnicodeDecodeError:
        raise WorksheetError("the file is not UTF-8 text") from None
    except WorksheetError:
        raise
    except (ValueError, RecursionError, MemoryError) as error:
        # TOMLDecodeError is a ValueError; so is Python's refusal to convert very long numbers.
        message = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise WorksheetError(f"the file is no TOML: {message[:200]}") from None
    _check_keys(table, _KEYS, "the worksheet")
    return table


def _check_keys(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
            raise WorksheetError(f"{where} has no key {key[:40]!r}; {hint}")


def _table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    part = table.get(key, {})
    if not isinstance(part, dict):
        raise WorksheetError(f"[{key}] is a table of names and values")
    return dict(part)


def _claims(table: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The claims, and those after the update."""
    claims = _table(table, "claims")
    # A program may also have a value called `after`.
    after = claims.pop("after") if isinstance(claims.get("after"), dict) else {}
    return claims, after


def _line(table: Mapping[str, Any], key: str) -> str:
    text = table.get(key, "")
    # It goes to terminals and spreadsheets: no control sequences.
    if not isinstance(text, str) or not text.isprintable() or len(text) > MAX_LINE:
        raise WorksheetError(f"{key} is one line of text, of at most {MAX_LINE} characters")
    return text


def _name(table: Mapping[str, Any], path: str | Path) -> str:
    """The name given, or that of the file."""
    return _line(table, "name") or printable(Path(path).stem)


def _lines(table: Mapping[str, Any], key: str) -> str:
    text = table.get(key, "")
    plain = isinstance(text, str) and all(map(str.isprintable, text.splitlines()))
    if not plain or len(text) > MAX_SOLUTION:
        raise WorksheetError(f"{key} is a text of at most {MAX_SOLUTION} characters")
    return str(text).strip()


def _claim(name: str, value: Any) -> Claimed:
    try:
        return Claimed.of(value)
    except WorksheetError as error:
        raise WorksheetError(f"claim {name[:60]!r}: {error}") from None


def _is_open(value: Any) -> bool:
    return isinstance(value, str) and value.strip() in (OPEN, "")


def _input(name: str, value: Any) -> Any:
    """Texts and written numbers as their values; what else is no number, the evaluation refuses."""
    if isinstance(value, np.ndarray | Tensor):
        return value
    try:
        return Claimed.of(value).value
    except WorksheetError as error:
        raise WorksheetError(f"input {str(name)[:60]!r}: {error}") from None


def _update(table: Mapping[str, Any]) -> Update:
    _check_keys(table, _UPDATE_KEYS, "[update]")
    if "rate" not in table:
        raise WorksheetError("[update] needs a rate, the step size of gradient descent")
    try:
        rate = Written.of(table["rate"]).value
    except WorksheetError as error:
        raise WorksheetError(f"the rate of [update]: {error}") from None
    of, moved = table.get("of"), table.get("with")
    if of is not None and not isinstance(of, str):
        raise WorksheetError("of in [update] is the name of the loss")
    if moved is not None and not (
        isinstance(moved, list | tuple) and all(isinstance(name, str) for name in moved)
    ):
        raise WorksheetError("with in [update] is a list of names of inputs")
    return Update(rate, of, None if moved is None else tuple(moved))


def to_toml(worksheet: Worksheet, *, answers: bool = True) -> str:
    """A worksheet as the text of a file, with its claims or with all of them open.

    >>> print(to_toml(make_worksheet("f = x * x", {"x": 3}, {"df/dx": "6.0"}), answers=False))
    program = "f = x * x"
    <BLANKLINE>
    [inputs]
    x = 3
    <BLANKLINE>
    [claims]
    "df/dx" = "?"
    <BLANKLINE>
    """
    lines = [
        f"{key} = {json.dumps(text, ensure_ascii=False)}"
        for key, text in (("title", worksheet.title), ("source", worksheet.source))
        if text
    ]
    program = worksheet.program.strip()
    plain = "\n" in program and "'''" not in program
    lines.append(f"program = '''\n{program}'''" if plain else f"program = {json.dumps(program)}")
    lines += ["", "[inputs]"]
    lines += [f"{_key(name)} = {_plain(x)}" for name, x in worksheet.inputs.items()]
    update = worksheet.update
    if update is not None:
        lines += ["", "[update]", f"rate = {update.rate!r}"]
        lines += [f"of = {json.dumps(update.of)}"] if update.of else []
        lines += [f"with = {json.dumps(update.moved)}"] if update.moved else []
    for head, asked, claims in (
        ("claims", worksheet.asked, worksheet.claims),
        ("claims.after", worksheet.asked_after, worksheet.after),
    ):
        lines += ["", f"[{head}]"] if asked else []
        for name in asked:
            text = _quoted(claims[name]) if answers and name in claims else f'"{OPEN}"'
            lines.append(f"{_key(name)} = {text}")
    return "\n".join([*lines, ""])


def _plain(value: Any) -> Any:
    """A number or nested lists of them, whole ones as such."""
    if np.ndim(value):
        return [_plain(part) for part in value]
    return int(value) if float(value).is_integer() else float(value)


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _quoted(claim: Claimed) -> str:
    """A claim with its digits: every number as a text."""
    return re.sub(r"[^\[\], ]+", lambda number: f'"{number[0]}"', claim.text)
