"""The package of operations: no file of it is left out, and no name is declared twice."""

from importlib import import_module
from pathlib import Path

from autograd import ops
from autograd.engine.record import Primitive
from tests import cases


def test_every_file_is_listed_once() -> None:
    found = {path.stem for path in Path(ops.__file__).parent.glob("*.py")} - {"__init__"}
    assert sorted(ops.FILES) == sorted(found)


def test_every_file_of_cases_is_of_one_file_of_operations() -> None:
    assert set(cases.FILES) <= set(ops.FILES)
    for file in cases.FILES:
        declared = vars(import_module(f"autograd.ops.{file}")).values()
        names = {op.name for op in declared if isinstance(op, Primitive)}
        assert set(import_module(f"tests.cases.{file}").CASES) <= names


def test_no_two_operations_have_one_name() -> None:
    """The registry would keep one of them, and the other would go untested."""
    names: dict[str, set[Primitive]] = {}
    for file in ops.FILES:
        for op in vars(import_module(f"autograd.ops.{file}")).values():
            if isinstance(op, Primitive):
                names.setdefault(op.name, set()).add(op)
    assert {name: found for name, found in names.items() if len(found) > 1} == {}
