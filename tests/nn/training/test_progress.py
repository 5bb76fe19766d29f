"""What a training shows: a bar in a terminal, lines elsewhere if asked for, or nothing."""

import io
import re
import sys

import numpy as np
import pytest

import nn

X = np.linspace(-1, 1, 8)[:, None]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def train(progress: bool | None) -> None:
    model = nn.Linear(1, 1, seed=0)
    loader = nn.DataLoader(X, 2 * X, batch_size=4)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    nn.fit(
        model,
        loader,
        nn.MSELoss(),
        optimizer,
        epochs=2,
        validation=(X, 2 * X),
        metrics=["r2"],
        progress=progress,
    )


@pytest.mark.parametrize("progress", [None, False])
def test_outside_a_terminal_it_is_quiet(
    progress: bool | None, capsys: pytest.CaptureFixture[str]
) -> None:
    train(progress)
    assert capsys.readouterr() == ("", "")


def test_asked_for_it_prints_one_line_per_epoch_outside_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    train(progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    number = r"-?\d\S*"
    pattern = (
        rf"epoch \d/2  loss={number}  r2={number}  val_loss={number}  val_r2={number}  "
        r"lr=0.1  [\d,]+ samples/s"
    )
    lines = err.splitlines()
    assert [line[:9] for line in lines] == ["epoch 1/2", "epoch 2/2"]
    assert all(re.fullmatch(pattern, line) for line in lines)


@pytest.mark.parametrize("progress", [None, True])
def test_in_a_terminal_it_is_a_bar_with_loss_metrics_and_speed(
    progress: bool | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    train(progress)
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue()).split("\r")[-1]
    numbers = "  ".join(f"{name}=.*" for name in ("loss", "r2", "val_loss", "val_r2", "lr"))
    assert re.search(rf"epoch 2/2 ━+ {numbers} [\d,]+ samples/s", last)
    assert capsys.readouterr().out == ""


def test_a_narrow_terminal_wraps_the_numbers_and_loses_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    train(progress=True)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())
    last = shown[shown.rindex("epoch 2/2") :]
    assert all(f" {name}=" in last for name in ("loss", "r2", "val_loss", "val_r2"))
    assert "…" not in last


def test_in_a_terminal_it_can_be_silenced(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    train(progress=False)
    assert terminal.getvalue() == ""


def test_the_bar_is_taken_down_when_the_training_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    model = nn.Linear(1, 1, seed=0)

    def broken(output: object, target: object) -> object:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        nn.fit(model, nn.DataLoader(X, X), broken, nn.SGD(model.parameters()))
    assert terminal.getvalue().count("\x1b[?25l") == terminal.getvalue().count("\x1b[?25h")
