"""One test for many cases: it checks each of them, and names all that fail."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import pytest

Test = Callable[..., None]


def each_case(names: str, cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Make one test for each operation of a test that takes a single case.

    `names` are the arguments that a case fills, and `cases` are `pytest.param`s with an `id`, as
    in `pytest.mark.parametrize`. Cases whose first values have one name form a group: the result
    is parametrized by group, calls the test once for each case, and raises an `ExceptionGroup`
    that lists the ids of all failing cases. All cases of a group have the same marks.

    `result.cases` counts the cases of each group; the summary of a run adds them up.
    """
    groups: dict[str, list[Any]] = {}
    for case in cases:
        groups.setdefault(_group_of(case.values[0]), []).append(case)
    assert groups, "there are no cases"
    arguments = [name.strip() for name in names.split(",")]

    def decorate(test: Test) -> Test:
        @pytest.mark.parametrize(
            "group", [pytest.param(g, marks=found[0].marks) for g, found in groups.items()]
        )
        @wraps(test)
        def run(group: str, **rest: Any) -> None:
            failures = {}
            for case in groups[group]:
                assert case.marks == groups[group][0].marks
                try:
                    test(**dict(zip(arguments, case.values, strict=True)), **rest)
                except Exception as error:
                    failures[case.id] = error
                except pytest.fail.Exception as failed:
                    # pytest's own is no `Exception`, and a group of exceptions takes no other.
                    failures[case.id] = AssertionError(str(failed)).with_traceback(
                        failed.__traceback__
                    )
            raise_all(failures, len(groups[group]))

        signature = inspect.signature(test)
        kept = [p for name, p in signature.parameters.items() if name not in arguments]
        first = inspect.Parameter("group", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = signature.replace(parameters=[first, *kept])  # type: ignore[attr-defined] # unknown to mypy
        run.cases = {g: len(found) for g, found in groups.items()}  # type: ignore[attr-defined] # ours
        return run

    return decorate


def raise_all(failures: dict[str, Exception], of: int) -> None:
    """Raise the `failures`, by the ids of the cases, if there are any."""
    for name, error in failures.items():
        error.add_note(f"in the case {name}")
    if failures:
        raise ExceptionGroup(
            f"{len(failures)} of {of} cases failed: {', '.join(failures)}",
            list(failures.values()),
        )


def count_cases(item: pytest.Item) -> int:
    """Return the number of cases that a test checks."""
    cases = getattr(getattr(item, "function", None), "cases", None)
    return cases[item.callspec.params["group"]] if cases else 1  # type: ignore[attr-defined] # a pytest.Function


def _group_of(value: Any) -> str:
    return value if isinstance(value, str) else str(value.name)
