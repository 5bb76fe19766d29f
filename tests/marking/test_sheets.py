"""Sheets to fill in, and their keys, as Markdown, HTML and LaTeX."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograd.errors import RendererNotFound
from autograd.marking.sheets import files
from autograd.marking.sheets.files import write_sheets
from autograd.marking.sheets.latex import to_latex
from autograd.marking.sheets.letters import declare_letters
from autograd.marking.sheets.sheet import make_sheets
from autograd.marking.worksheet import make_worksheet, read_worksheet, to_toml

FOLDER = Path(__file__).parents[2] / "examples" / "worksheets"
KEY = """
title = "A <b>step</b> & 50 % of w_1"
source = "made up"
program = "y_hat = w * x; L = (y - y_hat) ** 2"
inputs = { x = 3, y = 10, w = 2 }
update = { rate = 0.1 }
solution = "dL/dw = -2 (y - w x) x, the chain rule twice."
[claims]
L = 16
"dL/dw" = -24
[claims.after]
w = 4.4
"""


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "key.toml"
    path.write_text(KEY)
    return path


def write(key, out):
    """Write both sheets of a worksheet's file."""
    return write_sheets(*make_sheets(read_worksheet(key)), out)


def read(key, tmp_path, suffix):
    """Return the sheet and the key as texts."""
    written, problem = write(key, tmp_path / f"sheet{suffix}")
    assert problem == ""
    return [path.read_text() for path in written if path.suffix == suffix]


@pytest.mark.parametrize("suffix", [".md", ".html", ".tex"])
def test_only_the_key_has_answers(key, tmp_path, suffix):
    blank, answers = (re.sub("(?s)<svg.*</svg>", "", x) for x in read(key, tmp_path, suffix))
    for number in ("-24", "4.4"):
        # LaTeX and HTML write the same number with different minus signs.
        assert number not in blank.replace("−", "-")
        assert number in answers.replace("−", "-")
    assert "chain rule" not in blank
    assert "chain rule twice" in answers
    assert "Every step" in answers or "Backward" in answers
    assert "0.1" in blank


def test_markdown_is_escaped(key, tmp_path):
    blank, _ = read(key, tmp_path, ".md")
    assert blank.startswith(r"# A \<b\>step\</b\> & 50 % of w\_1")
    assert "![the graph of the program](sheet.svg)" in blank


def test_html_is_one_file_without_references(key, tmp_path):
    written, _ = write(key, tmp_path / "sheet.html")
    assert [path.name for path in written] == ["sheet.html", "sheet-key.html"]
    for path in written:
        text = path.read_text()
        assert "<b>" not in text
        assert "A &lt;b&gt;step&lt;/b&gt; &amp; 50 % of w_1" in text
        assert text.count("<svg") == 1
        assert not re.search(r"(src|href)=\"http", text.partition("<svg")[0])
        HTMLParser().feed(text)


def test_latex_is_escaped(key, tmp_path):
    blank, answers = read(key, tmp_path, ".tex")
    assert r"\section*{A $<$b$>$step$<$/b$>$ \& 50 \% of w\_1}" in blank
    assert r"\underline{\hspace{4cm}}" in blank
    assert r"\frac{\partial L}{\partial w}" in answers


LETTERS = r"""
title = "Größe Θ 数 ŷ x² Łódź έ “a” — ą đ ∇f ≤ ∞ 😀 $x_1$ \\input{nothing} #1"
program = "ŷ = θ * x_1 + β_0  # ŷ; δ\nδ = y - ŷ\n数 = δ ** 2"
inputs = { "θ" = 0.5, x_1 = 2, "β_0" = -1.5, y = 1 }
solution = "∂数/∂θ = −2·(y − ŷ)·x₁ \\end{verbatim}"
claims = { "∂数/∂θ" = "?", "d数/dβ_0" = "?", "ŷ" = "?" }
"""


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex, of TeX Live")
@pytest.mark.parametrize("text", [KEY, LETTERS], ids=["plain", "letters"])
def test_latex_compiles(key, tmp_path, text):
    key.write_text(text, encoding="utf-8")
    for path in write(key, tmp_path / "sheet 1.tex")[0]:
        if path.suffix == ".tex":
            command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", path.name]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120)
            assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex, of TeX Live")
