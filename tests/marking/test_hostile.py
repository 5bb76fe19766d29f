"""Hostile programs and files: each is marked or refused in bounded time and memory."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograd.marking.verification import verify
from tests.marking.hostile import PIECES, TOML, check_file, check_program

ROOT = Path(__file__).parents[2]
anyhow = settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@anyhow
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example("f = " + "(" * 60 + "x" + ")" * 60)
@example("f = x" + " + x" * 1500)
@example("f = x ** x ** x ** x ** x")
def test_programs(program):
    check_program(program)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@anyhow
@given(st.lists(st.sampled_from(TOML), max_size=40).map("".join))
@example("program = 'f = x'\n[inputs]\nx = 1\n[claims]\nf = 2\n")
def test_files(text):
    check_file(text.encode())


@anyhow
@given(st.binary(max_size=300))
def test_bytes(data):
    check_file(data)


@pytest.mark.parametrize("claimed", ["2.5e300", "1.5e-300", "1.5e-320", "1.5e-330", "0.0e-400"])
@pytest.mark.parametrize("right", [2.0, 0.0, 1e-300, 1e300, -1e308])
def test_numbers_at_the_ends_of_the_range_of_doubles(claimed, right):
    verify("f = x * 1.0", at={"x": right}, claims={"f": claimed, "df/dx": claimed})


LARGEST = {
    "many steps": (
        "\n".join(f"a{i} = x{' * x' * 60}" for i in range(16)),
        {"x": 1.0001},
        {"a15": 2, "da15/dx": 3},
    ),
    "many names": (
        "a0 = x\n" + "\n".join(f"a{i} = a{i - 1} * 1.01" for i in range(1, 380)),
        {"x": 1},
        {f"a{i}": 7 for i in range(1, 380)},
    ),
    "many derivatives": (
        "a0 = x * 1\n" + "\n".join(f"a{i} = a{i - 1} * 1.01" for i in range(1, 300)),
        {"x": 1},
        {f"da299/da{i}": 7 for i in range(300)},
    ),
    "many rounded numbers, and one that follows from all": (
        "\n".join(f"a{i} = x / {i + 3}" for i in range(60))
        + "".join(f"\nb{j} = {' + '.join(f'a{i}' for i in range(60))} + {j}" for j in range(12)),
        {"x": 100},
        {f"a{i}": f"{100 / (i + 3):.2f}" for i in range(60)}
        | {
            f"b{j}": f"{sum(round(100 / (i + 3), 2) for i in range(60)) + j:.3f}" for j in range(12)
        },
    ),
    "many mistakes on top of others": (
        f"a = x * 1.0\nf = a{' * 1.1' * 50}",
        {"x": [1] * 20},
        {"a": [7] * 20} | {f"df[{i}]/da[{i}]": 7 + i for i in range(20)},
    ),
    "a slope for each entry": (
        "a0 = tanh(x)\n" + "\n".join(f"a{i} = tanh(a{i - 1} * x)" for i in range(1, 30)),
        {"x": [i / 100 for i in range(200)]},
        {f"da29[{i}]/dx[{i}]": "0.5" for i in range(200)},
    ),
    "large arrays": (
        "A = x @ y\nB = A * A\nC = B + A\nf = sum(C)",
        {"x": [[1.0]] * 900, "y": [[1.0] * 900]},
        {"f": 7},
    ),
    "large arrays and a gradient": (
        "A = x @ y\nB = sigmoid(A)\nC = tanh(B)\nf = mean(C * C)",
        {"x": [[1.0]] * 600, "y": [[1.0] * 600]},
        {"f": 7, "df/dA": 3},
    ),
}


@pytest.mark.parametrize(("program", "at", "claims"), LARGEST.values(), ids=LARGEST)
def test_the_largest_wrong_worksheets_are_marked_in_bounded_time_and_memory(program, at, claims):
    code = f"""
import resource, sys, time
from autograd.errors import AutogradError
from autograd.marking.verification import verify
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
begin = time.process_time()
try:
    verify({program!r}, at={at!r}, claims={claims!r})
except AutogradError as error:
    print(error)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(time.process_time() - begin, usage.ru_maxrss)
"""
    done = subprocess.run([sys.executable, "-"], input=code, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    seconds, kilobytes = map(float, done.stdout.splitlines()[-1].split())
    # Far above the usual time, and far below a hang.
    assert seconds < 60
    assert kilobytes < 2**20


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="needs atheris: make test-all installs it"
)
def test_guided_by_coverage():
    # Long inputs from the start: short ones are not programs.
    options = ["-max_len=80", "-len_control=0", "-timeout=20", "-rss_limit_mb=1024"]
    command = [sys.executable, "-m", "tests.marking.hostile", *options, "-max_total_time=60"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-3000:]
