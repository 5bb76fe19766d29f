"""The example of wired units: what each sees, how many parameters there are, what they become."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Load = Callable[..., dict[str, Any]]


def test_parameters_are_those_of_the_text(load_example: Load) -> None:
    example = load_example("10_housing")
    counted = {
        name: sum(parameter.size for parameter in example["Wired"](wiring, seed=0).parameters())
        for name, wiring in example["WIRINGS"].items()
    }
    assert counted == {"wired": 12, "full": 19, "wired wrongly": 12}


@pytest.mark.parametrize("name", ["wired", "full", "wired wrongly"])
def test_a_unit_sees_its_columns_only(load_example: Load, name: str) -> None:
    example = load_example("10_housing")
    wiring = example["WIRINGS"][name]
    model = example["Wired"](wiring, seed=0)
    house = np.full((1, 4), 0.1, np.float32)
    before = model.hidden(house).data[0]
    for column in range(4):
        changed = house + 0.5 * (np.arange(4) == column).astype(np.float32)
        moves = model.hidden(changed).data[0] != before
        np.testing.assert_array_equal(moves, [column in seen for seen in wiring.values()])


def test_the_full_wiring_is_the_usual_network(load_example: Load) -> None:
    example = load_example("10_housing")
    nn = example["nn"]
    model = example["Wired"](example["WIRINGS"]["full"], seed=0)
    usual = nn.MLP([4, 3, 1])
    units = list(model.units.values())
    usual.load_state_dict(
        {
            "0.weight": np.concatenate([unit.weight.data for unit in units]),
            "0.bias": np.concatenate([unit.bias.data for unit in units]),
            "2.weight": model.price.weight.data,
            "2.bias": model.price.bias.data,
        }
    )
    x = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    np.testing.assert_allclose(model(x).data, usual(x).data, rtol=1e-5)


def test_prices_follow_the_formula_but_for_noise(load_example: Load) -> None:
    example = load_example("10_housing", NOISE=0)
    x, quantities, price = example["make_data"](100, np.random.default_rng(0))
    size, bedrooms, zip_code, wealth = x.T
    family = np.maximum(0, 0.015 * size + 0.5 * bedrooms - 1)
    walk, school = np.maximum(0, 10 - 0.6 * zip_code), np.maximum(0, (wealth - 2 * zip_code) / 10)
    np.testing.assert_allclose(list(quantities.values()), [family, walk, school], atol=1e-12)
    np.testing.assert_allclose(price[:, 0], 50 + 60 * family + 15 * walk + 20 * school)


def test_units_become_what_they_are_wired_for(load_example: Load) -> None:
    example = load_example("10_housing", TRAINING_ROWS=(15, 480), DRAWS=2, STEPS=400)
    errors = example["compare"]()
    assert errors.shape == (3, 2, 2)
    few, many = np.median(errors, axis=2).T
    assert np.all(many < few)
    assert np.argmin(few) == np.argmin(many) == 0
    assert many[2] > 1.15 * many[0]
    for quantity, unit in example["look_inside"]().values():
        assert np.corrcoef(quantity, unit)[0, 1] > 0.95


def test_it_prints_its_tables_and_saves_its_picture(
    load_example: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_example("10_housing", TRAINING_ROWS=(15, 40), DRAWS=1, STEPS=20)["main"](tmp_path)
    out = capsys.readouterr().out
    assert all(f"\n{name:14}  {size:10}  " in out for name, size in (("wired", 12), ("full", 19)))
    assert "school quality  0." in out
    assert [path.name for path in tmp_path.iterdir()] == ["10_housing.png"]
