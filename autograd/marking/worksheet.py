"""Worksheets: an exercise and claims about it, as TOML files or from Python.

    title = "Backpropagation through f = (x + y) z"
    source = "introductory lecture on backpropagation"
    program = "q = x + y; f = q * z"
    solution = "df/dz = q ..."      # the derivation by hand, in words; only the key shows it

    [inputs]
    x = -2
    y = 5
    z = -4

    [claims]
    f = -12
    "df/dx" = -4

    [update]                # a step of gradient descent; optional
    rate = 0.1
    of = "f"                # the loss; by default the program's result
    with = ["x"]            # the moved inputs; by default those claimed below

    [claims.after]
    x = -1.6

Numbers keep the digits written. A claim may be a text: with trailing zeros (`"0.610"`), an exact
fraction (`"4/9"`), or `"?"` or an empty text while it is open. A submission has `[claims]` and,
optionally, a `name`.
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
from autograd.host.terminal import escape_unprintable
from autograd.marking.number_format import ClaimedValue, WrittenNumber

OPEN = "?"
"""The text of a claim without an answer."""

MAX_BYTES = 100_000
"""Maximum size of a file."""

MAX_CLAIMS = 500
"""Maximum number of claims of a file."""

MAX_SOLUTION = 5_000
"""Maximum number of characters of a solution in words."""

MAX_LINE = 200
"""Maximum number of characters of a title, source or name."""

_PART = r"""(?:[\w-]{1,100}|"(?:[^"\\\n]|\\.){0,100}"|'[^'\n]{0,100}')[ \t]{0,100}"""
_LONG_KEY = re.compile(rf"(?:{_PART}\.[ \t]{{0,100}}){{16}}")
"""A key of many parts, a.b.c...: `tomllib` takes time quadratic in their number."""

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
    """A program, its inputs, and the claims about it; those in `open` have no answer yet."""

    program: str
    inputs: Mapping[str, Any]
    claims: Mapping[str, ClaimedValue]
    update: Update | None = None
    after: Mapping[str, ClaimedValue] = field(default_factory=dict)
    title: str = ""
    source: str = ""
    name: str = ""
    open: tuple[str, ...] = ()
    open_after: tuple[str, ...] = ()
    solution: str = ""
    """The derivation by hand, in words."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of all claims, with and without an answer."""
        return (*self.claims, *self.open)

    @property
    def asked_after(self) -> tuple[str, ...]:
        """The names of all claims about quantities after the update."""
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
    """Make a worksheet from plain values.

    Raises `WorksheetError` for values that cannot be read, for no or too many claims, and for
    `after` without `update`.
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
        inputs={name: _parse_input(name, value) for name, value in inputs.items()},
        claims={
            name: _parse_claim(name, value) for name, value in claims.items() if not _is_open(value)
        },
        update=_parse_update(update) if isinstance(update, Mapping) else update,
        after={
            name: _parse_claim(f"{name} after", x) for name, x in after.items() if not _is_open(x)
        },
        title=title,
        source=source,
        name=name,
        open=tuple(name for name, value in claims.items() if _is_open(value)),
        open_after=tuple(name for name, value in after.items() if _is_open(value)),
    )


@contextmanager
def name_file_in_errors(path: str | Path) -> Iterator[None]:
    """Return a context manager that puts the name of a file before the messages of errors."""
    try:
        yield
    except AutogradError as error:
        raise type(error)(f"{path}: {error}") from None


def read_worksheet(path: str | Path) -> Worksheet:
    """Read the worksheet in a TOML file.

    Raises `WorksheetError` for a file that cannot be read or is not a worksheet.
    """
    table = _load(path)
    if not isinstance(table.get("program"), str):
        raise WorksheetError(
            'a worksheet needs program = "...", a text; submissions are checked against a key: '
            "verify KEY.toml FOLDER"
        )
    claims, after = _get_claims(table)
    worksheet = make_worksheet(
        table["program"],
        _get_table(table, "inputs"),
        claims,
        _get_table(table, "update") if "update" in table else None,
        after,
        title=_get_line(table, "title"),
        source=_get_line(table, "source"),
        name=_get_name(table, path),
    )
    return replace(worksheet, solution=_get_lines(table, "solution"))


def read_submission(path: str | Path, key: Worksheet) -> Worksheet:
    """Read the claims in a submission's file, about the program of `key`.

    The program, inputs and update are those of the key; others in the file are ignored.
    """
    table = _load(path)
    claims, after = _get_claims(table)
    name = _get_name(table, path)
    submission = make_worksheet(key.program, {}, claims, key.update, after, name=name)
    return replace(submission, inputs=key.inputs, title=key.title, source=key.source)


def find_files(folder: str | Path) -> list[Path]:
    """Return the TOML files of a folder, sorted by name.

    Raises `WorksheetError` if there are none, or the folder cannot be read.
    """
    try:
        found = sorted(path for path in Path(folder).iterdir() if path.suffix.lower() == ".toml")
    except OSError as error:
        raise WorksheetError(f"{folder}: cannot be read: {error.strerror or error}") from None
    if not found:
        raise WorksheetError(f"{folder}: there is no .toml file in this folder")
    return found


def _load(path: str | Path) -> dict[str, Any]:
    """Load the tables of a TOML file; floats keep their digits."""
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
    # Imported here because most processes read no worksheet.
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        if _LONG_KEY.search(text):
            raise WorksheetError("a key has too many parts")
        table = tomllib.loads(text, parse_float=WrittenNumber.parse)
    except UnicodeDecodeError:
        raise WorksheetError("the file is not UTF-8 text") from None
    except WorksheetError:
        raise
    except (ValueError, RecursionError, MemoryError) as error:
        # Python raises ValueError for very long numbers too.
        message = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise WorksheetError(f"the file is not TOML: {message[:200]}") from None
    _check_keys(table, _KEYS, "the worksheet")
    return table


def _check_keys(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
            raise WorksheetError(f"{where} has no key {key[:40]!r}; {hint}")


def _get_table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    part = table.get(key, {})
    if not isinstance(part, dict):
        raise WorksheetError(f"[{key}] must be a table of names and values")
    return dict(part)


def _get_claims(table: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the claims before and after the update."""
    claims = _get_table(table, "claims")
    # A program may have a value called `after`.
    after = claims.pop("after") if isinstance(claims.get("after"), dict) else {}
    return claims, after


