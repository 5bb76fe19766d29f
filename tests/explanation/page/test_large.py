"""Names of any kind, networks, and graphs of thousands of steps on the page."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Explanation, Tensor, explain, sigmoid, variables
from tests.explanation.page.looking import labels, lecture, words

HOSTILE = [
    "<script>alert(1)</script>",
    '"]',
    "</script><b>",
    "<!--",
    "a&amp;b",
    "${x}",
    "\\frac{",
    "␀\ud800",
    "}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_shown_as_text(open_page: Any, name: str) -> None:
    x, y = Tensor(2.0, requires_grad=True, name=name), Tensor(3.0, requires_grad=True, name="y")
    q = x * y
    q.name = f"{name}q"
    page = open_page(explain(q + x))
    page.on("dialog", lambda _: pytest.fail("a script ran"))
    page.keyboard.press("End")
    page.hover("g.leaf >> nth=0")
    shown = name.replace("\ud800", "?")  # no encoding has half a pair
    assert page.inner_text("#inspector h2").startswith(shown)
    assert f"∂f/∂{shown}" in words(page)
    assert page.locator("b").count() == 0
    assert page.locator("script").count() == 3
    assert f"{shown}q = 6" in labels(page, "value")


def network() -> Explanation:
    model = nn.MLP([3, 4, 2], activation="relu", seed=0)
    loss, x = nn.CrossEntropyLoss(), np.linspace(-1, 1, 15).reshape(5, 3)
    return explain(lambda: loss(model(x), np.array([0, 1, 0, 1, 1])))


def test_a_network_folds_and_opens(open_page: Any) -> None:
    page = open_page(network())
    boxes = page.locator("#picture g.group text")
    assert boxes.all_text_contents() == ["MLP", "CrossEntropyLoss"]
    page.click("#picture g.group >> nth=0")
    assert boxes.all_text_contents() == ["0: Linear", "1: ReLU", "2: Linear", "CrossEntropyLoss"]
    page.focus("#picture g.group")
    page.keyboard.press("Enter")
    assert page.locator("#picture g.frame text").all_text_contents() == ["MLP", "0: Linear"]
    assert page.locator("#breadcrumb button").all_text_contents() == [
        "whole graph",
        "MLP",
        "0: Linear",
    ]
    page.click("#breadcrumb button >> nth=0")
    assert boxes.count() == 2
    page.click("#after")
    assert page.locator("#picture g.frame text").all_text_contents() == ["MLP", "0: Linear"]
    page.click("#picture g.frame >> nth=1 >> text")
    assert page.locator("#breadcrumb button").all_text_contents() == ["whole graph", "MLP"]


def chain(steps: int) -> Explanation:
    """Return a graph of that many steps, half of which use the one input."""
    x = y = variables(x=0.7)
    for _ in range(steps // 2):
        y = sigmoid(y * x)
    return explain(y)


def first_paint(page: Any) -> float:
    """How long it took until there was something to see, in milliseconds."""
    script = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    while (found := page.evaluate(script)) is None:
        page.wait_for_timeout(20)
    return float(found)


def test_two_thousand_steps_stay_usable(open_page: Any) -> None:
    small = first_paint(open_page(chain(10)))
    page = open_page(chain(2000))
    # On a machine that has other things to do, a small page takes its time too.
    assert first_paint(page) < max(2000, 3 * small)
    assert page.inner_text("h1") == "f, in 2000 steps"
    assert page.locator("#picture g.group").count() == 42
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.inner_text("#step-title") == "Forward, step 3 of 2000"
    assert page.locator("#picture g.frame text").all_text_contents() == ["steps 1 to 48"]
    page.keyboard.press("End")
    page.locator("#input-0").fill("1")
    assert "1" in labels(page, "value")


def test_in_a_notebook_the_page_keeps_to_itself(browser: Any) -> None:
    markup = lecture()._repr_html_()
    assert markup is not None
    page = browser.new_page()
    page.set_content(f"<p>before</p>{markup}")
    frame = page.frame_locator("iframe")
    frame.locator("#after").click()
    assert frame.locator("#step-title").inner_text() == "Forward, step 1 of 2"
    page.close()
    assert chain(400)._repr_html_() is None
