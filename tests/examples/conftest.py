"""Examples as the tests of this folder take them."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def load_example() -> Callable[..., dict[str, Any]]:
    """`load_example("07_digits_cnn", EPOCHS=2)`: its functions, with other constants."""
    pytest.importorskip("matplotlib")
    pytest.importorskip("sklearn")

    def load(name: str, **constants: Any) -> dict[str, Any]:
        module = runpy.run_path(str(EXAMPLES / f"{name}.py"))
        # The functions look constants up in a dict of their own, and not in the one returned.
        module["main"].__globals__.update(constants)
        return module

    return load
