"""The command `chalkgrad`: explain, draw and verify computations from a terminal.

Exit codes: 0 if no claim is wrong, 1 if a claim is wrong, 2 for wrong usage, an unreadable file or
a program outside the language; the highest applies. Messages go to standard error.
"""

import argparse
import json
import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.errors import AutogradError, ProgramError
from autograd.host.terminal import (
    escape_unprintable,
    format_table,
    print_error,
    print_text,
    show_progress,
)
from autograd.host.version import VERSION
from autograd.language import FUNCTIONS, evaluate_constant

if TYPE_CHECKING:
    from autograd.explanation.explanation import Explanation
    from autograd.marking.report import Report

RIGHT, WRONG, ERROR = 0, 1, 2

_EXAMPLES = """\
examples:
  chalkgrad explain "q = x + y; f = q * z" x=-2 y=5 z=-4
  chalkgrad explain "L = mean((W @ x - y) ** 2)" "W=[[1, 2], [3, 4]]" "x=[1, -1]" "y=[0, 1/2]"
  chalkgrad explain "f = (x + y) * z" x=-2 y=5 z=-4 --html f.html
  chalkgrad draw "f = (x + y) * z" x=-2 y=5 z=-4 -o f.svg
  chalkgrad verify worksheet.toml
  chalkgrad verify key.toml submissions/ --csv claims.csv --grades learners.csv
  chalkgrad worksheet worksheet.toml -o sheet.html
  chalkgrad practice --seed 7 --ops 5 -o exercise.toml
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` and return its exit code."""
    try:
        arguments = _parse(argv)
    except SystemExit as exit:
        return int(exit.code or 0)
    try:
        text, code = arguments.run(arguments)
    except OSError as error:
        print_error(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return ERROR
    except (AutogradError, ValueError) as error:
        print_error(str(error))
        return ERROR
    print_text(text)
    return int(code)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = _make_parser()
    arguments, late = parser.parse_known_args(argv)
    # argparse takes all inputs from one place; these followed an option.
    if any(text.startswith("-") for text in late) or (late and "inputs" not in arguments):
        parser.error(f"unrecognized arguments: {' '.join(late)}")
    if late:
        arguments.inputs += late
    return arguments


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chalkgrad",
        description="Automatic differentiation that shows its working.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"chalkgrad {VERSION}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    explain = _add_command(commands, "explain", _explain, "write out the chain rule, step by step")
    _add_program(explain)
    explain.add_argument(
        "--draw", metavar="FILE", help="also draw the graph to FILE (.svg .png .pdf .dot)"
    )
    explain.add_argument(
        "--html", metavar="FILE", help="also write an interactive page to FILE (.html)"
    )
    form = explain.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="print Markdown")
    form.add_argument("--latex", action="store_true", help="print LaTeX")
    form.add_argument("--json", action="store_true", help="print JSON")

    draw = _add_command(commands, "draw", _draw, "draw the graph, with values and gradients")
    _add_program(draw)
    draw.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help="the file to write (.svg .png .pdf .dot)",
    )
    draw.add_argument("--local", action="store_true", help="also show the local derivatives")

    verify = _add_command(commands, "verify", _verify, "check numbers worked out by hand")
    verify.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="worksheets or folders of them; one file, then one folder: a key and submissions",
    )
    verify.add_argument(
        "--submissions",
        metavar="FOLDER",
        help="check the submissions in FOLDER against the one FILE",
    )
    verify.add_argument(
        "--csv", metavar="OUT", help="for submissions: write one row for each claim"
    )
    verify.add_argument(
        "--grades", metavar="OUT", help="for submissions: write one row for each learner"
    )
    verify.add_argument("--json", action="store_true", help="print JSON, for autograders")

    sheet = _add_command(commands, "worksheet", _worksheet, "make a sheet to fill in, and its key")
    sheet.add_argument("file", metavar="FILE", help="a worksheet in TOML")
    sheet.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="the file to write (.md .html .tex); the key goes beside it, as OUT-key",
    )
    sheet.add_argument(
        "--key", action="store_true", help="without -o: print the key instead of the sheet"
    )

    practice = _add_command(
        commands, "practice", _practice, "make a new exercise with round numbers"
    )
    practice.add_argument(
        "--seed", type=int, help="the same seed gives the same exercise (default: random)"
    )
    practice.add_argument("--ops", type=int, default=5, help="number of steps (default: 5)")
    practice.add_argument(
        "--kind", choices=("scalar", "vector", "network"), default="scalar", help="kind of exercise"
    )
    practice.add_argument("--zeros", action="store_true", help="allow gradients that are zero")
    practice.add_argument("--key", action="store_true", help="fill in the answers")
    practice.add_argument("-o", "--output", metavar="OUT", help="the new file to write (.toml)")
    return parser


