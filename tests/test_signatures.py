"""Every public function has a signature, and `help` shows it with the documentation."""

import inspect
import pydoc
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import autograd
import nn
from autograd.engine.operation import Operation

FACES = (
    autograd, nn, nn.functional, nn.init, nn.metrics, nn.optim, nn.plots, nn.schedules,
)  # fmt: skip


def find_public(face: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the functions and operations that `face` offers, by their full names."""
    names = getattr(face, "__all__", [name for name in dir(face) if not name.startswith("_")])
    for name in names:
        value = getattr(face, name)
        defined_here = hasattr(face, "__all__") or getattr(value, "__module__", "") == face.__name__
        if callable(value) and not inspect.isclass(value) and defined_here:
            yield f"{face.__name__}.{name}", value


PUBLIC = dict(pair for face in FACES for pair in find_public(face))


@pytest.mark.parametrize("name", PUBLIC)
def test_the_signature_and_the_documentation_are_shown(name: str) -> None:
    function = PUBLIC[name]
    signature = inspect.signature(function)
    kinds = [p.kind for p in signature.parameters.values()]
    assert kinds != [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]
    assert function.__doc__
    text = pydoc.render_doc(function, renderer=pydoc.plaintext)
    assert f"{function.__name__}{signature}" in text
    assert function.__doc__.splitlines()[0] in text


def test_all_faces_are_looked_at() -> None:
    found = {name.rpartition(".")[0] for name in PUBLIC}
    assert {"autograd", "nn", "nn.functional", "nn.init", "nn.metrics", "nn.plots"} <= found
    assert sum(isinstance(value, Operation) for value in PUBLIC.values()) >= 30


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (autograd.softmax, {"x": ..., "axis": -1}),
        (autograd.logsumexp, {"x": ..., "axis": None, "keepdims": False}),
        (autograd.elu, {"x": ..., "alpha": 1.0}),
        (autograd.gelu, {"x": ..., "approximate": "none"}),
        (autograd.hardtanh, {"x": ..., "min_val": -1.0, "max_val": 1.0}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_operands_and_static_parameters_with_defaults(
    operation: Any, expected: dict[str, Any]
) -> None:
    found = {
        name: ... if p.default is p.empty else p.default
        for name, p in inspect.signature(operation).parameters.items()
    }
    assert found == expected


class TestOperation:
    def test_the_signature_is_read_once(self) -> None:
        operation = autograd.primitive(lambda x, power=2: x**power, vjp=lambda g, y, x, power=2: g)
        assert "__signature__" not in vars(operation)
        assert inspect.signature(operation) is inspect.signature(operation)
        assert str(inspect.signature(operation)) == "(x, power=2)"

    def test_a_function_whose_signature_python_cannot_tell(self) -> None:
        operation = autograd.primitive(max, vjp=lambda g, y, x: g)
        assert "args" in inspect.signature(operation).parameters

    def test_the_class_keeps_the_signature_of_its_constructor(self) -> None:
        assert [*inspect.signature(type(autograd.relu)).parameters][:2] == ["function", "kind"]

    def test_in_the_body_of_a_class_it_does_not_bind(self) -> None:
        class Layer:
            activation = autograd.relu

        assert Layer().activation is Layer.activation is autograd.relu
        assert Layer().activation(-1.0) == 0
