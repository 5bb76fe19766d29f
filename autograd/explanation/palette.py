"""The colours of pictures, pages, plots and terminals, for light and dark grounds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """One colour for each role; no role is shown by its colour alone.

    `page` lies behind `ground`, the background of pictures and cards; `edge` is their border.
    `accent` marks controls and the selection; `warm` and `cool` are numbers above and below 0.
    """

    ink: str
    line: str
    fill: str
    ground: str
    value: str
    gradient: str
    faint: str
    page: str
    edge: str
    accent: str
    warm: str
    cool: str


LIGHT = Palette(
    ink="#22303c",
    line="#5b7c8d",
    fill="#e9eef2",
    ground="#ffffff",
    value="#0b6e4f",
    gradient="#b3261e",
    faint="#6b7680",
    page="#f5f7f9",
    edge="#d5dde3",
    accent="#1f5fa8",
    warm="#e8a33d",
    cool="#6aa5e0",
)
DARK = Palette(
    ink="#e6edf3",
    line="#8fb0c2",
    fill="#22303c",
    ground="#12181e",
    value="#5fd3a8",
    gradient="#ff8a80",
    faint="#9aa7b2",
    page="#0b1015",
    edge="#2c3a46",
    accent="#7db7ff",
    warm="#b8741a",
    cool="#2f6db0",
)
