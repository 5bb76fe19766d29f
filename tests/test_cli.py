"""The command line: output, exit codes, and messages instead of tracebacks."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograd import cli
from autograd.explanation.explanation import explain

PROGRAM = "q = x + y; f = q * z"
AT = ["x=-2", "y=5", "z=-4"]
SHEET = """
title = "The graph"
program = "q = x + y; f = q * z"
inputs = {{ x = -2, y = 5, z = -4 }}
claims = {{ f = -12, "df/dx" = {claim} }}
"""
KEY = SHEET.format(claim=-4)


@pytest.fixture
def chalkgrad(capsys):
    """Return a function that runs the command line here: exit code, output and messages."""

    def run(*argv):
        code = cli.main([str(a) for a in argv])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def sheet(tmp_path):
    """Return a function that writes a worksheet, right or wrong."""

    def write(name="right.toml", claim=-4):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(SHEET.format(claim=claim))
        return path

    return write


class TestExplain:
    def test_prints_the_explanation(self, chalkgrad):
        code, out, err = chalkgrad("explain", PROGRAM, *AT)
        assert (code, err) == (0, "")
        assert out == f"{explain(PROGRAM, x=-2, y=5, z=-4)}\n"

    @pytest.mark.parametrize("form", ["markdown", "latex"])
    def test_forms(self, chalkgrad, form):
        code, out, _ = chalkgrad("explain", PROGRAM, *AT, f"--{form}")
        assert code == 0
        assert out.strip() == getattr(explain(PROGRAM, x=-2, y=5, z=-4), form)().strip()

    def test_json(self, chalkgrad):
        code, out, _ = chalkgrad("explain", PROGRAM, *AT, "--json")
        assert code == 0
        assert json.loads(out)["gradients"] == {"x": -4, "y": -4, "z": 3}

    def test_infinities_are_texts_in_json(self, chalkgrad):
        _, out, _ = chalkgrad("explain", "f = 1 / x", "x=0", "--json")
        found = json.loads(out, parse_constant=pytest.fail)
        assert found["gradients"] == {"x": "-inf"}

    def test_inputs_are_literals(self, chalkgrad):
        inputs = ["W=[[1, 2], [3, 4]]", "x = [1/2, -1]"]
        code, out, _ = chalkgrad("explain", "L = sum(W @ x)", *inputs, "--json")
        assert code == 0
        assert json.loads(out)["inputs"] == {"W": [[1, 2], [3, 4]], "x": [0.5, -1]}

    def test_inputs_may_stand_behind_options(self, chalkgrad):
        code, out, _ = chalkgrad("explain", PROGRAM, "x=-2", "--json", "y=5", "z=-4")
        assert code == 0
        assert json.loads(out)["inputs"]["z"] == -4

    def test_draws(self, chalkgrad, tmp_path):
        code, _, _ = chalkgrad("explain", PROGRAM, *AT, "--draw", tmp_path / "f.dot")
        assert code == 0
        assert (tmp_path / "f.dot").read_text().startswith("digraph")

    def test_infinities_are_explained_without_warnings(self, chalkgrad):
        assert chalkgrad("explain", "f = log(x)", "x=0")[0] == 0

    @pytest.mark.parametrize(
        ("argv", "message"),
        [
            (["f = x ^ 2", "x=1"], "line 1, column 5: ^ is not a power here; use **"),
            (["f = x * 2"], "x has no value: give it one as an input, x = ..."),
            (["f = x", "x"], "'x' is not an input; write NAME=VALUE"),
            (["f = x", "x=1", "x=2"], "'x=2' is given twice"),
            (["f = x", "x=open(1)"], "'x=open(1)': line 1, column 1: there is no function open"),
            (["f = x", "x=y"], "y has no value"),
            (["f = x", f"x={'1+' * 40}z"], f"'x={'1+' * 27}1...': line 1, column 81: z has no"),
            (["f = x", "x="], "'x=' is not an input; write NAME=VALUE"),
            (["f = x", "x=[]"], "'x=[]': line 1, column 1: a list needs an entry"),
            (["f = x", "2x=1"], "the input name '2x' is not a name"),
            (["f = x", "x=1", "--draw", "f.bmp"], ".svg"),
            (["f = x", "x=1", "--colour"], "unrecognized arguments: --colour"),
            (["f = x", "x=1", "--json", "--latex"], "not allowed with"),
        ],
    )
    def test_errors(self, chalkgrad, argv, message):
        code, out, err = chalkgrad("explain", *argv)
        assert (code, out) == (2, "")
        assert message in err

    def test_a_picture_that_cannot_be_written(self, chalkgrad, sheet):
        code, out, err = chalkgrad("explain", PROGRAM, *AT, "--draw", sheet() / "f.dot")
        assert (code, out) == (2, "")
        assert err.startswith("chalkgrad: ")

    @pytest.mark.skipif(os.name == "nt", reason="Windows says that access is denied")
    @pytest.mark.parametrize("option", ["--draw", "--html"])
    def test_the_file_that_cannot_be_written_is_named(self, chalkgrad, tmp_path, option):
        folder = tmp_path / "f.dot"
        folder.mkdir()
        code, _, err = chalkgrad("explain", PROGRAM, *AT, option, folder)
        assert (code, err) == (2, f"chalkgrad: {folder}: {os.strerror(errno.EISDIR)}\n")
        assert list(tmp_path.iterdir()) == [folder]


class TestDraw:
    def test_writes_the_picture(self, chalkgrad, tmp_path):
        code, out, err = chalkgrad("draw", PROGRAM, *AT, "-o", tmp_path / "f.dot", "--local")
        assert (code, out, err) == (0, "", "")
        assert (tmp_path / "f.dot").read_text().startswith("digraph")

    def test_needs_a_file(self, chalkgrad):
        code, _, err = chalkgrad("draw", PROGRAM, *AT)
        assert code == 2
        assert "-o/--output" in err


class TestVerify:
    def test_right(self, chalkgrad, sheet):
        code, out, err = chalkgrad("verify", sheet())
        assert (code, out, err) == (0, "f ok: -12\ndf/dx ok: -4\n", "")

    def test_wrong(self, chalkgrad, sheet):
        code, out, _ = chalkgrad("verify", sheet(claim=4))
        assert code == 1
        assert "df/dx wrong: 4, right is -4; step: df/dx = df/dq * dq/dx = -4 * 1" in out

    def test_several_files_end_in_a_summary(self, chalkgrad, sheet):
        right, wrong = sheet(), sheet("wrong.toml", 4)
        code, out, _ = chalkgrad("verify", right, wrong)
        assert code == 1
        assert f"{right}: The graph\nf ok: -12\n" in out
        head, *rows = out.split("\n\n")[-1].splitlines()
        assert head.split() == ["file", "ok", "rounded", "near", "wrong"]
        assert [row.split() for row in rows] == [
            [str(right), "2", "0", "0", "0"],
            [str(wrong), "1", "0", "0", "1"],
        ]
        assert rows[0].index(" 2 ") == rows[1].index(" 1 ")

    def test_a_folder_stands_for_its_worksheets(self, chalkgrad, sheet, tmp_path):
        sheet("b.toml"), sheet("a.toml")
        code, out, _ = chalkgrad("verify", tmp_path)
        assert code == 0
        assert out.index("a.toml") < out.index("b.toml")

    def test_an_unreadable_file_outranks_a_wrong_claim(self, chalkgrad, sheet, tmp_path):
        code, out, err = chalkgrad("verify", sheet("wrong.toml", 4), tmp_path / "none.toml")
        assert code == 2
        assert "df/dx wrong" in out
        assert (
            err
            == f"chalkgrad: {tmp_path / 'none.toml'}: cannot be read: No such file or directory\n"
        )

    def test_a_program_outside_the_language(self, chalkgrad, sheet):
        path = sheet()
        path.write_text(KEY.replace("q * z", "q ^ z"))
        code, _, err = chalkgrad("verify", path)
        assert code == 2
        assert f"{path}: line 1, column 16: ^ is not a power here" in err

    def test_json(self, chalkgrad, sheet, tmp_path):
        code, out, _ = chalkgrad("verify", sheet(claim=4), tmp_path / "none.toml", "--json")
        found = json.loads(out)
        assert (code, found["ok"]) == (2, False)
        (report,) = found["reports"]
        assert report["claims"][1]["diagnosis"][0] == "sign flipped"
        assert found["unreadable"] == {
            str(tmp_path / "none.toml"): "cannot be read: No such file or directory"
        }

    @pytest.mark.skipif(os.name == "nt", reason="needs a name that Windows does not have")
    @pytest.mark.parametrize("options", [[], ["--json"]])
    def test_names_of_files_control_no_terminal(self, chalkgrad, sheet, tmp_path, options):
        sheet("\x1b[31mred.toml")
        sheet("\x9b31mred.toml")
        (tmp_path / "\x1b[31m\n.toml").write_text("[claims]")
        _, out, err = chalkgrad("verify", tmp_path, *options)
        assert not {"\x1b", "\x9b"} & {*out, *err}
        assert len(err.splitlines()) == 1
        _, _, err = chalkgrad("verify", tmp_path / "\x1b[31m\n.toml", tmp_path)
        assert "\x1b" not in err

    def test_a_submission_without_its_key(self, chalkgrad, sheet):
        path = sheet()
        path.write_text("[claims]\nf = 1")
        code, _, err = chalkgrad("verify", path)
        assert code == 2
        assert "submissions are checked against a key: verify KEY.toml FOLDER" in err

    def test_an_empty_folder(self, chalkgrad, tmp_path):
        code, _, err = chalkgrad("verify", tmp_path)
        assert code == 2
        assert "there is no .toml file in this folder" in err


class TestSubmissions:
    @pytest.fixture
    def folder(self, sheet, tmp_path):
        sheet("class/ann.toml")
        sheet("class/bea.toml", 4)
        return tmp_path / "class"

    def test_tables(self, chalkgrad, sheet, folder):
        code, out, err = chalkgrad("verify", sheet(), "--submissions", folder)
        assert (code, err) == (1, "")
        learners, claims, mistakes = out.strip().split("\n\n")
        assert learners.splitlines()[2].split() == [
            *("bea.toml", "bea", "1", "2", "1", "0", "0", "1", "0"),
        ]
        assert claims.splitlines()[2].startswith("df/dx  1")
        assert claims.endswith("sign flipped")
        assert mistakes.splitlines()[1].split() == ["sign", "1", "1"]

    def test_csv_and_json(self, chalkgrad, sheet, folder, tmp_path):
        out_file = tmp_path / "out.csv"
        code, out, _ = chalkgrad(
            "verify", sheet(), "--submissions", folder, "--csv", out_file, "--json"
        )
        assert code == 1
        assert json.loads(out)["by_claim"][1]["wrong"] == 1
        assert len(out_file.read_text().splitlines()) == 5

    def test_a_file_and_then_a_folder_are_a_key_and_submissions(self, chalkgrad, sheet, folder):
        path = sheet()
        class_report = chalkgrad("verify", path, "--submissions", folder)
        assert chalkgrad("verify", path, folder) == class_report
        # With the folder first, or with more files, all are worksheets.
        for argv in [(folder, path), (path, path, folder)]:
            assert f"{path}: The graph\n" in chalkgrad("verify", *argv)[1]

    def test_grades(self, chalkgrad, sheet, folder, tmp_path):
        chalkgrad("verify", sheet(), folder, "--grades", tmp_path / "grades.csv")
        assert (tmp_path / "grades.csv").read_text().splitlines()[1:] == [
            "ann.toml,ann,2,2,2,0,0,0,0,",
            "bea.toml,bea,1,2,1,0,0,1,0,",
        ]

    def test_unreadable_submission(self, chalkgrad, sheet, folder):
        (folder / "c.toml").write_text("[claims")
        code, _, err = chalkgrad("verify", sheet(), "--submissions", folder)
        assert code == 2
        assert err.startswith("chalkgrad: c.toml: the file is not TOML")

    def test_empty_folder(self, chalkgrad, sheet, tmp_path):
        (tmp_path / "class").mkdir()
        code, out, err = chalkgrad("verify", sheet(), "--submissions", tmp_path / "class")
        assert (code, out) == (2, "")
        assert "there is no .toml file in this folder" in err

    def test_usage(self, chalkgrad, sheet, folder):
        path = sheet()
        for argv, message in [
            ([path, "--csv", "out.csv"], "--csv and --grades need submissions"),
            ([path, path, folder, "--grades", "out.csv"], "--csv and --grades need submissions"),
            (
                [path, path, "--submissions", folder],
                "--submissions needs exactly one FILE, the key",
            ),
            ([path, "--submissions", "none"], "none is not a folder"),
            (["none.toml", "--submissions", folder], "cannot be read"),
        ]:
            code, _, err = chalkgrad("verify", *argv)
            assert code == 2
            assert message in err


class TestWorksheet:
    def test_a_sheet_and_its_key(self, chalkgrad, sheet, tmp_path):
        code, out, err = chalkgrad("worksheet", sheet(), "-o", tmp_path / "out" / "sheet.html")
        assert (code, err) == (0, "")
        assert [Path(line).name for line in out.splitlines()] == ["sheet.html", "sheet-key.html"]

    def test_on_standard_output(self, chalkgrad, sheet):
        code, out, _ = chalkgrad("worksheet", sheet())
        assert code == 0
        assert "| df/dx |  |" in out
        assert "-4" not in out.partition("quantity")[2]
        assert "| df/dx | -4 |" in chalkgrad("worksheet", sheet(), "--key")[1]

    def test_errors_name_the_file(self, chalkgrad, tmp_path):
        for options in ([], ["-o", tmp_path / "sheet.md"]):
            code, out, err = chalkgrad("worksheet", tmp_path / "none.toml", *options)
            assert (code, out) == (2, "")
            assert f"{tmp_path / 'none.toml'}: cannot be read: No such file" in err

    def test_a_place_where_nothing_can_be_written(self, chalkgrad, sheet):
        code, _, err = chalkgrad("worksheet", sheet(), "-o", sheet() / "sheet.md")
        assert code == 2
        assert "Errno" not in err

    @pytest.mark.parametrize(
        ("argv", "message"),
        [
            (["-o", "sheet.pdf"], "a sheet must be a file in .md, .html, .tex, not 'sheet.pdf'"),
            (["-o", "sheet.md", "--key"], "leave out --key"),
        ],
    )
    def test_usage(self, chalkgrad, sheet, argv, message):
        code, _, err = chalkgrad("worksheet", sheet(), *argv)
        assert code == 2
        assert message in err


class TestPractice:
    def test_an_exercise_to_be_filled_in_and_checked(self, chalkgrad, tmp_path):
        path = tmp_path / "mine.toml"
        assert chalkgrad("practice", "--seed", "7", "-o", path) == (0, "", "")
        code, out, _ = chalkgrad("verify", path)
        assert code == 0
        assert "df/dx open: no answer yet" in out
        key = tmp_path / "key.toml"
        chalkgrad("practice", "--seed", "7", "--key", "-o", key)
        code, out, _ = chalkgrad("verify", key)
        assert code == 0
        assert "df/dx ok" in out

    def test_the_seed_is_in_the_title(self, chalkgrad):
        _, out, _ = chalkgrad("practice", "--kind", "network")
        seed = out.split()[3].rstrip(":")
        assert chalkgrad("practice", "--kind", "network", "--seed", seed)[1] == out

    def test_never_writes_over_answers(self, chalkgrad, tmp_path):
        path = tmp_path / "mine.toml"
        path.write_text("answers")
        code, _, err = chalkgrad("practice", "-o", path)
        assert (code, err) == (2, f"chalkgrad: {path} exists already; name a new file\n")
        assert path.read_text() == "answers"
        assert "an exercise must be a .toml file" in chalkgrad("practice", "-o", "sheet.html")[2]

    def test_too_many_steps(self, chalkgrad):
        code, _, err = chalkgrad("practice", "--ops", "99")
        assert code == 2
        assert "a scalar exercise has from 1 to" in err


class TestHelp:
    def test_version(self, chalkgrad):
        code, out, _ = chalkgrad("--version")
        assert code == 0
        assert out.startswith("chalkgrad ")

    @pytest.mark.parametrize("command", ["explain", "draw", "verify"])
    def test_help_has_examples(self, chalkgrad, command):
        code, out, _ = chalkgrad(command, "--help")
        assert code == 0
        assert 'chalkgrad explain "q = x + y; f = q * z" x=-2 y=5 z=-4' in out

    def test_without_a_command(self, chalkgrad):
        code, _, err = chalkgrad()
        assert code == 2
        assert "usage: chalkgrad" in err


def test_as_a_module(sheet):
    argv = [sys.executable, "-m", "autograd", "verify", str(sheet(claim=4))]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert "df/dx wrong" in done.stdout


@pytest.mark.parametrize(
    "program", ["f = x / 0", "f = x / (1 - 1)", "f = 1 / (x - 1)", "f = 0 / x"]
)
def test_a_division_by_zero_is_explained_as_numpy_computes_it(program):
    ran = subprocess.run(
        [sys.executable, "-m", "autograd", "explain", program, "x=1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ("inf" in ran.stdout) == (program != "f = 0 / x")
