"""A key and a folder of submissions."""

import csv
import json
import os
from pathlib import Path

import pytest

from autograd.errors import ProgramError, WorksheetError
from autograd.marking import verification
from autograd.marking.classroom import verify_submissions

KEY = """
title = "The graph"
program = "q = x + y; f = q * z"
inputs = { x = -2, y = 5, z = -4 }
claims = { q = 3, f = -12, "df/dx" = -4 }
"""


@pytest.fixture
def classroom(tmp_path):
    """Return a function that writes a key and submissions by file name, and marks them."""

    def verify(submissions, key=KEY):
        (tmp_path / "key.toml").write_text(key)
        folder = tmp_path / "submissions"
        folder.mkdir()
        for name, text in submissions.items():
            (folder / name).write_text(text)
        return verify_submissions(tmp_path / "key.toml", folder)

    return verify


SUBMISSIONS = {
    "b.toml": 'name = "Bea"\n[claims]\nq = 3\nf = 12\n"d f/d x" = 4',
    "a.toml": 'name = "Ann"\n[claims]\nq = "3.0"\nf = -12\n"df/dx" = -4',
    "c.toml": "[claims]\nq = 4\nf = 12",
    "d.toml": "[claims\n",
    "e.toml": "[claims]\ng = 1",
    "notes.txt": "not a submission",
}


def test_by_learner(classroom):
    rows = classroom(SUBMISSIONS).by_learner()
    assert [list(row.values()) for row in rows] == [
        ["a.toml", "Ann", 3, 3, 3, 0, 0, 0, 0],
        ["b.toml", "Bea", 1, 3, 1, 0, 0, 2, 0],
        ["c.toml", "c", 0, 3, 0, 0, 0, 2, 1],
    ]
    heads = "file name right of ok rounded near wrong missing"
    assert list(rows[0]) == heads.split()


def test_only_claims_of_the_key_count(classroom):
    (row,) = classroom({"a.toml": '[claims]\nq = 3\n"df/dz" = 3'}).by_learner()
    assert (row["right"], row["of"], row["ok"]) == (1, 3, 2)


