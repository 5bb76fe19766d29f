"""The history of a training, and its picture."""

import sys
from pathlib import Path

import pytest

import nn
from nn import plots


def history(epochs: int = 3) -> nn.History:
    made = nn.History()
    for k in range(1, epochs + 1):
        made.append({"loss": 1 / k, "accuracy": 1 - 1 / k, "val_loss": 2 / k})
    return made


def test_it_is_a_dict_of_lists_by_epoch() -> None:
    made = history()
    assert made == {
        "loss": [1, 1 / 2, 1 / 3],
        "accuracy": [0, 0.5, 1 - 1 / 3],
        "val_loss": [2, 1, 2 / 3],
    }
    assert made.epochs == 3
    assert made.last() == {"loss": 1 / 3, "accuracy": 1 - 1 / 3, "val_loss": 2 / 3}
    assert repr(made) == "History(3 epochs: loss 0.3333, accuracy 0.6667, val_loss 0.6667)"


def test_an_empty_one() -> None:
    assert repr(nn.History()) == "History(0 epochs)"
    assert nn.History().epochs == 0
    pytest.importorskip("matplotlib")
    with pytest.raises(ValueError, match="no finished epoch to plot"):
        nn.History().plot()


def test_the_picture_has_a_panel_for_each_number_and_a_line_for_each_list(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "new" / "history.png"
    picture = history().plot(path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [axes.get_title("left") for axes in picture.axes] == ["loss", "accuracy"]
    assert {axes.get_xlabel() for axes in picture.axes} == {"epoch"}
    training, validation = picture.axes[0].lines
    assert training.get_ydata().tolist() == [1, 1 / 2, 1 / 3]
    assert training.get_xdata().tolist() == [1, 2, 3]
    assert validation.get_ydata().tolist() == [2, 1, 2 / 3]
    # Never by colour alone.
    assert training.get_linestyle() != validation.get_linestyle()
    assert training.get_marker() != validation.get_marker()
    assert len(picture.axes[1].lines) == 1


def test_only_a_picture_that_is_not_saved_is_left_with_pyplot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    from matplotlib import pyplot as plt

    plt.switch_backend("Agg")
    plt.close("all")
    history().plot(tmp_path / "history.png")
    assert plt.get_fignums() == []
    shown = history().plot()
    assert plt.figure(plt.get_fignums()[0]) is shown
    plt.close("all")


def test_without_matplotlib_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'chalkgrad\[plots\]'"):
        history().plot()
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'chalkgrad\[plots\]'"):
        plots.figure(1, 1)
