"""Where a package is missing that an example needs, the example says so in one line."""

import re
import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
NEEDS = [
    (path.name, package)
    for path in sorted(EXAMPLES.glob("*.py"))
    for package in re.findall(
        r"^ +(?:from|import) ((?:matplotlib|sklearn)[\w.]*)", path.read_text(encoding="utf-8"), re.M
    )
]


@pytest.mark.parametrize(("example", "package"), NEEDS)
def test_it_is_named_with_the_command_to_run(
    example: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("sklearn")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SystemExit) as refusal:
        runpy.run_path(str(EXAMPLES / example))
    assert refusal.value.code == f"This example needs {package}: pip install 'chalkgrad[examples]'"
