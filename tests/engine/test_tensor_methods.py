"""Methods of tensors have NumPy's signatures, documentation, and NumPy's results."""

import inspect
import pydoc
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from autograd.engine.tensor_methods import TensorMethods

PUBLIC = [name for name in dir(Tensor) if not name.startswith("_")]
METHODS = [name for name in PUBLIC if inspect.isfunction(getattr(Tensor, name))]
DECLARED = [
    name
    for name, value in vars(TensorMethods).items()
    if inspect.isfunction(value) or isinstance(value, property)
]


def find_parameters(function: Any) -> list[str]:
    """Return the names of the parameters but the first; those of stars say nothing to a caller."""
    parameters = [*inspect.signature(function).parameters.values()][1:]
    named = [p for p in parameters if p.kind is not p.VAR_KEYWORD]
    return ["*" if p.kind is p.VAR_POSITIONAL else p.name for p in named]


@pytest.mark.parametrize("name", DECLARED)
def test_each_declaration_has_an_implementation(name: str) -> None:
    assert name in vars(Tensor), f"autograd/operators.py attaches no {name}"


@pytest.mark.parametrize("name", DECLARED)
def test_help_shows_the_documentation_of_the_declaration(name: str) -> None:
    declared, attached = vars(TensorMethods)[name], vars(Tensor)[name]
    assert declared.__doc__
    assert attached.__doc__ == declared.__doc__
    if not isinstance(declared, property):
        assert attached.__qualname__ == f"Tensor.{name}"
        assert inspect.signature(attached) == inspect.signature(declared)
    assert declared.__doc__.splitlines()[0] in pydoc.render_doc(Tensor, renderer=pydoc.plaintext)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_documented_and_says_its_arguments(name: str) -> None:
    method = getattr(Tensor, name)
    assert method.__doc__
    assert method.__doc__ != getattr(object, name, None).__doc__
    kinds = {p.kind for p in inspect.signature(method).parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD not in kinds
    text = pydoc.render_doc(method, renderer=pydoc.plaintext)
    assert f"{name}(self" in text
    assert method.__doc__.splitlines()[0] in text


@pytest.mark.parametrize("name", [n for n in METHODS if hasattr(np.ndarray, n)])
def test_arguments_have_numpys_names_and_order(name: str) -> None:
    try:
        expected = find_parameters(getattr(np.ndarray, name))
    except ValueError:
        pytest.skip(f"this NumPy tells no signature of ndarray.{name}")
    found = find_parameters(getattr(Tensor, name))
    assert found[: len(expected)] == expected


POSITIONAL: dict[str, list[tuple[Any, ...]]] = {
    "all": [(), (1,), ((0, 1),)],
    "any": [(), (1,), ((0, 1),)],
    "argmax": [(), (1,), (0, None)],
    "argmin": [(), (1,), (0, None)],
    "argpartition": [(1,), (1, 0), (1, 1, "introselect", None)],
    "argsort": [(), (0,), (0, "stable"), (1, None, None)],
    "astype": [(np.float32,), (np.float32, "C", "same_kind", True, False), ("int64", "K")],
    "choose": [],
    "clip": [(0.5,), (None, 0.5), (0.25, 0.5), (0.25, 0.5, None)],
    "compress": [([True, False],), ([True, False], 0), ([True, False], 0, None)],
    "conj": [()],
    "conjugate": [()],
    "copy": [(), ("C",), ("F",)],
    "cumprod": [(), (1,), (0, np.float32), (0, None, None)],
    "cumsum": [(), (1,), (0, np.float32), (0, None, None)],
    "diagonal": [(), (1,), (0, 1, 0)],
    "dot": [(np.ones((3, 2)),), (np.ones((3, 2)), None), (2.0,)],
    "flatten": [(), ("F",)],
    "item": [(2,), (1, 2)],
    "max": [(), (1,), (0, None), (0, None, True), (0, None, True, 0.5)],
    "mean": [(), (1,), ((0, 1),), (0, np.float32), (0, None, None, True)],
    "min": [(), (1,), (0, None), (0, None, True), (0, None, True, 0.5)],
    "nonzero": [()],
    "prod": [(), (1,), (0, np.float32), (0, None, None, True), (0, None, None, True, 2.0)],
    "ravel": [(), ("F",)],
    "repeat": [(2,), (2, 0), ([1, 2], 0)],
    "reshape": [(3, 2), ((3, 2),), (-1,)],
    "round": [(), (1,), (1, None)],
    "searchsorted": [],
    "squeeze": [(), (None,)],
    "std": [(), (1,), (0, np.float32), (0, None, None, 1), (0, None, None, 1, True)],
    "sum": [
        (),
        (1,),
        ((0, 1),),
        (0, np.float32),
        (0, None, None, True),
        (0, None, None, True, 2.0),
        (0, None, None, False, 0, [[True, False, True]]),
    ],
    "swapaxes": [(0, 1)],
    "take": [([0, 1],), ([2, 0], 1), (4, 1, None, "wrap")],
    "tolist": [()],
    "trace": [(), (1,), (0, 1, 0), (0, 0, 1, np.float32), (0, 0, 1, None, None)],
    "transpose": [(), (1, 0), ((1, 0),), (None,)],
    "var": [(), (1,), (0, np.float32), (0, None, None, 1), (0, None, None, 1, True)],
}
REFUSED = ("fill", "partition", "put", "resize", "sort")
VALUES = np.array([[0.6, 0.1, 0.9], [0.3, 0.8, 0.2]])


def test_every_method_of_numpy_has_its_calls() -> None:
    assert {*POSITIONAL, *REFUSED} == {n for n in METHODS if hasattr(np.ndarray, n)}


def check_same(found: Any, expected: Any) -> None:
    """Compare a tensor, a tuple of tensors or a plain value with NumPy's."""
    if isinstance(expected, tuple):
        assert len(found) == len(expected)
        for mine, theirs in zip(found, expected, strict=True):
            check_same(mine, theirs)
        return
    if isinstance(found, Tensor):
        found = found.data
        assert found.dtype == expected.dtype
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize(
    ("name", "args"),
    [(name, args) for name, calls in POSITIONAL.items() for args in calls],
    ids=str,
)
def test_positional_arguments_mean_what_they_mean_to_numpy(
    name: str, args: tuple[Any, ...]
) -> None:
    check_same(getattr(Tensor(VALUES), name)(*args), getattr(VALUES, name)(*args))


@pytest.mark.parametrize("number", [[1, 0, 1], [3, -1, 2]])
def test_choose(number: list[int]) -> None:
    given, choices = np.array(number), [np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])]
    check_same(Tensor(given).choose(choices, mode="wrap"), given.choose(choices, mode="wrap"))


