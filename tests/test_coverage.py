"""No NumPy function is forgotten: each has a rule, or a reason why it has none."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograd import NotDifferentiableError, Tensor
from autograd.engine.dispatch import METHODS, UNSUPPORTED, reason
from autograd.engine.record import Primitive
from autograd.engine.tensor import FUNCTIONS
from docs.make_functions import PAGE, kind, numpy_functions, page
from tests.calls import CONSTANT, DIFFERENTIABLE, FOR_CONSTANTS_ONLY, X
from tests.second_order import assert_derivatives

pytestmark = pytest.mark.filterwarnings("ignore:numpy.fix is deprecated:DeprecationWarning")

NAMES = {names[0]: function for function, names in numpy_functions().items()}


def leaf() -> Tensor:
    return Tensor(X, requires_grad=True)


def installed(*tables: dict[str, Any]) -> list[str]:
    """Return the functions of these tables that the installed NumPy has."""
    return sorted(name for table in tables for name in table if name in NAMES)


def test_every_function_has_a_rule_or_a_reason() -> None:
    registered = {name for name, function in NAMES.items() if function in FUNCTIONS}
    assert registered & set(UNSUPPORTED) == set()
    assert set(NAMES) - registered - set(UNSUPPORTED) == set()
    assert len(registered) > 330


# Without a rule -----------------------------------------------------------------------------------

REFUSED: dict[str, Callable[[Any], Any]] = {
    "np.busday_count": lambda x: np.busday_count(x, x),
    "np.busday_offset": lambda x: np.busday_offset(x, 1),
    "np.copyto": lambda x: np.copyto(x, X),
    "np.datetime_as_string": np.datetime_as_string,
    "np.fill_diagonal": lambda x: np.fill_diagonal(x, 0),
    "np.histogram2d": lambda x: np.histogram2d(x[0], x[1]),
    "np.histogramdd": np.histogramdd,
    "np.in1d": lambda x: np.in1d(x, X),  # noqa: NPY201
    "np.is_busday": np.is_busday,
    "np.isnat": np.isnat,
    "np.nextafter": lambda x: np.nextafter(x, 0),
    "np.place": lambda x: np.place(x, x > 0, 0),
    "np.put": lambda x: np.put(x, 0, 0),
    "np.put_along_axis": lambda x: np.put_along_axis(x, np.argsort(x), 0, 0),
    "np.putmask": lambda x: np.putmask(x, x > 0, 0),
    "np.spacing": np.spacing,
}


def test_every_reason_has_a_call() -> None:
    assert set(REFUSED) == set(UNSUPPORTED)


@pytest.mark.parametrize("name", installed(UNSUPPORTED))
def test_a_function_without_a_rule_says_why(name: str) -> None:
    message = re.escape(f"{name} {UNSUPPORTED[name]}")
    with pytest.raises(NotDifferentiableError, match=f"^{message}$"):
        REFUSED[name](leaf())


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: np.add.at(x, 0, 1), "np.add.at"),
        (lambda x: np.multiply.at(np.ones((3, 3)), 0, x), "np.multiply.at"),
        (lambda x: np.add.reduceat(x, [0, 2]), "np.add.reduceat"),
    ],
)
def test_a_method_without_a_rule_says_why(call: Callable[[Any], Any], name: str) -> None:
    message = re.escape(f"{name} {METHODS[name.rpartition('.')[2]]}")
    with pytest.raises(NotDifferentiableError, match=f"^{message}$"):
        call(leaf())


def test_what_is_in_no_table_has_a_reason_too() -> None:
    """Such as a function of a later NumPy."""
    assert reason("np.of_tomorrow").startswith("has no derivative rule; ")


# With a rule --------------------------------------------------------------------------------------


def outputs(result: Any) -> Iterator[Any]:
    """Arrays and tensors in a result, which may be a tuple or list of them."""
    if isinstance(result, tuple | list):
        for part in result:
            yield from outputs(part)
    else:
        yield result


def value(x: Any) -> Any:
    return x.data if type(x) is Tensor else x


def moving(x: Any) -> bool:
    return type(x) is Tensor and x.requires_grad


def test_every_composite_has_a_call() -> None:
    composites = {n for n, f in NAMES.items() if f in FUNCTIONS} - {
        n for n, f in NAMES.items() if isinstance(FUNCTIONS.get(f), Primitive)
    }
    called = {*DIFFERENTIABLE, *CONSTANT, *FOR_CONSTANTS_ONLY}
    assert composites - called == set()
    assert composites == {name for name in called if name in NAMES}


@pytest.mark.parametrize("name", installed(DIFFERENTIABLE, CONSTANT))
def test_a_composite_computes_what_numpy_does(name: str) -> None:
    call = {**DIFFERENTIABLE, **CONSTANT}[name]
    recorded, plain = call(leaf()), call(X)
    assert isinstance(recorded, tuple) == isinstance(plain, tuple)
    for r, p in zip(outputs(recorded), outputs(plain), strict=True):
        if isinstance(p, np.ndarray | np.generic):
            np.testing.assert_allclose(value(r), p, rtol=1e-12, atol=1e-13)
            assert np.result_type(value(r)) == np.result_type(p)
        else:
            assert value(r) == p


@pytest.mark.parametrize("name", installed(DIFFERENTIABLE))
def test_derivatives_of_a_composite_are_differences(name: str) -> None:
    call = DIFFERENTIABLE[name]
    parts = [k for k, part in enumerate(outputs(call(leaf()))) if moving(part)]
    assert parts, "nothing flows through it: declare it with differentiable=False"
    assert kind(FUNCTIONS[NAMES[name]], NAMES[name].__name__) != "constant"
    for k in parts:
        assert_derivatives(lambda x, k=k: list(outputs(call(x)))[k], X)


@pytest.mark.parametrize("name", installed(CONSTANT))
def test_nothing_flows_through_a_constant(name: str) -> None:
    assert not any(map(moving, outputs(CONSTANT[name](leaf()))))
    assert kind(FUNCTIONS[NAMES[name]], NAMES[name].__name__) == "constant"


# The page of all functions ------------------------------------------------------------------------


def is_of_the_installed_numpy(line: str) -> bool:
    name = re.match(r"\| `(np[.\w]*)`.* \| \w+ \|$", line)
    return name is None or name[1] in NAMES


def test_the_page_of_functions_is_what_the_registry_says(
    record_property: Callable[[str, Any], None],
) -> None:
    """`make docs` writes it anew. It may list functions that an older NumPy has not.

    A function that the page does not list yet is no failure: the summary of the run reports it.
    """
    written = list(filter(is_of_the_installed_numpy, PAGE.read_text("utf-8").splitlines()))
    listed = {line.split(" | ")[0] for line in written if line.startswith("| ")}
    now = page().splitlines()
    new = [x for x in now if x.startswith("| ") and x.split(" | ")[0] not in listed]
    assert written == [line for line in now if line not in new]
    if new:
        record_property("report", f"not in docs/functions.md before make docs: {', '.join(new)}")
