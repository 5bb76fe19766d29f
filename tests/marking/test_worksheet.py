"""Reading worksheets: the content of a file, and the errors for other files."""

import os
import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.errors import AutogradError, WorksheetError
from autograd.marking import worksheet
from autograd.marking.verification import verify_file
from autograd.marking.worksheet import read_worksheet

GOOD = """
title = "A graph"
source = "a lecture"
program = "q = x + y; f = q * z"

[inputs]
x = -2
y = 5.0
z = "-8/2"

[claims]
q = "3.0"
f = -12.00
"df/dx" = -4

[update]
rate = 0.5
of = "f"
with = ["x"]

[claims.after]
x = 0
"""


@pytest.fixture
def write(tmp_path):
    def write(content, name="sheet.toml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_reading(write):
    sheet = read_worksheet(write(GOOD))
    assert (sheet.title, sheet.source, sheet.name) == ("A graph", "a lecture", "sheet")
    assert {name: float(value) for name, value in sheet.inputs.items()} == {
        "x": -2,
        "y": 5,
        "z": -4,
    }
    assert {name: claim.text for name, claim in sheet.claims.items()} == {
        "q": "3.0",
        "f": "-12.00",
        "df/dx": "-4",
    }
    assert (sheet.update.rate, sheet.update.of, sheet.update.moved) == (0.5, "f", ("x",))
    assert sheet.after["x"].text == "0"


def test_name(write):
    assert read_worksheet(write('name = "Ada"\n' + GOOD)).name == "Ada"


def test_checking(write):
    report = verify_file(str(write(GOOD)))
    assert report.ok
    assert report.title == "A graph"
    assert [claim.name for claim in report.claims] == ["q", "f", "df/dx", "x after"]


def test_byte_order_mark_and_windows_line_ends(write):
    assert verify_file(write(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())).ok


def test_a_value_may_be_called_after(write):
    sheet = 'program = "after = x * 2"\n[inputs]\nx = 1\n[claims]\nafter = 2\n'
    assert verify_file(write(sheet)).ok


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a worksheet needs program"),
        ("program = 3", "a worksheet needs program"),
        (GOOD.replace("-2", "-2 -"), "the file is not TOML"),
        (GOOD.replace("x = -2", "x = -2\nx = 3"), "the file is not TOML"),
        (GOOD.replace("[inputs]", "[input]"), "no key 'input'; did you mean inputs?"),
        (GOOD.replace("title", "heading"), "no key 'heading'; it has title, source, name"),
        (GOOD.replace("of =", "off ="), r"\[update\] has no key 'off'; did you mean of?"),
        (GOOD.replace("A graph", "A\\u001b[31mgraph"), "title must be one line of text"),
        (GOOD.replace("A graph", "a" * 201), "title must be one line of text, of at most 200"),
        (GOOD.replace('"a lecture"', "3"), "source must be one line of text"),
        ('claims = 3\nprogram = "f = 1"', r"\[claims\] must be a table"),
        ('update = 3\nprogram = "f = 1"\n[claims]\nf = 1', r"\[update\] must be a table"),
        (GOOD.replace("x = -2", "x = true"), "input 'x': True is not a number"),
        (GOOD.replace("x = -2", "x = 2020-01-01"), "input 'x': expected a number"),
        (GOOD.replace("x = -2", "x = [[1], [1, 2]]"), "input 'x': the rows of a list"),
        (GOOD.replace("x = -2", 'x = "sqrt(2)"'), "input 'x': 'sqrt.2.' is not a number"),
        (GOOD.replace("-12.00", "{ a = 1 }"), "claim 'f': expected a number or a list"),
        (GOOD.replace('"df/dx"', "df.dx"), "claim 'df': expected a number or a list"),
        (GOOD.replace("-12.00", "1e999"), "the number 1e999 is too large"),
        (GOOD.replace("[update]", "[other]").replace("x = 0", ""), "no key 'other'"),
        (GOOD.replace("x = 0", 'x = "nil"'), "claim 'x after': 'nil' is not a number"),
        (GOOD[: GOOD.index("[update]")] + "[claims.after]\nx = 1", r"need \[update\] with a rate"),
        (b"\xff\xfe", "the file is not UTF-8 text"),
    ],
)
def test_errors(write, content, message):
    with pytest.raises(WorksheetError, match=message):
        read_worksheet(write(content))


