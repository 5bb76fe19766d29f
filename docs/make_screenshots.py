"""Take the screenshots of the interactive page that the README and page.md show.

Needs playwright and Chromium, as the tests of the page do: make docs
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

import nn
from autograd import explain
from autograd.marking.common_mistakes import find_common_mistakes

DOCS = Path(__file__).parent
DESKTOP, PHONE = {"width": 1280, "height": 760}, {"width": 390, "height": 844}
GRAPH, AT = "q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}
NEURON = "z = w * x + b; a = sigmoid(z); L = (y - a) ** 2"


def main() -> None:
    """Write the screenshots beside this file."""
    graph, neuron = explain(GRAPH, **AT), explain(NEURON, w=0.5, x=2, b=-1.5, y=1)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )

        def take(name: str, page: Path, act: Callable[[Any], None], dark: bool = False) -> None:
            phone = name.startswith("page-phone")
            tab = browser.new_page(
                viewport=PHONE if phone else DESKTOP,
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            tab.goto(page.as_uri())
            act(tab)
            if "quiz" not in name:
                tab.evaluate("document.activeElement.blur()")
            tab.screenshot(path=DOCS / f"{name}.png")
            tab.close()
            print(f"{name}.png", (DOCS / f"{name}.png").stat().st_size)

        lecture = graph.html(
            Path(folder, "f.html"), mistakes=find_common_mistakes(GRAPH, AT).mistakes
        )
        trained = neuron.html(Path(folder, "L.html"))
        take("page-light", trained, lambda tab: tab.locator("#slider").fill("10"))
        take("page-dark", trained, _descend, dark=True)
        take("page-quiz", lecture, _answer)
        take("page-network", network(Path(folder, "network.html")), _look_inside)
        take("page-phone-light", lecture, lambda tab: tab.locator("#slider").fill("4"))
        take("page-phone-dark", trained, lambda tab: tab.locator("#slider").fill("13"), dark=True)
        browser.close()


def network(path: Path) -> Path:
    """Return the page of a small classifier."""
    model, loss = nn.MLP([2, 8, 8, 3], activation="tanh", seed=0), nn.CrossEntropyLoss()
    x, y = np.random.default_rng(0).normal(size=(12, 2)), np.arange(12) % 3
    return explain(lambda: loss(model(x), y)).html(path)


def _descend(tab: Any) -> None:
    tab.uncheck("#sliders input[type=checkbox] >> nth=1")
    tab.uncheck("#sliders input[type=checkbox] >> nth=3")
    tab.fill("#rate", "0.5")
    for _ in range(3):
        tab.click("#ten-steps")


def _answer(tab: Any) -> None:
    tab.click("#quiz-button")
    for answer in ("3", "-12", "1", "-4", "4"):
        tab.keyboard.type(answer)
        tab.keyboard.press("Enter")


def _look_inside(tab: Any) -> None:
    tab.keyboard.press("End")
    tab.click("#picture g.group >> nth=0")
    tab.click("#picture g.group >> nth=2")
    tab.hover("#picture g.leaf >> nth=0")


if __name__ == "__main__":
    main()
