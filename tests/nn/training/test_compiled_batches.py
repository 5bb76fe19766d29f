"""Batches of other things than arrays: a compiled step learns what the eager one learns."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import autograd
import nn
from autograd import Tensor
from tests.nn.training.twins import Twins, number_of

F64: Any = {"dtype": np.float64}
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 2))
CLASSES = np.array([0, 1, 1, 0])


def linear() -> nn.Module:
    return nn.Linear(3, 2, seed=0, **F64)


def require_arrays(values: dict[str, Any]) -> None:
    assert type(values["output"]) is np.ndarray
    assert type(values["loss"]) in (np.float64, np.float32)


@pytest.mark.parametrize(
    ("x", "y", "loss"),
    [
        (X.tolist(), Y, nn.MSELoss()),
        (X, Y.tolist(), nn.MSELoss()),
        (X.tolist(), Y.tolist(), nn.MSELoss()),
        (list(map(tuple, X.tolist())), Y, nn.MSELoss()),
        ([list(row) for row in X], Y, nn.MSELoss()),
        ([[1, 0, 1], [0, 0, 1]], [1, 0], nn.CrossEntropyLoss()),
        (X, CLASSES.tolist(), nn.CrossEntropyLoss()),
        (Tensor(X), Y, nn.MSELoss()),
        (X, Tensor(Y), nn.MSELoss()),
        (Tensor(X), Tensor(CLASSES), nn.CrossEntropyLoss()),
    ],
)
def test_lists_of_numbers_and_tensors_are_arrays(x: Any, y: Any, loss: Any) -> None:
    twins = Twins(linear, loss)
    for _ in range(2):
        twins.step(x, y)
    require_arrays(twins.taken(x, y))


def test_a_list_has_the_program_of_its_array() -> None:
    model = linear()
    step = nn.compile_step(model, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1))
    step(X, Y)
    program = step.source
    step(X.tolist(), Tensor(Y))
    assert step.source is program


class Ragged(nn.Module):
    """Takes a list of sequences of any lengths."""

    def __init__(self) -> None:
        self.layer = linear()

    def forward(self, sequences: list[Any]) -> Any:
        assert type(sequences) is list
        return self.layer(np.stack([np.mean(x, axis=0) for x in sequences]))


def test_a_list_of_arrays_is_what_the_model_takes() -> None:
    twins = Twins(Ragged)
    for lengths in ((2, 5), (3, 3, 1), (2, 2)):
        twins.step([RNG.normal(size=(n, 3)) for n in lengths], 1.0)


class Ended(nn.Module):
    """Takes rows of different lengths, as lists, or `None` for one that is not known."""

    def __init__(self) -> None:
        self.layer = nn.Linear(1, 2, seed=0, **F64)

    def forward(self, rows: list[Any]) -> Any:
        return self.layer(np.array([[0.0 if row is None else row[-1]] for row in rows]))


@pytest.mark.parametrize(
    ("rows", "last"), [([[1.0, 2.0], [3.0]], [2.0, 3.0]), ([np.ones(1), None], [1.0, 0.0])]
)
def test_rows_that_are_no_array_are_the_models_business(rows: Any, last: list[float]) -> None:
    model = Ended()
    step = nn.compile_step(model, number_of, nn.SGD(model.parameters(), lr=0.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = step(rows, 1.0)
    assert_array_equal(values["output"], model([[x] for x in last]).data)


def test_numbers_among_others_stay_in_their_list() -> None:
    model = linear()
    step = nn.compile_step(model, maybe, nn.SGD(model.parameters(), lr=0.0))
    assert step(X, [2.0, None])["loss"] == 2 * step(X, [1.0, None])["loss"]
    assert step.compiles


def maybe(output: Any, target: list[Any]) -> Any:
    scale, shift = target
    return np.sum(output) * scale + (0.0 if shift is None else shift)


def test_what_is_no_array_of_numbers_is_the_models_error() -> None:
    model = linear()
    step = nn.compile_step(model, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1))
    for x in ([], ["a"], [1.0, None], [[1.0], "b"]):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pytest.raises((ValueError, TypeError)):
                step(x, Y)


def test_an_array_of_objects_is_computed_by_python() -> None:
    """As in NumPy; the numbers that come later have their program."""
    eager, model = linear(), linear()
    step = nn.compile_step(model, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1))
    optimizer = nn.SGD(eager.parameters(), lr=0.1)
    for x, y in ((X.astype(object), Y), (X, Y.astype(object)), (X, Y)):
        values = step(x, y)
        optimizer.zero_grad()
        loss = nn.MSELoss()(eager(x), y)
        loss.backward()
        optimizer.step()
        np.testing.assert_allclose(values["loss"], float(loss.data), rtol=1e-14)
        np.testing.assert_allclose(model.weight.data, eager.weight.data, rtol=1e-14)
    assert step.compiles
    assert "def program" in step.source


def test_a_batch_that_requires_gradients_gets_them() -> None:
    eager, model = linear(), linear()
    step = nn.compile_step(model, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.0))
    for _ in range(2):
        x, same = (Tensor(X, requires_grad=True) for _ in range(2))
        require_arrays(step(x, Y))
        nn.MSELoss()(eager(same), Y).backward()
        assert_array_equal(x.grad, same.grad)
        require_arrays(step(X, Y))
    assert step.compiles


class Several(nn.Module):
    """Outputs of every form."""

    def __init__(self) -> None:
        self.layer = linear()

    def forward(self, x: Any) -> Any:
        y = self.layer(x)
        return {"of": (y, [y * 2, 3.0]), "none": None}


def of_several(output: Any, target: Any) -> Any:
    return np.sum(output["of"][0] * target)


@pytest.mark.parametrize("mode", [warnings.catch_warnings, autograd.detect_anomaly])
def test_results_are_arrays_however_they_were_computed(mode: Callable[[], Any]) -> None:
    model = Several()
    step = nn.compile_step(model, of_several, nn.SGD(model.parameters(), lr=0.0))
    expected = model.layer(X).data
    for batch in ((X, Y), (Tensor(X), Y), (Tensor(X, requires_grad=True), Y)):
        with mode():
            output = step(*batch)["output"]
        assert list(output) == ["of", "none"]
        first, (second, third) = output["of"]
        assert (type(first), type(second), type(third)) == (np.ndarray, np.ndarray, float)
        np.testing.assert_allclose(first, expected, rtol=1e-14)


def test_a_penalty_that_is_a_number_stays_one() -> None:
    model = linear()
    step = nn.compile_step(
        model,
        nn.MSELoss(),
        nn.SGD(model.parameters(), lr=0.0),
        penalty=lambda _: np.float64(0.5),
    )
    for batch in ((X, Y), (Tensor(X, requires_grad=True), Y)):
        assert step(*batch)["penalty"] == 0.5


class Norms(nn.Module):
    """A dropout and statistics that move, before a loss that may refuse."""

    def __init__(self) -> None:
        self.layers = nn.Sequential(linear(), nn.Dropout(0.5, seed=1), nn.BatchNorm1d(2, **F64))

    def forward(self, x: Any) -> Any:
        return self.layers(x)


@pytest.mark.parametrize("steps_before", [0, 1])
def test_after_an_error_buffers_are_as_before(steps_before: int) -> None:
    model = Norms()
    step = nn.compile_step(model, nn.CrossEntropyLoss(), nn.SGD(model.parameters(), lr=0.1))
    for _ in range(steps_before):
        step(X, CLASSES)
    before = {name: value.copy() for name, value in model.state_dict().items()}
    with pytest.raises(IndexError, match="class index 7"):
        step(X, np.full(4, 7))
    for name, value in model.state_dict().items():
        assert_array_equal(value, before[name], err_msg=name)
    step(X, CLASSES)
    assert not np.array_equal(model.layers[2].running_mean.data, before["layers.2.running_mean"])
