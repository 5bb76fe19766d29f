"""The example of regression splits its rows honestly, and a network that stops early is better."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Load = Callable[..., dict[str, Any]]


def test_every_patient_is_in_one_part_only(load_example: Load) -> None:
    parts = load_example("08_diabetes")["load"](0)
    assert [x.shape for x, _ in parts] == [(264, 10), (67, 10), (111, 10)]
    assert len(np.unique(np.concatenate([x for x, _ in parts]), axis=0)) == 442
    for part in parts[0]:
        np.testing.assert_allclose(part.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(part.std(axis=0), 1)


def test_linear_regression_is_that_of_scikit_learn(load_example: Load) -> None:
    example = load_example("08_diabetes")
    from sklearn.linear_model import LinearRegression

    training, validation, held_out = example["load"](3)
    x, y = (np.concatenate(pair) for pair in zip(training, validation, strict=True))
    assert example["linear_regression"](training, validation, held_out) == pytest.approx(
        LinearRegression().fit(x, y).score(*held_out)
    )


def test_a_network_that_goes_on_learns_by_heart(load_example: Load) -> None:
    example = load_example("08_diabetes", EPOCHS=150)
    training, validation, held_out = example["load"](0)
    scores = {}
    for name, settings in example["NETWORKS"].items():
        model, history = example["train"](training, validation, *settings, 0)
        scores[name] = example["score"](model, held_out)
        assert (history.epochs == 150) == (name == "network")
    assert scores["network"] < scores["+ early stopping"] - 0.15
    assert scores["+ early stopping"] < scores["+ weight decay"]
    assert scores["+ weight decay"] > 0.25


def test_it_prints_its_table_and_saves_its_picture(
    load_example: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_example("08_diabetes", EPOCHS=5, SPLITS=2)["main"](tmp_path)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    scores = {row[0]: np.array(row[1:], float) for row in rows if len(row) == 5}
    assert set(scores) == {"0", "1", "mean"}
    np.testing.assert_allclose(scores["mean"], (scores["0"] + scores["1"]) / 2, atol=2e-3)
    assert [path.name for path in tmp_path.iterdir()] == ["08_diabetes.png"]
