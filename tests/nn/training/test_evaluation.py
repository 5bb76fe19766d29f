"""`predict` and `evaluate`: outputs and numbers of a model outside of training."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, is_grad_enabled

X = np.random.default_rng(0).normal(size=(10, 3))


class Two(nn.Module):
    """Gives two outputs, and says in which mode and whether recorded."""

    def __init__(self) -> None:
        self.layer = nn.Linear(3, 2, seed=0)
        self.seen: list[Any] = []

    def forward(self, x: Any) -> Any:
        self.seen.append((self.training, is_grad_enabled(), x.dtype, len(x)))
        return self.layer(x), (x, -x)


def test_predict_gives_arrays_without_dropout_and_without_recording() -> None:
    model = nn.Sequential(nn.Linear(3, 4, seed=0), nn.Dropout(0.5, seed=0))
    y = nn.predict(model, X)
    assert type(y) is np.ndarray
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, nn.predict(model, Tensor(X)))
    np.testing.assert_array_equal(y, model[0](X.astype(np.float32)).data)
    assert model.training


def test_predict_in_batches_is_predict_at_once() -> None:
    model = nn.MLP([3, 5, 2], seed=0)
    at_once = nn.predict(model, X)
    np.testing.assert_allclose(nn.predict(model, X, batch_size=3), at_once, rtol=1e-5, atol=1e-7)


def test_predict_of_several_outputs() -> None:
    model = Two()
    y, (x, minus_x) = nn.predict(model, X)
    assert y.shape == (10, 2)
    np.testing.assert_array_equal(x, -minus_x)
    assert model.seen == [(False, False, np.dtype(np.float32), 10)]


def test_predict_of_several_outputs_in_batches() -> None:
    class Both(nn.Module):
        def forward(self, x: Any) -> Any:
            return x, -x

    x, minus_x = nn.predict(Both(), X, batch_size=4)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(minus_x, -X)


def test_a_batch_has_rows() -> None:
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        nn.predict(nn.Linear(3, 1), X, batch_size=0)


def test_evaluate_gives_the_numbers_that_fit_would_show() -> None:
    y = (X[:, 0] > 0).astype(int)
    model = nn.Linear(3, 1, seed=0)
    data = nn.DataLoader(X, y[:, None].astype(float), batch_size=4)
    loss = nn.BCEWithLogitsLoss()
    numbers = nn.evaluate(model, data, loss, ["accuracy", "f1"])
    scores = nn.predict(model, X)[:, 0]
    assert numbers["accuracy"] == np.mean((scores > 0) == y)
    hits = np.sum((scores > 0) & (y == 1))
    assert numbers["f1"] == pytest.approx(2 * hits / (np.sum(scores > 0) + np.sum(y)))
    optimizer = nn.SGD(model.parameters(), lr=0.0)
    history = nn.fit(model, data, loss, optimizer, validation=data, metrics=["accuracy", "f1"])
    assert {name: history[f"val_{name}"][0] for name in numbers} == pytest.approx(numbers)


def test_evaluate_takes_arrays() -> None:
    model = nn.Linear(3, 1, seed=0)
    y = nn.predict(model, X) + 2
    assert nn.evaluate(model, (X, y), nn.MSELoss()) == {"loss": pytest.approx(4, rel=1e-5)}


def test_arrays_in_the_place_of_a_loader_are_named() -> None:
    model = nn.Linear(3, 1)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    with pytest.raises(
        ValueError, match=r"batches \(x, y\), got ndarray .*; nn.DataLoader\(x, y\)"
    ):
        nn.fit(model, (X, X[:, :1]), nn.MSELoss(), optimizer)