def test_grades(classroom, tmp_path):
    classroom(SUBMISSIONS | {"a.toml": 'name = "-Ann"\n[claims]\nq = 3'}).grades(tmp_path / "g.csv")
    with (tmp_path / "g.csv").open(newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["a.toml", "b.toml", "c.toml", "d.toml", "e.toml"]
    assert (rows["a.toml"]["name"], rows["a.toml"]["right"], rows["a.toml"]["of"]) == (
        *("'-Ann", "1", "3"),
    )
    assert (rows["d.toml"]["right"], rows["d.toml"]["missing"]) == ("0", "3")
    assert "not TOML" in rows["d.toml"]["problem"]


@pytest.mark.skipif(os.name == "nt", reason="needs names that Windows does not have")
def test_names_of_files_control_no_terminal(classroom, tmp_path):
    report = classroom({"\x1b[31m\nx.toml": SUBMISSIONS["c.toml"], "\udcff.toml": "[claims"})
    (row,) = report.by_learner()
    assert row["name"] == r"\x1b[31m\nx"
    assert list(report.unreadable) == [r"\udcff.toml"]
    report.csv(tmp_path / "out.csv")


def test_by_claim(classroom):
    rows = {row.pop("claim"): row for row in classroom(SUBMISSIONS).by_claim()}
    assert list(rows) == ["q", "f", "df/dx"]
    assert rows["f"] == {
        "ok": 1,
        "rounded": 0,
        "near": 0,
        "wrong": 2,
        "missing": 0,
        "commonest mistake": "sign flipped",
    }
    assert rows["df/dx"]["missing"] == 1


def test_unreadable_files_do_not_stop_the_rest(classroom):
    report = classroom(SUBMISSIONS)
    assert list(report.reports) == ["a.toml", "b.toml", "c.toml"]
    assert set(report.unreadable) == {"d.toml", "e.toml"}
    assert "the file is not TOML" in report.unreadable["d.toml"]
    assert "the program has no g" in report.unreadable["e.toml"]
    assert not report.ok


def test_a_folder_that_cannot_be_read_says_so(classroom, tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "key.toml").write_text(KEY)
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(WorksheetError, match=r"cannot be read: Permission denied"):
        verify_submissions(tmp_path / "key.toml", tmp_path)


def test_the_case_of_a_suffix_does_not_count(classroom):
    assert list(classroom({"ANN.TOML": SUBMISSIONS["a.toml"]}).reports) == ["ANN.TOML"]


def test_all_right(classroom):
    report = classroom({"a.toml": SUBMISSIONS["a.toml"]})
    assert report.ok
    assert report.title == "The graph"


def test_the_key_is_evaluated_once(classroom, monkeypatch):
    runs = []
    run = verification.run
    monkeypatch.setattr(verification, "run", lambda *a: runs.append(a) or run(*a))
    classroom({f"{i:03}.toml": SUBMISSIONS["b.toml"] for i in range(50)})
    assert len(runs) == 1


def test_a_filled_in_worksheet_is_a_submission_about_the_keys_program(classroom):
    cheat = 'program = "f = 1"\ninputs = { x = 0 }\n[claims]\nf = -12'
    assert classroom({"a.toml": cheat}).reports["a.toml"].ok


def test_update(classroom):
    key = 'program = "L = w * w"\ninputs = { w = 3 }\nupdate = { rate = 0.5 }\n'
    key += '[claims]\n"dL/dw" = 6\n[claims.after]\nw = 0\n'
    report = classroom({"a.toml": "[claims.after]\nw = 6"}, key)
    assert report.claims == ("dL/dw", "w after")
    (claim,) = report.reports["a.toml"].claims
    assert claim.diagnosis[0] == "plus instead of minus in the step"


def test_claims_after_an_update_that_the_key_lacks(classroom):
    report = classroom({"a.toml": "[claims.after]\nx = 6"})
    assert "need [update] with a rate" in report.unreadable["a.toml"]


def test_csv(classroom, tmp_path):
    report = classroom(SUBMISSIONS | {"a.toml": 'name = "=1+2"\n' + SUBMISSIONS["c.toml"]})
    report.csv(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {
        "file": "a.toml",
        "name": "'=1+2",
        "claim": "q",
        "verdict": "wrong",
        "claimed": "4",
        "right": "3",
        "mistakes": "a factor 2 is missing in the input x",
    }
    assert [row["verdict"] for row in rows if row["file"] == "c.toml"] == [
        "wrong",
        "wrong",
        "missing",
    ]
    assert [row["verdict"] for row in rows][-2:] == ["unreadable"] * 2


@pytest.mark.parametrize("name", ["=1+2", "@SUM(A1)", "+cmd", " =1+2", "\uff1d1+2"])
def test_names_are_no_formulas_in_a_spreadsheet(classroom, tmp_path, name):
    report = classroom({"a.toml": f'name = "{name}"\n{SUBMISSIONS["c.toml"]}', "=.toml": "["})
    for write in (report.csv, report.grades):
        write(tmp_path / "out.csv")
        with (tmp_path / "out.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["file"]: row["name"] for row in rows} == {"a.toml": f"'{name}", "'=.toml": ""}


def test_to_dict_is_json(classroom):
    found = json.loads(json.dumps(classroom(SUBMISSIONS).to_dict(), allow_nan=False))
    assert found["by_learner"][0]["name"] == "Ann"
    assert found["submissions"]["b.toml"]["claims"][1]["verdict"] == "wrong"
    assert set(found["unreadable"]) == {"d.toml", "e.toml"}


def test_errors_of_the_key(classroom, tmp_path):
    with pytest.raises(ProgramError):
        classroom({}, 'program = "f = g"\n[claims]\nf = 1')
    with pytest.raises(WorksheetError, match="is not a folder"):
        verify_submissions(tmp_path / "key.toml", tmp_path / "none")
    with pytest.raises(WorksheetError, match=r"none\.toml: cannot be read"):
        verify_submissions(tmp_path / "none.toml", tmp_path)
    (tmp_path / "key.toml").write_text(KEY)
    with pytest.raises(WorksheetError, match=r"there is no \.toml file in this folder"):
        verify_submissions(tmp_path / "key.toml", tmp_path / "submissions")
