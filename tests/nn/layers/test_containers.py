"""Containers run their modules in order and are read like lists."""

import numpy as np
import pytest

import nn
from autograd import ShapeError


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


# Changing ----------------------------------------------------------------------------------------


def test_sequential_is_changed_like_a_list() -> None:
    a, b, c, d = (nn.Linear(2, 2, seed=k) for k in range(4))
    model = nn.Sequential(a)
    assert model.append(b) is model
    model.insert(0, c)
    model.extend([d, a])
    assert list(model) == [c, a, b, d, a]
    model[-1] = b
    del model[1]
    assert list(model) == [c, b, d, b]
    del model[::2]
    assert list(model) == [b, b]
    model.append(a)
    assert (model.pop(), model.pop(0), len(model)) == (a, b, 1)
    model.append(b)
    assert list(model.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert len(list(model.parameters())) == 2


def test_names_that_are_no_numbers_stay() -> None:
    model = nn.Sequential({"first": nn.ReLU(), "second": nn.Tanh()})
    model.append(nn.ReLU())
    model.insert(0, nn.Identity())
    del model[1]
    assert [name for name, _ in model.named_children()] == ["0", "second", "2"]
    assert not hasattr(model, "first")
    tail = model[1:]
    assert [name for name, _ in tail.named_children()] == ["second", "2"]
    assert isinstance(tail.append(nn.Tanh())[-1], nn.Tanh)
    assert len(model) == 3


def test_a_refused_module_changes_nothing() -> None:
    model = nn.Sequential(nn.ReLU(), nn.Tanh())
    layers = list(model)
    for change in (lambda: model.append(np.tanh), lambda: model.insert(0, "relu")):
        with pytest.raises(TypeError, match="Sequential takes modules, got"):
            change()
    with pytest.raises(TypeError, match="got int at position 1"):
        model[1] = 3  # type: ignore[assignment]
    with pytest.raises(IndexError):
        model[2] = nn.ReLU()
    with pytest.raises(IndexError):
        del model[2]
    assert list(model) == layers


def test_a_module_list_is_a_list_whose_parameters_are_found() -> None:
    a, b, c = (nn.Linear(2, 2, seed=k) for k in range(3))
    layers = nn.ModuleList([a, b])
    assert layers.append(c) is layers
    assert (len(layers), list(layers), layers[-1]) == (3, [a, b, c], c)
    assert list(layers[1:].state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert type(layers[1:]) is nn.ModuleList
    del layers[0]
    layers.insert(1, a)
    layers[0] = c
    assert list(layers) == [c, a, c]
    assert a in layers
    assert b not in layers
    assert list(layers.state_dict())[::2] == ["0.weight", "1.weight", "2.weight"]
    assert len(list(layers.parameters())) == 4
    layers.extend(layers)
    assert len(layers) == 6
    assert list(nn.ModuleList()) == []
    with pytest.raises(NotImplementedError, match="ModuleList defines no forward"):
        layers(1)
    with pytest.raises(TypeError, match="ModuleList takes modules, got ufunc at position 6"):
        layers.append(np.tanh)


def test_a_module_dict_is_a_dict_whose_parameters_are_found() -> None:
    a, b, c = (nn.Linear(2, 2, seed=k) for k in range(3))
    heads = nn.ModuleDict({"a": a, "b": b})
    heads["c"] = c
    assert (len(heads), list(heads), heads["b"]) == (3, ["a", "b", "c"], b)
    assert list(heads.keys()) == ["a", "b", "c"]
    assert list(heads.values()) == [a, b, c]
    assert list(heads.items()) == [("a", a), ("b", b), ("c", c)]
    assert list(heads.state_dict())[::2] == ["a.weight", "b.weight", "c.weight"]
    heads["a"] = c
    assert heads.pop("c") is c
    del heads["b"]
    assert list(heads.items()) == [("a", c)]
    heads.update([("d", a)])
    assert ("d" in heads, "b" in heads) == (True, False)
    heads.clear()
    assert len(heads) == len(list(heads.parameters())) == 0
    for missing in (lambda: heads["a"], lambda: heads.pop("a"), lambda: heads.__delitem__("a")):
        with pytest.raises(KeyError, match="a"):
            missing()
    for name in ("keys", "training", "a.b"):
        with pytest.raises(ValueError, match=f"'{name}' has a dot or is taken"):
            heads[name] = a
    with pytest.raises(TypeError, match="ModuleDict takes modules, got ufunc at position f"):
        heads["f"] = np.tanh  # type: ignore[assignment]


# Without parameters ------------------------------------------------------------------------------


def test_lambda_is_any_function_as_a_module() -> None:
    layer = nn.Lambda(np.add)
    assert layer(np.float64(2), np.float64(3)) == 5
    assert repr(layer) == "Lambda(add)"
    for wrong in (3, nn.ReLU()):
        with pytest.raises(TypeError, match=r"Lambda needs a function, got (int|ReLU)"):
            nn.Lambda(wrong)  # type: ignore[arg-type]


def test_residual_adds_its_input() -> None:
    inner = [nn.Linear(3, 3, seed=0), nn.Sigmoid(), nn.Linear(3, 3, seed=1), nn.Sigmoid()]
    block, x = nn.Residual(*inner), np.ones((2, 3))
    np.testing.assert_array_equal(block(x).data, x + nn.Sequential(*inner)(x).data)
    assert list(block.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert isinstance(block[1], nn.Sigmoid)


def test_residual_refuses_a_branch_that_changes_the_shape() -> None:
    # Broadcasting would otherwise hide it.
    for width in (1, 2):
        with pytest.raises(ShapeError, match=rf"keep the shape \(2, 3\), but gave \(2, {width}\)"):
            nn.Residual(nn.Linear(3, width))(np.ones((2, 3)))
