"""The example of normalization: bad weights stop a plain deep network, and no normalized one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Load = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("name", ["batch norm", "layer norm"])
def test_normalization_cancels_the_size_of_weights(load_example: Load, name: str) -> None:
    example = load_example("13_deep_normalization", HIDDEN_LAYERS=4)
    x = np.random.default_rng(0).normal(size=(30, 64)).astype(np.float32)
    small, large = (
        example["network"](example["NORMALIZATIONS"][name], scale)[:-1](x).data for scale in (1, 4)
    )
    np.testing.assert_allclose(small, large, atol=1e-3)
    plain = example["NORMALIZATIONS"]["none"]
    small, large = (example["network"](plain, scale)[:-1](x).data for scale in (1, 4))
    assert np.max(np.abs(small - large)) > 0.5


def test_only_normalized_networks_learn_from_bad_starts(load_example: Load) -> None:
    example = load_example("13_deep_normalization", EPOCHS=4, WIDTH=48)
    runs = example["compare"]()
    accuracy = {which: history["val_accuracy"][-1] for which, (history, _) in runs.items()}
    growth = {which: norms[0] / norms[-1] for which, (_, norms) in runs.items()}
    assert all(len(norms) == 16 for _, norms in runs.values())
    assert growth["too small", "none"] < 1e-6
    assert growth["too large", "none"] > 1e2
    for start in ("too small", "too large"):
        assert accuracy[start, "none"] < 0.25
        for name in ("batch norm", "layer norm"):
            assert accuracy[start, name] > 0.35
            assert 0.3 < growth[start, name] < 20
    assert accuracy["right", "none"] > 0.6


def test_it_prints_its_table_and_saves_its_picture(
    load_example: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = {"HIDDEN_LAYERS": 2, "WIDTH": 8, "EPOCHS": 1}
    load_example("13_deep_normalization", **small)["main"](tmp_path)
    out = capsys.readouterr().out
    assert [out.count(name) for name in ("too small", "batch norm", "layer norm")] == [3, 3, 3]
    assert [path.name for path in tmp_path.iterdir()] == ["13_deep_normalization.png"]
