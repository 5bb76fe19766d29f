"""The multilayer perceptron is the network that one would write by hand."""

import numpy as np
import pytest

import nn


def test_it_alternates_layers_and_activations() -> None:
    model = nn.MLP([3, 5, 4, 2], activation="tanh", dtype=np.float64, seed=0)
    assert [type(layer).__name__ for layer in model] == [
        "Linear",
        "Tanh",
        "Linear",
        "Tanh",
        "Linear",
    ]
    state = model.state_dict()
    h = x = np.random.default_rng(0).normal(size=(6, 3))
    for k in (0, 2, 4):
        h = h @ state[f"{k}.weight"].T + state[f"{k}.bias"]
        h = np.tanh(h) if k < 4 else h
    np.testing.assert_allclose(model(x).data, h, rtol=1e-12)


def test_two_sizes_make_one_layer() -> None:
    assert [type(layer) for layer in nn.MLP([3, 2])] == [nn.Linear]


def test_settings_reach_every_layer() -> None:
    model = nn.MLP([2, 3, 1], lambda: nn.LeakyReLU(0.2), bias=False, dtype=np.float64)
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float64)}
    assert list(model.state_dict()) == ["0.weight", "2.weight"]
    assert model[1].negative_slope == 0.2


def test_the_seed_decides_the_network_and_layers_differ() -> None:
    first, same, other = (nn.MLP([3, 3, 3], seed=seed).state_dict() for seed in (0, 0, 1))
    for name, value in first.items():
        np.testing.assert_array_equal(value, same[name])
        assert not np.array_equal(value, other[name])
    assert not np.array_equal(first["0.weight"], first["2.weight"])


def test_errors() -> None:
    with pytest.raises(ValueError, match=r"inputs and of outputs at least, got sizes=\[3\]"):
        nn.MLP([3])
    with pytest.raises(ValueError, match="no activation 'rely'"):
        nn.MLP([3, 2, 1], activation="rely")
    with pytest.raises(ValueError, match="got in_features=3 and out_features=0"):
        nn.MLP([3, 0, 1])
