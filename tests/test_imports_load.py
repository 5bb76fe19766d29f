"""What an import loads: nothing that only some programs need."""

import subprocess
import sys

import pytest

HEAVY = "graphviz logging matplotlib onnx rich safetensors scipy sklearn tempfile tomllib"


@pytest.mark.parametrize(
    ("statement", "absent"), [("import autograd", f"{HEAVY} numpy.random"), ("import nn", HEAVY)]
)
def test_an_import_loads_no_more_than_it_needs(statement: str, absent: str) -> None:
    # NumPy itself loads some of them in some versions.
    program = (
        "import sys, numpy; before = set(sys.modules)\n"
        f"{statement}\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert set(absent.split()).isdisjoint(run.stdout.split())
