"""chalkgrad refuses to run among the files of HIPS autograd, which has the same import name."""

import shutil
import subprocess
import sys
from pathlib import Path

import autograd


def test_a_mixed_installation_is_refused(tmp_path: Path) -> None:
    shutil.copytree(Path(autograd.__file__).parent, tmp_path / "autograd")
    run = [sys.executable, "-c", "import autograd; print(autograd.__file__)"]
    clean = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert str(tmp_path) in clean.stdout

    (tmp_path / "autograd" / "tracer.py").write_text("# HIPS autograd's\n")
    mixed = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert mixed.returncode != 0
    assert "ImportError: files of HIPS autograd (tracer.py) lie among those of" in mixed.stderr
    assert "pip uninstall autograd chalkgrad" in mixed.stderr