def _add_command(commands: Any, name: str, run: Any, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _add_program(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "program",
        metavar="PROGRAM",
        help=f"such as 'f = (x + y) * z'; functions: {', '.join(FUNCTIONS)}",
    )
    parser.add_argument(
        "inputs",
        metavar="NAME=VALUE",
        nargs="*",
        # Without a default, argparse lists the inputs as required.
        default=[],
        help="such as x=-2, y=1/3 or z=[[1,2],[3,4]]",
    )


# Commands: each returns the text to print and the exit code --------------------------------------


def _explain(arguments: argparse.Namespace) -> tuple[str, int]:
    explanation = _make_explanation(arguments)
    if arguments.draw:
        from autograd.explanation.dot import save

        save(explanation, arguments.draw)
    if arguments.html:
        from autograd.marking.common_mistakes import find_common_mistakes

        found = find_common_mistakes(arguments.program, _parse_inputs(arguments.inputs))
        explanation.html(arguments.html, mistakes=found.mistakes, bounds=found.bounds)
    if arguments.json:
        return _format_json(explanation.to_dict()), RIGHT
    if arguments.markdown:
        return explanation.markdown(), RIGHT
    return (explanation.latex() if arguments.latex else str(explanation)), RIGHT


def _draw(arguments: argparse.Namespace) -> tuple[str, int]:
    from autograd.explanation.dot import save

    save(_make_explanation(arguments), arguments.output, local=arguments.local)
    return "", RIGHT


def _make_explanation(arguments: argparse.Namespace) -> "Explanation":
    from autograd.explanation.explanation import explain

    # Infinities are part of the explanation; NumPy must not warn about them.
    with np.errstate(all="ignore"):
        return explain(arguments.program, **_parse_inputs(arguments.inputs))


def _verify(arguments: argparse.Namespace) -> tuple[str, int]:
    if _select_class(arguments):
        return _verify_class(arguments)
    if arguments.csv or arguments.grades:
        raise ValueError("--csv and --grades need submissions: verify KEY.toml FOLDER")
    from autograd.marking.verification import verify_file

    reports: dict[str, Report] = {}
    unreadable: dict[str, str] = {}
    for path in _find_worksheets(arguments.files):
        name = escape_unprintable(path)
        try:
            reports[name] = verify_file(path)
        except AutogradError as error:
            unreadable[name] = str(error)
            print_error(f"{name}: {error}")
    code = ERROR if unreadable else RIGHT if all(r.ok for r in reports.values()) else WRONG
    if arguments.json:
        found = {
            "ok": code == RIGHT,
            "reports": [{"file": name, **r.to_dict()} for name, r in reports.items()],
            "unreadable": unreadable,
        }
        return _format_json(found), code
    if len(reports) + len(unreadable) == 1:
        return "\n".join(map(str, reports.values())), code
    sections = [f"{name}: {report.title}\n{report}" for name, report in reports.items()]
    summary = [{"file": name, **report.counts} for name, report in reports.items()]
    return "\n\n".join([*sections, format_table(summary)]), code


def _select_class(arguments: argparse.Namespace) -> bool:
    """Return whether a key and a folder of submissions are given, and set them."""
    if arguments.submissions is None and len(arguments.files) == 2:
        key, folder = arguments.files
        if os.path.isdir(folder) and not os.path.isdir(key):
            arguments.files, arguments.submissions = [key], folder
    return arguments.submissions is not None


def _verify_class(arguments: argparse.Namespace) -> tuple[str, int]:
    from autograd.marking.classroom import verify_submissions

    if len(arguments.files) != 1:
        raise ValueError("--submissions needs exactly one FILE, the key")
    with show_progress() as shown:
        report = verify_submissions(arguments.files[0], arguments.submissions, progress=shown)
    for file, problem in report.unreadable.items():
        print_error(f"{file}: {problem}")
    if arguments.csv:
        report.csv(arguments.csv)
    if arguments.grades:
        report.grades(arguments.grades)
    code = ERROR if report.unreadable else RIGHT if report.ok else WRONG
    if arguments.json:
        return _format_json(report.to_dict()), code
    tables = (report.by_learner(), report.by_claim(), report.by_mistake())
    return "\n\n".join(format_table(rows) for rows in tables if rows), code


def _worksheet(arguments: argparse.Namespace) -> tuple[str, int]:
    from autograd.marking.sheets.files import write_sheets
    from autograd.marking.sheets.markdown import to_markdown
    from autograd.marking.sheets.sheet import make_sheets
    from autograd.marking.worksheet import name_file_in_errors, read_worksheet

    if arguments.key and arguments.output is not None:
        raise ValueError("-o writes both the sheet and its key; leave out --key")
    with name_file_in_errors(arguments.file):
        blank, key = make_sheets(read_worksheet(arguments.file))
    if arguments.output is None:
        return to_markdown(key if arguments.key else blank), RIGHT
    written, problem = write_sheets(blank, key, arguments.output)
    if problem:
        print_error(f"without pictures: {problem}")
    return "\n".join(map(str, written)), RIGHT


def _practice(arguments: argparse.Namespace) -> tuple[str, int]:
    from autograd.marking.practice import draw_exercise
    from autograd.marking.worksheet import to_toml

    seed = arguments.seed
    if seed is None:
        seed = int.from_bytes(os.urandom(3))
    exercise = draw_exercise(seed, ops=arguments.ops, kind=arguments.kind, zeros=arguments.zeros)
    text = to_toml(exercise, answers=arguments.key)
    if arguments.output is None:
        return text.rstrip(), RIGHT
    if not arguments.output.endswith(".toml"):
        raise ValueError(f"an exercise must be a .toml file, not {arguments.output!r}")
    try:
        with open(arguments.output, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        # The file may contain answers.
        raise ValueError(f"{arguments.output} exists already; name a new file") from None
    return "", RIGHT


# Input and output --------------------------------------------------------------------------------


def _parse_inputs(assignments: Sequence[str]) -> dict[str, Any]:
    """Parse the values of inputs given as `name=value`."""
    values: dict[str, Any] = {}
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        name = name.strip()
        shown = repr(assignment if len(assignment) <= 60 else f"{assignment[:57]}...")
        if not sign or not text.strip() or name in values:
            problem = "is given twice" if name in values else "is not an input; write NAME=VALUE"
            raise ProgramError(f"{shown} {problem}")
        try:
            values[name] = evaluate_constant(text)
        except ProgramError as error:
            raise ProgramError(f"{shown}: {error}") from None
    return values


def _find_worksheets(paths: Sequence[str]) -> list[str]:
    """Return the files, and the worksheets in the folders, among `paths`."""
    from autograd.marking.worksheet import find_files

    found: list[str] = []
    for path in paths:
        found += map(str, find_files(path)) if os.path.isdir(path) else [path]
    return found


def _format_json(value: Any) -> str:
    return json.dumps(_replace_non_finite(value), indent=2, ensure_ascii=False, allow_nan=False)


def _replace_non_finite(value: Any) -> Any:
    """Replace infinities and NaN by texts, because JSON has no numbers for them."""
    if isinstance(value, dict):
        return {key: _replace_non_finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_non_finite(part) for part in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
