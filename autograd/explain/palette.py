"""The colours of pictures, pages, plots and terminals, for light and dark grounds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """One colour for each role; a role is never told by its colour alone."""

    ink: str
    line: str
    fill: str
    ground: str
    value: str
    gradient: str
    faint: str


LIGHT = Palette(
    ink="#22303c",
    line="#5b7c8d",
    fill="#e9eef2",
    ground="#ffffff",
    value="#0b6e4f",
    gradient="#b3261e",
    faint="#6b7680",
)
DARK = Palette(
    ink="#e6edf3",
    line="#8fb0c2",
    fill="#22303c",
    ground="#12181e",
    value="#5fd3a8",
    gradient="#ff8a80",
    faint="#9aa7b2",
)
