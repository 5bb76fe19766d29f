"""Settings for every test, and what the summary of a run reports."""

import signal
from typing import Any

import pytest
from hypothesis import settings

from tests.looping import count_cases

# The same examples in every run, on every machine: a failure is never one of chance.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


# Started with nohup in the background, Python ignores Ctrl-C, which some tests send.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.user_properties.append(("cases", count_cases(item)))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Add up the cases that tests have looped over, and print what tests report."""
    reports = [
        r
        for key in ("passed", "failed")
        for r in terminalreporter.stats.get(key, [])
        if r.when == "call"
    ]
    cases = sum(dict(r.user_properties).get("cases", 0) for r in reports)
    terminalreporter.write_line(f"{cases} cases in {len(reports)} tests")
    for text in dict.fromkeys(
        value for r in reports for name, value in r.user_properties if name == "report"
    ):
        terminalreporter.write_line(text)
