"""Containers run their modules in order and are read like lists."""

import numpy as np
import pytest

import nn


def test_sequential_runs_in_order() -> None:
    first, second = nn.Linear(3, 4, seed=0), nn.Linear(4, 2, seed=1)
    x = np.ones((5, 3))
    np.testing.assert_array_equal(nn.Sequential(first, second)(x).data, second(first(x)).data)
    assert nn.Sequential()(x) is x


def test_sequential_is_read_like_a_list() -> None:
    layers = [nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)]
    model = nn.Sequential(*layers)
    assert len(model) == 3
    assert list(model) == layers
    assert model[-1] is layers[2]
    assert list(model[1:]) == layers[1:]
    assert list(model[1:].state_dict()) == ["2.weight", "2.bias"]
    with pytest.raises(IndexError):
        model[3]


def test_sequential_takes_names() -> None:
    model = nn.Sequential({"hidden": nn.Linear(3, 4), "act": nn.ReLU()})
    assert list(model.state_dict()) == ["hidden.weight", "hidden.bias"]
    assert model.act is model[1]


@pytest.mark.parametrize("wrong", [np.tanh, [nn.ReLU()], "relu"])
def test_sequential_takes_modules_only(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"Sequential takes modules, got \w+ at position 1; use a"):
        nn.Sequential(nn.ReLU(), wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["forward", "training", "a.b"])
def test_names_must_be_free_and_without_dots(name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name}' has a dot or is taken"):
        nn.Sequential({name: nn.ReLU()})


def test_identity_gives_its_input_back() -> None:
    x = np.ones(3)
    assert nn.Identity()(x) is x


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Flatten(), (2, 60)),
        (nn.Flatten(0), (120,)),
        (nn.Flatten(1, 2), (2, 12, 5)),
        (nn.Flatten(-2), (2, 3, 20)),
        (nn.Flatten(0, 0), (2, 3, 4, 5)),
    ],
)
def test_flatten_puts_axes_together(layer: nn.Module, shape: tuple[int, ...]) -> None:
    x = np.arange(120.0).reshape(2, 3, 4, 5)
    np.testing.assert_array_equal(layer(x), x.reshape(shape))
