"""Pictures for pages that are light for some readers and dark for others."""

import re
from pathlib import Path
from typing import Any

from autograd.explanation.palette import DARK
from nn.plots import styling

ON_DARK = {
    "#ffffff": DARK.ground,
    styling.INK: DARK.ink,
    styling.LINE: DARK.line,
    styling.FILL: DARK.fill,
    styling.GREEN: DARK.value,
    styling.RED: DARK.gradient,
    styling.BLUE: "#7ab8f5",
    styling.AMBER: "#f0b04f",
    styling.PURPLE: "#c9a2ea",
    styling.PINK: "#f08bb8",
    styling.SHADE: "#4a5f6d",
}
"""The dark counterpart of each colour of the pictures."""


def save(figure: Any, path: str | Path) -> None:
    """Save as SVG, the same bytes for the same picture, with other colours where readers' is dark.

    Text stays text, and comes in the reader's own font.
    """
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "chalkgrad"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
    rules = "\n".join(
        f'[style*="{what}: {light}"] {{ {what}: {dark} !important }}'
        for light, dark in ON_DARK.items()
        for what in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme: dark) {{\n{rules}\n}}</style>"
    text = Path(path).read_text(encoding="utf-8")
    # Behind the opening tag.
    text = re.sub(r"(<svg\b[^>]*>)", lambda tag: f"{tag[0]}\n{style}", text, count=1)
    # matplotlib leaves spaces at the ends of lines.
    Path(path).write_text(re.sub(r" +$", "", text, flags=re.M), encoding="utf-8")