def _get_line(table: Mapping[str, Any], key: str) -> str:
    text = table.get(key, "")
    # Control sequences could reach a terminal or a spreadsheet.
    if not isinstance(text, str) or not text.isprintable() or len(text) > MAX_LINE:
        raise WorksheetError(f"{key} must be one line of text, of at most {MAX_LINE} characters")
    return text


def _get_name(table: Mapping[str, Any], path: str | Path) -> str:
    """Return the given name, by default the name of the file."""
    return _get_line(table, "name") or escape_unprintable(Path(path).stem)


def _get_lines(table: Mapping[str, Any], key: str) -> str:
    text = table.get(key, "")
    plain = isinstance(text, str) and all(map(str.isprintable, text.splitlines()))
    if not plain or len(text) > MAX_SOLUTION:
        raise WorksheetError(f"{key} must be a text of at most {MAX_SOLUTION} characters")
    return str(text).strip()


def _parse_claim(name: str, value: Any) -> ClaimedValue:
    try:
        return ClaimedValue.parse(value)
    except WorksheetError as error:
        raise WorksheetError(f"claim {name[:60]!r}: {error}") from None


def _is_open(value: Any) -> bool:
    return isinstance(value, str) and value.strip() in (OPEN, "")


def _parse_input(name: str, value: Any) -> Any:
    """Parse the value of an input; the evaluation checks arrays and tensors."""
    if isinstance(value, np.ndarray | Tensor):
        return value
    try:
        return ClaimedValue.parse(value).value
    except WorksheetError as error:
        raise WorksheetError(f"input {str(name)[:60]!r}: {error}") from None


def _parse_update(table: Mapping[str, Any]) -> Update:
    _check_keys(table, _UPDATE_KEYS, "[update]")
    if "rate" not in table:
        raise WorksheetError("[update] needs a rate, the step size of gradient descent")
    try:
        rate = WrittenNumber.parse(table["rate"]).value
    except WorksheetError as error:
        raise WorksheetError(f"the rate of [update]: {error}") from None
    of, moved = table.get("of"), table.get("with")
    if of is not None and not isinstance(of, str):
        raise WorksheetError("of in [update] must be the name of the loss")
    if moved is not None and not (
        isinstance(moved, list | tuple) and all(isinstance(name, str) for name in moved)
    ):
        raise WorksheetError("with in [update] must be a list of names of inputs")
    return Update(rate, of, None if moved is None else tuple(moved))


def to_toml(worksheet: Worksheet, *, answers: bool = True) -> str:
    """Write a worksheet as the text of a TOML file, with its claims or with all of them open.

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
    lines += [f"{_format_key(name)} = {_to_plain(x)}" for name, x in worksheet.inputs.items()]
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
            text = _quote_numbers(claims[name]) if answers and name in claims else f'"{OPEN}"'
            lines.append(f"{_format_key(name)} = {text}")
    return "\n".join([*lines, ""])


def _to_plain(value: Any) -> Any:
    """Convert to numbers or nested lists of them, whole numbers to int."""
    if np.ndim(value):
        return [_to_plain(part) for part in value]
    return int(value) if float(value).is_integer() else float(value)


def _format_key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _quote_numbers(claim: ClaimedValue) -> str:
    """Format a claim with its digits, every number as a text."""
    return re.sub(r"[^\[\], ]+", lambda number: f'"{number[0]}"', claim.text)
