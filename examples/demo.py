"""A demonstration of all parts of chalkgrad: explain, draw, verify, train."""

import runpy
import sys
from pathlib import Path

from rich.console import Console

EXAMPLES = Path(__file__).parent


def main(folder: Path) -> None:
    """Run the numbered examples that show each part; pictures go into `folder`."""
    console = Console(highlight=False)
    before = set(folder.glob("*")) if folder.exists() else set()
    for title, script in (
        ("1  Explain and draw f = (x + y) z", "01_graph.py"),
        ("2  Verify hand-worked exercises", "02_worksheets.py"),
        ("3  Train a network to read handwritten digits", "06_digits.py"),
    ):
        console.rule(f"[bold]{title}", align="left", style="dim")
        console.print()
        sys.argv = [script, str(folder)]
        runpy.run_path(str(EXAMPLES / script), run_name="__main__")
        console.print()
    console.rule("[bold]Files made", align="left", style="dim")
    made = sorted(path for path in folder.glob("*") if path not in before or path.is_file())
    for path in made:
        console.print(f"  {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out"))