def test_latex_of_the_gallery_compiles(tmp_path):
    keys = [make_sheets(read_worksheet(path))[1] for path in sorted(FOLDER.glob("*.toml"))]
    # One document for all: LaTeX spends most of its time on the start.
    heads, bodies = set(), []
    for document in map(to_latex, keys):
        head, body = document.split(r"\begin{document}")
        heads.add(head)
        bodies.append(body.partition(r"\end{document}")[0])
    own = [min(heads, key=len), *declare_letters("".join(bodies))]
    whole = [*own, r"\begin{document}", *bodies, r"\end{document}"]
    (tmp_path / "all.tex").write_text("\n".join(whole), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_the_key_of_every_worksheet_of_the_gallery(path):
    worksheet = read_worksheet(path)
    blank, key = make_sheets(worksheet)
    assert len(key.questions) == len(worksheet.claims) + len(worksheet.after)
    assert blank.explanation is None
    assert all(question.answer for question in key.questions)


@pytest.mark.parametrize(
    ("letter", "shape"),
    [
        ("θ", r"\theta"),
        ("Θ", r"\Theta"),
        ("\u0391", r"\mathrm{A}"),
        ("\u03bf", "o"),
        ("\u03db", r"\mbox{\tiny U+03DB}"),
        ("ς", r"\varsigma"),
        ("ά", r"\alpha"),
        ("₁", "_{1}"),
        ("ᵀ", "^{T}"),
        ("≤", r"\leq"),
        ("\u0302", ""),
        ("数", r"\mbox{\tiny U+6570}"),
    ],
)
def test_letters_beyond_ascii_in_latex(letter, shape):
    assert rf"\letter{{{letter}}}{{{ord(letter):04X}}}{{{shape}}}" in declare_letters(f"a{letter}")


def test_plain_latex_needs_no_preamble():
    assert declare_letters("plain") == []
    assert declare_letters("Łódź, kąt")[0] == r"\usepackage[T1]{fontenc}"


def test_pictures_have_names_that_need_no_escapes(key, tmp_path):
    written, _ = write(key, tmp_path / "my sheet #1.MD")
    assert [path.name for path in written] == [
        *("my sheet #1.MD", "my-sheet--1.svg", "my sheet #1-key.MD", "my-sheet--1-key.svg"),
    ]
    assert "(my-sheet--1.svg)" in written[0].read_text()


def test_inputs_and_answers_are_written_out():
    x = [[1.2345678, 2, 3, 4, 5]] * 5
    blank, key = make_sheets(make_worksheet("f = x * 2", {"x": x}, {"f": "?"}))
    assert blank.inputs[0][1].count("1.2345678") == 5
    assert key.questions[0].answer.count("2.46914") == 5


def test_an_update_without_questions_is_not_shown():
    worksheet = make_worksheet("L = w * w", {"w": 3}, {"L": 9}, {"rate": 0.1})
    assert make_sheets(worksheet)[0].update == ""


def test_without_a_renderer_the_sheets_have_no_picture(key, tmp_path, monkeypatch):
    def nothing(*_, **__):
        raise RendererNotFound("install one")

    monkeypatch.setattr(files, "draw_picture", nothing)
    written, problem = write(key, tmp_path / "sheet.md")
    assert problem == "install one"
    assert [path.name for path in written] == ["sheet.md", "sheet-key.md"]
    assert "![" not in written[0].read_text()


def test_another_suffix(key, tmp_path):
    with pytest.raises(
        ValueError, match=r"a sheet must be a file in .md, .html, .tex, not 'a.docx'"
    ):
        write(key, tmp_path / "a.docx")


class TestToToml:
    def test_reading_gives_the_same_worksheet(self, tmp_path, key):
        path = tmp_path / "again.toml"
        worksheet = read_worksheet(key)
        path.write_text(to_toml(worksheet))
        again = read_worksheet(path)
        assert again.program == worksheet.program
        assert again.claims == worksheet.claims
        assert (again.update, again.after) == (worksheet.update, worksheet.after)

    def test_open_claims(self, tmp_path, key):
        path = tmp_path / "open.toml"
        path.write_text(to_toml(read_worksheet(key), answers=False))
        again = read_worksheet(path)
        assert (again.open, again.open_after) == (("L", "dL/dw"), ("w",))
        assert not again.claims

    def test_arrays_and_texts_keep_their_digits(self):
        worksheet = make_worksheet(
            "f = x * 1\ng = f", {"x": [1, 0.5]}, {"f": ["1.0", "0.50"], "α": "?"}
        )
        text = to_toml(worksheet)
        assert 'f = ["1.0", "0.50"]' in text
        assert "x = [1, 0.5]" in text
        assert '"α" = "?"' in text
