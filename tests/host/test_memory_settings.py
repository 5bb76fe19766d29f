"""What graphs let go of is kept longer, and only where nobody has asked for anything else."""

import os
import subprocess
import sys

import pytest

from autograd.host import memory as allocation

PROGRAM = """
import resource
import numpy as np
import autograd
autograd.tune_memory()

def work():
    # 100 MiB at a time, in blocks that are above glibc's own threshold and below its largest.
    for _ in range(5):
        [np.ones(10 * 2**17) for _ in range(10)]

work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
glibc = pytest.mark.skipif(not allocation._is_glibc(), reason="only glibc has the thresholds")


def faults(**environment: str) -> int:
    """Return the page faults of a second round of the same allocations."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MALLOC_", "GLIBC_"))}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=clean | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(run.stdout)


@glibc
def test_a_second_round_finds_its_memory_where_the_first_left_it() -> None:
    assert faults() < 100


@glibc
@pytest.mark.parametrize("setting", ["CHALKGRAD_KEEP_MEMORY", "MALLOC_TOP_PAD_"])
def test_whoever_has_settings_of_their_own_keeps_them(setting: str) -> None:
    assert faults(**{setting: "0"}) > 1000


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocation, "_is_glibc", lambda: False)
    assert not allocation.keep_freed_memory()


def threshold(before: str = "", call: str = "; autograd.tune_memory()", **environment: str) -> int:
    """Return the collector's threshold after the import of `autograd` and a call."""
    program = f"import gc\n{before}\nimport autograd{call}\nprint(gc.get_threshold()[0])"
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(run.stdout)


def test_an_import_changes_nothing() -> None:
    assert threshold("gc.set_threshold(123)", call="") == 123
    assert threshold("gc.set_threshold(123)", call=", nn") == 123


def test_cycles_are_looked_for_less_often() -> None:
    assert threshold() == 10_000
    assert threshold("gc.set_threshold(50_000)") == 50_000
    assert threshold("gc.set_threshold(0)") == 0
    assert threshold("gc.set_threshold(123)", CHALKGRAD_KEEP_MEMORY="0") == 123