def test_unreadable_files(write, tmp_path):
    with pytest.raises(WorksheetError, match="cannot be read: No such file"):
        read_worksheet(tmp_path / "none.toml")
    with pytest.raises(WorksheetError, match="it is not a file"):
        read_worksheet(tmp_path)
    with pytest.raises(WorksheetError, match="more than 100000 bytes"):
        read_worksheet(write(b"#" * (worksheet.MAX_BYTES + 1)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(WorksheetError, match="it is not a file"):
        read_worksheet(tmp_path / "pipe.toml")


@pytest.mark.parametrize(
    "content",
    [
        "a = " + "[" * 40_000 + "]" * 40_000,
        "a = " + "{b=" * 20_000 + "1" + "}" * 20_000,
        "a" + ".a" * 49_000 + " = 1",
        "[a" + ".a" * 49_000 + "]",
        "a" + '."?"' * 24_000 + " = 1",
        "a = " + "9" * 90_000,
        "a = 0." + "9" * 90_000,
        "a = 1e" + "9" * 90_000,
        'a = "' + '\\"' * 49_000,
        "a" * 99_000,
        'program = """' + "-" * 90_000 + '1"""\n[claims]\nf = 1',
        'program = "f = sum(x)"\n[inputs]\nx = ' + str([[0] * 9] * 2_000) + "\n[claims]\nf = 1",
    ],
    ids=range(12),
)
def test_hostile_files_are_refused_quickly(write, content):
    path = write(content)
    began = time.process_time()
    with pytest.raises(AutogradError):
        verify_file(path)
    # Half a minute of processor time without the limit on the parts of a key, else hundredths.
    assert time.process_time() - began < 5


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_random_bytes_are_a_worksheet_or_a_worksheet_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "random.toml"
    path.write_bytes(content)
    with pytest.raises(WorksheetError):
        read_worksheet(path)


VALUES = st.recursive(
    st.one_of(
        st.integers(), st.floats(), st.text("0123456789./-eE ", max_size=9).map(repr), st.booleans()
    ).map(lambda v: str(v).lower() if isinstance(v, bool) else str(v)),
    lambda parts: st.lists(parts, max_size=3).map(lambda ps: f"[{', '.join(ps)}]"),
    max_leaves=6,
)


@given(VALUES, VALUES, VALUES)
def test_random_values_give_a_report_or_an_autograd_error(tmp_path_factory, x, claim, rate):
    content = f"""
    program = "f = sum(relu(x) * x)"
    inputs = {{ x = {x} }}
    claims = {{ f = {claim}, "df/dx" = {claim}, after = {{ x = {claim} }} }}
    update = {{ rate = {rate} }}
    """
    tomllib.loads(content)
    path = tmp_path_factory.getbasetemp() / "values.toml"
    path.write_text(content)
    try:
        report = verify_file(path)
    except AutogradError:
        return
    assert str(report)
    assert report.to_dict()["counts"]


@pytest.mark.parametrize("text", ["?", " ? ", "", " "])
def test_claims_that_are_still_open(tmp_path, text):
    path = tmp_path / "sheet.toml"
    path.write_text(
        GOOD.replace('q = "3.0"', f'q = "{text}"').replace("x = 0\n", f'x = "{text}"\n')
    )
    sheet = read_worksheet(path)
    assert (sheet.open, sheet.open_after) == (("q",), ("x",))
    assert "q" not in sheet.claims