@pytest.mark.parametrize("args", [(), ("right",), ("left", [2, 0, 1])])
def test_searchsorted(args: tuple[Any, ...]) -> None:
    values = np.array([0.5, 0.7, 0.1]) if len(args) == 2 else np.array([0.1, 0.5, 0.7])
    check_same(Tensor(values).searchsorted(0.5, *args), values.searchsorted(0.5, *args))


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "cos", "tanh"])
def test_functions_as_methods(name: str) -> None:
    check_same(getattr(Tensor(VALUES), name)(), getattr(np, name)(VALUES))
    assert find_parameters(getattr(Tensor, name)) == []


@pytest.mark.parametrize("name", REFUSED)
def test_changing_in_place_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=rf"in place by {name}\(\)"):
        getattr(Tensor(VALUES), name)(0)


def test_a_copy_lies_in_memory_as_numpys_does() -> None:
    turned = VALUES.T
    for args in ((), ("C",), ("F",), ("K",)):
        ours, theirs = Tensor(turned).copy(*args).data.flags, turned.copy(*args).flags
        assert ours.c_contiguous == theirs.c_contiguous


class TestAstype:
    def test_the_casting_is_checked(self) -> None:
        with pytest.raises(
            TypeError, match=r"astype cannot cast float64 to int64 .*casting='safe'"
        ):
            Tensor(VALUES).astype(np.int64, casting="safe")

    def test_without_a_copy_the_tensor_is_returned_itself(self) -> None:
        t = Tensor(VALUES)
        assert t.astype(float, copy=False) is t
        assert t.astype(float) is not t
        assert t.astype("f4", copy=False).dtype == np.float32

    def test_a_wrong_number_of_arguments_is_said_under_the_methods_name(self) -> None:
        with pytest.raises(TypeError, match=r"Tensor\.astype\(\)"):
            Tensor(VALUES).astype()  # type: ignore[call-arg]  # the mistake
