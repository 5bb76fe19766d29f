"""Worksheets: verify all in `examples/worksheets`, and show the report on a wrong number."""

import os
from pathlib import Path

from autograd.cli import main as chalkgrad

WORKSHEETS = Path(os.path.relpath(Path(__file__).parent / "worksheets"))


def main() -> None:
    """Mark the exercises, then the one with a mistake in it."""
    files = sorted(map(str, WORKSHEETS.glob("*.toml")))
    chalkgrad(["verify", *files])

    print("\nA lecture's derivative that lacks a minus sign:\n")
    chalkgrad(["verify", *sorted(map(str, WORKSHEETS.glob("mistakes/*.toml")))])


if __name__ == "__main__":
    main()
