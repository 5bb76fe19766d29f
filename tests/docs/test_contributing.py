"""What CONTRIBUTING.md says of the source is so."""

import re
from pathlib import Path

from tests.test_import_order import place

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
LISTED = re.findall(r"^\| `([^`]+)` \|", TEXT, re.MULTILINE)


def test_the_files_listed_exist_and_stand_in_reading_order() -> None:
    assert len(LISTED) > 10
    assert [name for name in LISTED if not (ROOT / name).exists()] == []
    modules = [name.removesuffix(".py").rstrip("/").replace("/", ".") for name in LISTED]
    layers = [place(module)[0] for module in modules]
    assert layers == sorted(layers)


def test_files_named_in_the_text_exist() -> None:
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", TEXT))
    assert {"autograd/ops/elementary.py", "tests/cases/elementary.py"} <= named
    assert [name for name in named if not (ROOT / name).exists()] == []
