"""Hostile input for the readers of programs and worksheets: random sequences of pieces.

As a program, this is a coverage-guided fuzzer, with the package atheris:
`python -m tests.marking.hostile [options of libFuzzer]`.
"""

import re
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

from autograd.errors import AutogradError
from autograd.marking.verification import Marker
from autograd.marking.worksheet import make_worksheet, read_worksheet

EXAMPLES = Path(__file__).parents[2] / "examples" / "worksheets"

PIECES = (
    *"xyzf=+-*/@()[],:.;<>!%&|^~#'\"\\\n\t ",
    *("**", "==", ">=", "//", ":=", "...", ".T", ".data", "__class__", "0", "1", "2.5", "-1"),
    *("1e308", "9" * 30, "1e-400", "0x10", "1_000", "1j", "inf", "nan", "α", "\u202e", "\0", "é"),
    *("sum", "mean", "max", "exp", "log", "sqrt", "where", "conv", "reshape", "concat", "softmax"),
    *("dot", "norm", "cross_entropy", "clip", "axis=", "keepdims=True", "stride=", "padding="),
    *("lambda x: x", "import os", "for", "if", "else", "def f():", "open", "eval", "x if y else z"),
    *("x = 1", "f = x + y", "q = x * y; f = q", "[[1, 2], [3, 4]]", "(1, 2, 3)", "None", "True"),
)
"""Pieces of programs."""

TOML = (
    *PIECES,
    *("[claims]", "[inputs]", "[update]", "[claims.after]", "program = ", "rate = ", "with = "),
    *('"""', "'''", "{", "}", '"df/dx" = ', '"?"', "= 1", "= [1, [2]]", "[[claims]]", "a.b.c", "#"),
    *(
        "title = ",
        "1979-05-27",
        "0o17",
        "+inf",
        "[" * 40,
        "name = '=cmd'",
        "\r\n",
        '"1/3"',
        '"4/0"',
    ),
)
"""Pieces of files."""


def check_program(program: str) -> None:
    """Assert that a program is evaluated and marked, or refused with an `AutogradError`."""
    claims = {"f": 1, "df/dx": "0.5", "x": 2, "df/dy": [1, 2]}
    for some in (claims, {"f": 1}):
        try:
            worksheet = make_worksheet(program, {"x": 2, "y": [1, -3]}, some)
            Marker(worksheet).mark(worksheet).to_dict()
        except AutogradError as error:
            assert len(str(error)) < 2_000  # noqa: PT017, both outcomes are right


def check_file(data: bytes) -> None:
    """Assert that a file is read and marked, or refused with an `AutogradError`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sheet.toml")
        path.write_bytes(data)
        try:
            worksheet = read_worksheet(path)
            Marker(worksheet).mark(worksheet).to_dict()
        except AutogradError as error:
            assert len(str(error)) < 2_000  # noqa: PT017, both outcomes are right


def main() -> None:
    """Put pieces into right worksheets until the options of libFuzzer end the run."""
    import atheris

    worksheets = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.toml"))]

    def one(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        pieces = TOML if provider.ConsumeBool() else PIECES
        text = worksheets[provider.ConsumeIntInRange(0, len(worksheets) - 1)]
        if pieces is PIECES:
            text = re.search(r'(?s)program = "(?:"")?\n?(.*?)"', text)[1]
        while provider.remaining_bytes() > 3:
            begin = provider.ConsumeIntInRange(0, len(text))
            end = begin + provider.ConsumeIntInRange(0, 9)
            piece = pieces[provider.ConsumeIntInRange(0, len(pieces) - 1)]
            text = text[:begin] + piece + text[end:]
        if pieces is TOML:
            check_file(text.encode("utf-8", "replace"))
        else:
            check_program(text)

    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    atheris.instrument_all()
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
