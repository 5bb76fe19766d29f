"""The page by keyboard, screen reader, in the dark, on paper and on a phone."""

from typing import Any

import numpy as np
import pytest

from autograd import explain
from autograd.explanation.palette import DARK, LIGHT
from tests.explanation.page.looking import colour, labels, lecture


def test_everything_by_keyboard(open_page: Any) -> None:
    page = open_page(lecture())
    for key, title in (
        ("ArrowRight", "Forward, step 1 of 2"),
        ("End", "Done"),
        ("ArrowLeft", "Backward, to y: contribution 4 of 4"),
        ("Home", "The inputs"),
    ):
        page.keyboard.press(key)
        assert page.inner_text("#step-title") == title
    page.keyboard.press("End")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.id"
            )
        )
    assert reached[:2] == ["quiz-button", "x, value −2, gradient −4"]
    assert {"Step back", "First step", "Step", "x", "x, typed", "x moves in a step"} <= set(reached)
    page.focus("g.leaf")
    page.keyboard.press("ArrowDown")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == page.locator("#picture [role=button]").nth(1).get_attribute("aria-label")
    assert page.inner_text("#inspector h2").startswith(label.split()[0])
    outline = page.evaluate(
        "getComputedStyle(document.activeElement.firstElementChild).strokeWidth"
    )
    assert outline == "2.5px"


def test_keys_typed_into_a_field_are_the_fields_own(open_page: Any) -> None:
    page = open_page(lecture())
    page.locator("#sliders input[type=text]").nth(0).press("ArrowLeft")
    page.locator("#sliders input[type=text]").nth(0).press("Home")
    assert page.inner_text("#step-title") == "The inputs"


def test_what_a_screen_reader_is_told(open_page: Any) -> None:
    page = open_page(lecture())
    assert page.get_attribute("#step-words", "aria-live") == "polite"
    assert page.get_attribute("html", "lang") == "en"
    tree = page.locator("body").aria_snapshot()
    for part in (
        'heading "q = x + y; f = q * z"',
        'region "Graph"',
        'navigation "Steps"',
        'button "Step on"',
        'slider "Step"',
        'button "q = x + y"',
        'button "x, value −2"',
        'slider "x"',
        'checkbox "x moves in a step"',
        'status: "The inputs have their values',
    ):
        assert part in tree, part
    unnamed = page.locator("button:not([aria-label]):empty, input:not([aria-label]):not([id])")
    assert unnamed.count() == 0


@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_light_and_dark(open_page: Any, scheme: str, palette: Any) -> None:
    page = open_page(lecture(), color_scheme=scheme)
    page.keyboard.press("End")
    assert colour(page, "body", "color") == palette.ink
    assert colour(page, "html", "backgroundColor") == palette.page
    assert colour(page, ".graph", "backgroundColor") == palette.ground
    assert colour(page, "#picture text.value", "fill") == palette.value
    assert colour(page, "#picture text.gradient", "fill") == palette.gradient


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_stands_out_from_its_ground(palette: Any) -> None:
    def luminance(hexadecimal: str) -> float:
        channels = [int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    for ground in (palette.ground, palette.page, palette.fill):
        for text in (palette.ink, palette.value, palette.gradient, palette.accent):
            light, dark = sorted((luminance(ground), luminance(text)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ground, text)


def test_less_motion_for_those_who_ask(open_page: Any) -> None:
    name = "getComputedStyle(document.querySelector('g.edge.active path')).animationName"
    for wish, animation in (("no-preference", "flow"), ("reduce", "none")):
        page = open_page(lecture(), reduced_motion=wish)
        page.keyboard.press("ArrowRight")
        assert page.evaluate(name) == animation


def test_on_paper_all_is_there(open_page: Any) -> None:
    page = open_page(lecture(), color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#all-steps li").count() == 8
    assert page.is_visible("#all-steps li >> nth=0")
    assert labels(page, "gradient") == ["1", "3", "−4", "−4", "−4"]
    assert page.is_hidden(".controls")
    assert colour(page, "body", "color") == LIGHT.ink
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert labels(page, "gradient") == []
    assert page.pdf()[:4] == b"%PDF"


def test_on_a_phone(open_page: Any) -> None:
    page = open_page(lecture(), viewport={"width": 390, "height": 844}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("#after").bounding_box()
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 844
    page.tap("#after")
    assert page.inner_text("#step-title") == "Forward, step 1 of 2"
    page.tap("g.leaf >> nth=2")
    assert page.inner_text("#inspector h2").startswith(("x", "y", "z"))


@pytest.mark.parametrize("width", [360, 880, 920, 1000, 1100, 1280])
def test_inputs_keep_to_their_card(open_page: Any, width: int) -> None:
    page = open_page(lecture(), viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    right = "(s => document.querySelector(s).getBoundingClientRect().right)"
    assert page.evaluate(f"{right}('.moves') <= {right}('.inputs')")


@pytest.mark.parametrize("width", [390, 1280])
def test_wide_arrays_scroll_in_their_card(open_page: Any, width: int) -> None:
    W = np.random.default_rng(0).normal(size=(8, 16)) / 1000
    page = open_page(
        explain("L = sum(W @ x)", W=W, x=np.ones(16)), viewport={"width": width, "height": 900}
    )
    page.hover("g.leaf >> nth=0")
    assert page.locator("#inspector td").count() == 2 * W.size
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("(s => s.scrollWidth > s.clientWidth)(document.querySelector('.scroll'))")


def test_without_scripts_the_text_is_there(open_page: Any) -> None:
    page = open_page(lecture(), java_script_enabled=False)
    assert "to z:  local ∂f/∂z = q = 3" in page.inner_text("noscript")
    assert page.locator("#picture text.gradient").count() == 5
