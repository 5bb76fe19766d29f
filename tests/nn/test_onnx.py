"""Exported models give onnxruntime the outputs that they give here."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd.ops import REGISTRY
from nn.onnx.export import TRANSLATIONS
from tests.cases import CASES
from tests.cases.case import Case

onnx: Any = pytest.importorskip("onnx", reason="onnx, an extra, is not installed")
ort: Any = pytest.importorskip("onnxruntime", reason="onnxruntime, which checks, is not installed")


def run(path: Path, *inputs: Any) -> list[Any]:
    """Return the outputs that onnxruntime computes."""
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [x.name for x in session.get_inputs()]
    fed: list[Any] = session.run(None, dict(zip(names, map(np.asarray, inputs), strict=True)))
    return fed


def assert_exported(model: nn.Module, path: Path, *inputs: Any) -> None:
    nn.export_onnx(model, inputs, path)
    expected = model.eval()(*(autograd.Tensor(x) for x in inputs))
    expected = expected if isinstance(expected, tuple) else (expected,)
    for ours, theirs in zip(expected, run(path, *inputs), strict=True):
        np.testing.assert_allclose(theirs, ours.data, rtol=1e-5, atol=1e-5)
        assert theirs.dtype == ours.dtype
        assert theirs.shape == ours.shape


# Operation by operation --------------------------------------------------------------------------

WITHOUT_COUNTERPART = {
    "concatenate": "axis=None",
    "einsum": "broadcasting",
    "getitem": "a boolean mask|arrays for several axes",
    "reshape": "order='F'",
    "tril": "a vector",
    "triu": "a vector",
}
"""What some cases of these operations ask for, and ONNX cannot say."""


class Operation(nn.Module):
    """One operation of the engine as a network; arrays are its inputs."""

    def __init__(self, name: str, operands: Any, params: Any) -> None:
        self.name, self.operands, self.params = name, operands, params

    def forward(self, *inputs: Any) -> Any:
        given = iter(inputs)
        operands = tuple(next(given) if is_array(x) else x for x in self.operands)
        return REGISTRY[self.name].apply(operands, self.params)


def is_array(x: Any) -> bool:
    return isinstance(x, np.ndarray | np.generic)


def in_float32(x: Any) -> Any:
    return np.asarray(x, np.float32)[()] if is_array(x) and x.dtype.kind == "f" else x


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(name, case, id=f"{name}-{i}")
        for name in (op.name for op in TRANSLATIONS)
        if name != "astype"
        for i, case in enumerate(CASES[name])
    ],
)
def test_every_translated_operation(name: str, case: Case, tmp_path: Path) -> None:
    operands = tuple(map(in_float32, case.arrays()))
    model = Operation(name, operands, case.params)
    inputs = tuple(x for x in operands if is_array(x))
    path = tmp_path / "model.onnx"
    try:
        nn.export_onnx(model, inputs, path)
    except ValueError as error:
        assert name in WITHOUT_COUNTERPART
        with pytest.raises(ValueError, match=f"{name} (with|of) ({WITHOUT_COUNTERPART[name]})"):
            raise error
        assert not path.exists()
        return
    expected = REGISTRY[name].apply(operands, case.params)
    (output,) = run(path, *inputs)
    np.testing.assert_allclose(output, expected, rtol=1e-5, atol=1e-6)
    assert output.dtype == np.result_type(expected)
    assert output.shape == np.shape(expected)


def test_conversions_of_dtypes(tmp_path: Path) -> None:
    class Converts(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.astype(np.float64), x.astype(np.int32), x.astype(np.float32)

    assert_exported(Converts(), tmp_path / "model.onnx", np.array([1.5, -2.5], np.float32))


# Models ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
def test_perceptrons(activation: str, tmp_path: Path) -> None:
    model = nn.MLP([8, 16, 16, 3], activation=activation, seed=0)
    x = np.random.default_rng(0).normal(size=(5, 8)).astype(np.float32)
    assert_exported(model, tmp_path / "model.onnx", x)


class First(nn.Module):
    """The first of several outputs."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model

    def forward(self, input: Any) -> Any:
        return self.model(input)[0]


def lenet() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, seed=0),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, seed=1),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.5, seed=0),
        nn.Linear(400, 10, seed=2),
    )


def transformer() -> nn.Module:
    return nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, seed=0)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (lenet(), (2, 1, 28, 28)),
        (transformer(), (2, 5, 8)),
        (First(nn.LSTM(4, 6, bidirectional=True, seed=0)), (5, 2, 4)),
        (First(nn.GRU(4, 6, seed=0)), (5, 2, 4)),
        (First(nn.RNN(4, 6, seed=0)), (5, 2, 4)),
        (nn.Sequential(nn.Linear(4, 6, seed=0), nn.LayerNorm(6), nn.RMSNorm(6)), (3, 4)),
        (nn.Sequential(nn.Conv1d(3, 4, 3, seed=0), nn.GroupNorm(2, 4)), (2, 3, 9)),
        (nn.ConvTranspose2d(2, 3, 3, stride=2, output_padding=1, seed=0), (1, 2, 4, 4)),
        (nn.AdaptiveAvgPool2d(2), (1, 2, 5, 5)),
        (nn.Sequential(nn.Maxout(4, 3, 2, seed=0), nn.PReLU()), (5, 4)),
        (nn.Residual(nn.Linear(4, 4, seed=0), nn.Softmax(-1)), (2, 4)),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, nn.Module) else "",
)
def test_layers(model: nn.Module, shape: tuple[int, ...], tmp_path: Path) -> None:
    x = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    assert_exported(model, tmp_path / "model.onnx", x)


