"""Output on terminals with few signs, in narrow windows, and into a closed pipe."""

import io
import os
import subprocess
import sys

import pytest

from autograd.host import terminal

ROWS = [{"file": "a.toml", "wrong": 0}, {"file": "[bold]wrong.toml", "wrong": 12}]


def test_tables_are_aligned_text(capsys):
    assert terminal.format_table(ROWS) == (
        "file              wrong\na.toml            0\n[bold]wrong.toml  12"
    )
    assert terminal.format_table([]) == "nothing to show"


def test_on_a_terminal_tables_are_drawn(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "300")
    drawn = terminal.format_table(ROWS)
    assert "┃" in drawn
    assert "[bold]wrong.toml" in drawn


def test_in_a_narrow_window_nothing_is_cut(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "16")
    drawn = terminal.format_table(ROWS)
    assert "…" not in drawn
    left = "".join(line.split("│")[1].strip() for line in drawn.splitlines() if "│" in line)
    assert left == "a.toml[bold]wrong.toml"


def test_signs_that_the_terminal_lacks_are_replaced(monkeypatch):
    shown = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", shown)
    terminal.print_text("∂f/∂x = 4")
    assert shown.buffer.getvalue().split() == [b"?f/?x", b"=", b"4"]


def test_messages_control_no_terminal(capsys):
    terminal.print_error("\x1b[31mred\x9b\u202e.toml: cannot be read\nwrite another")
    assert capsys.readouterr().err == (
        "chalkgrad: \\x1b[31mred\\x9b\\u202e.toml: cannot be read\nwrite another\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="needs pipes that break")
def test_a_closed_pipe_is_no_traceback(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('program = "f = x"\ninputs = { x = 1 }\nclaims = { f = 2 }')
    read, write = os.pipe()
    os.close(read)
    argv = [sys.executable, "-m", "autograd", "verify", str(path)]
    done = subprocess.run(argv, stdout=write, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")
