"""The example of convolutions reads digits, also those that are moved."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn import metrics

Load = Callable[..., dict[str, Any]]


def test_pictures_move_by_one_pixel_at_most(load_example: Load) -> None:
    dot = np.zeros((200, 1, 8, 8))
    dot[:, 0, 3, 4] = 1
    moved, labels = load_example("07_digits_cnn")["shift"](dot, 7, np.random.default_rng(0))
    assert labels == 7
    assert moved.shape == dot.shape
    _, _, rows, columns = np.nonzero(moved)
    assert len(rows) == 200
    places = {(int(i), int(j)) for i, j in zip(rows, columns, strict=True)}
    assert places == {(i, j) for i in (2, 3, 4) for j in (3, 4, 5)}


def test_what_comes_in_from_outside_is_paper(load_example: Load) -> None:
    ink = np.ones((50, 1, 8, 8))
    moved, _ = load_example("07_digits_cnn")["shift"](ink, None, np.random.default_rng(0))
    assert set(moved.sum(axis=(1, 2, 3))) == {64, 56, 49}


def test_the_convolutions_learn_to_read_moved_digits(load_example: Load) -> None:
    example = load_example("07_digits_cnn", EPOCHS=4)
    _, _, x, y = example["load"]()
    moved, _ = example["shift"](x, y, np.random.default_rng(0))
    accuracy = {}
    for move in (False, True):
        model = example["convolutional"]()
        history = example["train"](model, move)
        assert history.epochs == 4
        accuracy[move] = metrics.accuracy(example["probabilities"](model, moved), y)
    assert accuracy[True] > 0.93
    assert accuracy[False] < 0.85


def test_it_prints_its_tables_and_saves_its_pictures(
    load_example: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_example("07_digits_cnn", EPOCHS=1, CHANNELS=3)["main"](tmp_path)
    table, _, confusion = capsys.readouterr().out.partition("held-out digit")
    networks = ("linear", "one hidden layer", "convolutional")
    assert [table.count(f"\n{name} ") for name in networks] == [2, 2, 2]
    rows = [line.split() for line in confusion.splitlines()[1:11]]
    assert [row[0] for row in rows] == list("0123456789")
    assert sum(int(count) for row in rows for count in row[1:] if count != "·") == 360
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "07_digits_cnn_filters.png",
        "07_digits_cnn_hardest.png",
    ]


@pytest.mark.slow
def test_it_reads_what_its_text_promises(load_example: Load) -> None:
    # Rounding, which is another with other linear algebra, moves three of 360 digits: a mean stays.
    accuracy = []
    for seed in range(5):
        example = load_example("07_digits_cnn", SEED=seed)
        history = example["train"](example["convolutional"](), True)
        accuracy.append(history["val_accuracy"][-1])
    assert np.mean(accuracy) >= 0.985
