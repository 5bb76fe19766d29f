"""The example of over-fitting: each remedy does what its text says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Load = Callable[..., dict[str, Any]]


def test_every_digit_is_in_one_part_only(load_example: Load) -> None:
    training, validation, held_out = load_example("12_overfitting")["load"](0)
    assert [len(x) for x, _ in (training, validation, held_out)] == [100, 100, 1597]
    rows = np.concatenate([x for x, _ in (training, validation, held_out)])
    assert len(np.unique(rows, axis=0)) == 1797


def test_every_remedy_lowers_the_loss_on_other_digits(load_example: Load) -> None:
    example = load_example("12_overfitting", SPLITS=3)
    numbers, histories = example["compare"]()
    epochs, learned, loss, accuracy = np.transpose([rows.mean(axis=0) for rows in numbers.values()])
    assert learned[0] < 0.01
    assert np.all(loss[1:] < loss[0])
    assert np.all(learned[1:] > learned[0])
    assert np.ptp(accuracy) < 0.05
    assert list(epochs[:3]) == [100, 100, 100]
    assert epochs[3] < 60
    # The loss of digits set aside falls, and rises again.
    course = histories["none"]["val_loss"]
    assert min(course) < 0.9 * course[-1]
    assert 5 < np.argmin(course) < 50


def test_it_prints_its_table_and_saves_its_picture(
    load_example: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = load_example("12_overfitting", EPOCHS=2, SPLITS=1)
    example["main"](tmp_path)
    out = capsys.readouterr().out
    assert all(f"\n{name:14}       2  " in out for name in example["REMEDIES"])
    assert [path.name for path in tmp_path.iterdir()] == ["12_overfitting.png"]
