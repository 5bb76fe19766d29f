"""The example of residual networks: what its text says of gradients and depth holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def example(load_example: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return load_example("16_resnet", EPOCHS=3, BLOCKS=(12,))


def test_a_block_is_the_formula_of_the_text(example: dict[str, Any]) -> None:
    network = example["residual"](1)
    z = np.random.default_rng(0).normal(size=(3, example["WIDTH"])).astype(np.float32)
    block = network[1]
    inner = np.maximum(z @ block[0].weight.data.T + block[0].bias.data, 0)
    outer = np.maximum(inner @ block[2].weight.data.T + block[2].bias.data, 0)
    np.testing.assert_allclose(block(z).data, z + outer, rtol=1e-5, atol=1e-6)


def test_networks_differ_in_their_shortcuts_alone(example: dict[str, Any]) -> None:
    plain, residual = (example[name](3).state_dict() for name in ("plain", "residual"))
    assert plain.keys() == residual.keys()
    for name, value in plain.items():
        np.testing.assert_array_equal(value, residual[name])


def test_only_with_shortcuts_a_deep_network_learns_at_once(
    example: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example["main"](tmp_path)
    rows = [line.rsplit(maxsplit=4) for line in capsys.readouterr().out.splitlines()[1:4]]
    numbers = {row[0].split(maxsplit=1)[1]: list(map(float, row[1:2] + row[3:4])) for row in rows}
    assert set(numbers) == set(example["NETWORKS"])
    loss, gradient = numbers["plain"]
    assert loss > 2.25
    assert gradient < 1e-6
    loss, gradient = numbers["residual"]
    assert loss < 0.5 < numbers["plain, He's start"][0]
    assert gradient > 0.1
    assert [path.name for path in tmp_path.iterdir()] == ["16_resnet.png"]
    assert (tmp_path / "16_resnet.png").read_bytes().startswith(b"\x89PNG")