def test_states_in_nested_tuples_are_outputs_too(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    model = nn.LSTM(4, 6, seed=0)
    x = np.random.default_rng(3).normal(size=(5, 2, 4)).astype(np.float32)
    nn.export_onnx(model, x, path)
    output, (h, c) = model(x)
    for ours, theirs in zip((output, h, c), run(path, x), strict=True):
        np.testing.assert_allclose(theirs, ours.data, rtol=1e-5, atol=1e-5)


def test_a_language_model(tmp_path: Path) -> None:
    tokens = np.random.default_rng(2).integers(0, 10, (2, 7))
    assert_exported(nn.TransformerLM(10, 8, 2, 2, 12, seed=0), tmp_path / "model.onnx", tokens)


def test_weights_keep_their_names_and_inputs_theirs(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    nn.export_onnx(nn.MLP([2, 3, 1], seed=0), np.zeros((1, 2), np.float32), path)
    graph = onnx.load(path).graph
    assert {x.name for x in graph.initializer} == set(nn.MLP([2, 3, 1]).state_dict())
    assert [x.name for x in graph.input] == ["input"]
    assert [x.name for x in graph.output] == ["output"]


def test_several_inputs_and_outputs(tmp_path: Path) -> None:
    class Both(nn.Module):
        def forward(self, x: Any, y: Any) -> Any:
            return x + y, np.concatenate([x, y], axis=1)

    path = tmp_path / "model.onnx"
    x, y = np.ones((2, 3), np.float32), np.full((2, 3), 2, np.float32)
    assert_exported(Both(), path, x, y)
    graph = onnx.load(path).graph
    assert [x.name for x in graph.input] == ["input_0", "input_1"]
    assert [x.name for x in graph.output] == ["output_0", "output_1"]


def test_what_is_computed_from_integers_is_not_frozen(tmp_path: Path) -> None:
    class Shifted(nn.Module):
        def __init__(self) -> None:
            self.table = nn.Parameter(np.arange(12, dtype=np.float32).reshape(4, 3))

        def forward(self, tokens: Any) -> Any:
            return self.table[3 - tokens]

    path = tmp_path / "model.onnx"
    model = Shifted()
    nn.export_onnx(model, np.array([0, 1]), path)
    tokens = np.array([3, 2])
    np.testing.assert_array_equal(run(path, tokens)[0], model(tokens).data)


def test_the_mode_of_the_model_comes_back(tmp_path: Path) -> None:
    model = nn.MLP([2, 1], seed=0)
    model.train()
    nn.export_onnx(model, np.zeros((1, 2), np.float32), tmp_path / "model.onnx")
    assert model.training


# Namesakes ---------------------------------------------------------------------------------------


class Applied(nn.Module):
    """An operation of the user's as a network."""

    def __init__(self, op: Any) -> None:
        self.op = op

    def forward(self, x: Any) -> Any:
        return self.op(x)


def declared(function: Any, name: str) -> Any:
    return autograd.primitive(function, vjp=lambda g, y, x: g, name=name)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("leaky_relu", lambda x: np.where(x > 0, x, 0.2 * x)),
        ("sum", lambda x: np.max(x, axis=0)),
        ("transpose", lambda x: x * 2),
        ("getitem", lambda x: x[:, 1]),
        ("where", lambda x: np.where(x < 0, x, 3)),
    ],
)
def test_a_namesake_is_opened_up(name: str, function: Any, tmp_path: Path) -> None:
    x = np.array([[-1.0, 2.0], [3.0, -4.0]], np.float32)
    assert_exported(Applied(declared(function, name)), tmp_path / "model.onnx", x)


def test_a_namesake_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    mine = declared(lambda x: np.array([[float(v) for v in row] for row in x]), "relu")
    with pytest.raises(ValueError, match="no translation to ONNX for: relu;"):
        nn.export_onnx(Applied(mine), np.ones((1, 2), np.float32), tmp_path / "model.onnx")


# Errors ------------------------------------------------------------------------------------------


def test_all_operations_without_translation_are_named(tmp_path: Path) -> None:
    class Spectrum(nn.Module):
        def forward(self, x: Any) -> Any:
            return np.real(np.fft.fft(np.sort(x)))

    path = tmp_path / "model.onnx"
    with pytest.raises(ValueError, match=r"no translation to ONNX for: sort, fft, real; the parts"):
        nn.export_onnx(Spectrum(), np.ones(3), path)
    assert not path.exists()


def test_a_model_returns_tensors(tmp_path: Path) -> None:
    class Counts(nn.Module):
        def forward(self, x: Any) -> Any:
            return len(x)

    with pytest.raises(TypeError, match="Counts returned int"):
        nn.export_onnx(Counts(), np.ones(3), tmp_path / "model.onnx")


def test_the_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'chalkgrad\[onnx\]'"):
        nn.export_onnx(nn.MLP([2, 1]), np.zeros((1, 2)), tmp_path / "model.onnx")
