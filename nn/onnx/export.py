"""The walk over a network's record that makes an ONNX model of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from autograd import Tensor, ancestors, enable_grad, operations, placeholder, write_whole
from nn.files.weights import FilePath
from nn.modes import evaluating
from nn.module import Module
from nn.onnx.axes import AXES
from nn.onnx.elementwise import ELEMENTWISE
from nn.onnx.graph import Graph
from nn.onnx.indexing import INDEXING
from nn.onnx.products import PRODUCTS
from nn.onnx.steps import NoTranslationError, Translation

TRANSLATIONS: dict[Any, Translation] = {
    operations[name]: translation
    for name, translation in {**ELEMENTWISE, **AXES, **INDEXING, **PRODUCTS}.items()
}
"""Translations by operation: one of the user's may have the name of another."""

OPSET = 20
"""The version of ONNX's operators: the first that has Gelu."""
IR_VERSION = 9
"""The version of the file format that came with it; runtimes refuse files newer than they are."""


def export_onnx(model: Module, sample: Any, path: FilePath) -> None:
    """Write `model` as an ONNX file, which other programs run.

    `sample` is an input, or a tuple of them for a model of several: arrays of the shapes and dtypes
    that the exported model is for. The model runs on it once, in evaluation mode, and the record of
    that run is translated: control flow of Python is frozen as this run took it. Inputs are called
    `input`, or `input_0`, `input_1`, ...; outputs, also those in nested tuples, `output` likewise;
    parameters keep their names.

    Raises `ValueError`, which names all operations of the model that have no translation, and
    `ModuleNotFoundError` where the extra `onnx` is not installed.

    >>> import onnx, tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from nn import MLP
    >>> path = Path(tempfile.mkdtemp()) / "model.onnx"
    >>> export_onnx(MLP([3, 4, 2], seed=0), np.zeros((1, 3), np.float32), path)
    >>> " ".join(node.op_type for node in onnx.load(path).graph.node)
    'Transpose MatMul Add Relu Transpose MatMul Add Identity'
    """
    onnx = _onnx()
    inputs, outputs = _record(model, sample)
    graph = Graph(onnx)
    weights = {x: name for name, x in (*model.named_buffers(), *model.named_parameters())}
    for x, name in zip(inputs, _make_names("input", inputs), strict=True):
        graph.define(x, name)
    try:
        _translate(graph, outputs, weights)
    except NoTranslationError as refusal:
        raise ValueError(
            f"no translation to ONNX for: {refusal}; the parts of the model that do not use it can "
            "be exported by themselves"
        ) from None
    results = _make_names("output", outputs)
    for y, name in zip(outputs, results, strict=True):
        graph.nodes.append(onnx.helper.make_node("Identity", [graph.get_name(y)], [name]))

    def describe(tensors: Sequence[Tensor], names: Sequence[str]) -> list[Any]:
        return [
            onnx.helper.make_tensor_value_info(name, graph.get_element_type(x.dtype), x.shape)
            for x, name in zip(tensors, names, strict=True)
        ]

    made = onnx.helper.make_model(
        onnx.helper.make_graph(
            graph.nodes,
            type(model).__name__,
            describe(inputs, _make_names("input", inputs)),
            describe(outputs, results),
            graph.initializers,
        ),
        producer_name="chalkgrad",
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(made, full_check=True)
    write_whole(path, made.SerializeToString())


def _onnx() -> Any:
    try:
        import onnx
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "export_onnx needs onnx, which is not installed: pip install 'chalkgrad[onnx]'",
            name=error.name,
        ) from error
    return onnx


def _make_names(stem: str, tensors: Sequence[Tensor]) -> list[str]:
    return [stem] if len(tensors) == 1 else [f"{stem}_{i}" for i in range(len(tensors))]


def _record(model: Module, sample: Any) -> tuple[list[Tensor], list[Tensor]]:
    """Return the inputs and outputs of one run in evaluation mode."""
    samples = sample if isinstance(sample, tuple) else (sample,)
    with evaluating(model), enable_grad():
        inputs = [placeholder(x) for x in samples]
        value = model(*inputs)
    outputs = list(_flatten(value))
    for y in outputs:
        if type(y) is not Tensor:
            raise TypeError(
                f"export_onnx needs a model that returns tensors, alone or in tuples; "
                f"{type(model).__name__} returned {type(y).__name__}"
            )
    return inputs, outputs


def _flatten(value: Any) -> Iterator[Any]:
    """Yield the values in nested tuples and lists."""
    if isinstance(value, tuple | list):
        for part in value:
            yield from _flatten(part)
    else:
        yield value


def _translate(graph: Graph, outputs: Sequence[Tensor], weights: dict[Tensor, str]) -> None:
    """Add the nodes for all steps below `outputs`, operands before results."""
    missing: dict[str, None] = {}
    for y in ancestors(outputs):
        if y in weights:
            graph.define(y, graph.add_named_constant(y.data, weights[y]))
        elif y.op is not None and not graph.knows(y):
            try:
                graph.define(y, _translate_step(graph, y))
            except NoTranslationError as refusal:
                missing[f"{y.op.name} {refusal}".strip()] = None
                graph.define(y, y.op.name)
    if missing:
        raise NoTranslationError(", ".join(missing))


def _translate_step(graph: Graph, y: Tensor) -> str:
    """Add the nodes for one step and return the name of their output.

    An operation without a translation is opened up: its NumPy function, run on placeholders,
    leaves a record of smaller steps.
    """
    assert y.op is not None
    if y.op in TRANSLATIONS:
        return TRANSLATIONS[y.op](graph, y)
    operands = [placeholder(x.data) if type(x) is Tensor else x for x in y.inputs]
    try:
        with enable_grad():
            opened = y.op.function(*operands, **(y.params or {}))
    except TypeError as error:
        raise NoTranslationError from error
    if type(opened) is not Tensor or opened.op in (None, y.op):
        raise NoTranslationError
    for operand, x in zip(operands, y.inputs, strict=True):
        if type(x) is Tensor:
            graph.define(operand, graph.get_name(x))
    try:
        _translate(graph, [opened], {})
    except NoTranslationError as refusal:
        raise NoTranslationError(f"({refusal})") from refusal
    return graph.get_name(opened)
