"""The loop over cases checks every one of them, and names those that fail."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.looping import count_cases, each_case

CASES = [pytest.param("odd", n, id=f"odd-{n}") for n in (1, 3, 5)]


def test_every_failing_case_is_named() -> None:
    seen = []

    @each_case("name, n", CASES)
    def check(name: str, n: int) -> None:
        seen.append(n)
        assert n != 1
        if n == 3:
            with pytest.raises(ValueError, match="never"):
                pass

    with pytest.raises(ExceptionGroup, match="2 of 3 cases failed: odd-1, odd-3") as caught:
        check(group="odd")
    assert seen == [1, 3, 5]
    assert [type(e) for e in caught.value.exceptions] == [AssertionError, AssertionError]
    assert caught.value.exceptions[1].__notes__ == ["in the case odd-3"]


def test_an_interrupt_is_no_failing_case() -> None:
    seen = []

    @each_case("name, n", CASES)
    def check(name: str, n: int) -> None:
        seen.append(n)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(group="odd")
    assert seen == [1]


@each_case("name, n", [*CASES, pytest.param("even", 2, id="even-2")])
@pytest.mark.parametrize("factor", [1, 2])
def test_groups_and_other_arguments(
    name: str, n: int, factor: int, request: pytest.FixtureRequest
) -> None:
    assert (n % 2 == 1) == (name == "odd")
    assert count_cases(request.node) == {"odd": 3, "even": 1}[name]


def test_no_cases_are_an_error() -> None:
    def check(name: str) -> None:
        """Check nothing."""

    with pytest.raises(AssertionError, match="there are no cases"):
        each_case("name", [])(check)


@pytest.mark.parametrize("workers", [[], ["-n", "1"]])
def test_the_summary_adds_up_the_cases(workers: Any) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers, __file__]
    selected = [*command, "-k", "other_arguments"]
    root = Path(__file__).parents[1]
    done = subprocess.run(selected, capture_output=True, text=True, cwd=root, check=False)
    assert "8 cases in 4 tests" in done.stdout, done.stdout + done.stderr
