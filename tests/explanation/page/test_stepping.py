"""Stepping through the graph, moving its inputs, and looking at its arrays."""

from typing import Any

import numpy as np
import pytest

from autograd import explain
from autograd.explanation.palette import LIGHT
from tests.explanation.page.looking import colour, labels, lecture, words


def test_values_come_forward_and_gradients_backward(open_page: Any) -> None:
    page = open_page(lecture())
    assert (labels(page, "value"), labels(page, "gradient")) == (["5", "−2", "−4"], [])
    seen = []
    for _ in range(8):
        page.click("#after")
        seen.append(
            (page.inner_text("#step-title"), labels(page, "value"), labels(page, "gradient"))
        )
    assert [title for title, _, _ in seen] == [
        "Forward, step 1 of 2",
        "Forward, step 2 of 2",
        "Turning back",
        "Backward, to q: contribution 1 of 4",
        "Backward, to z: contribution 2 of 4",
        "Backward, to x: contribution 3 of 4",
        "Backward, to y: contribution 4 of 4",
        "Done",
    ]
    assert seen[0][1] == ["5", "q = 3", "−2", "−4"]
    assert seen[1][1] == ["5", "q = 3", "−12", "−2", "−4"]
    assert [gradients for _, _, gradients in seen[2:]] == [
        ["1"],
        ["1", "−4"],
        ["1", "3", "−4"],
        ["1", "3", "−4", "−4"],
        ["1", "3", "−4", "−4", "−4"],
        ["1", "3", "−4", "−4", "−4"],
    ]
    assert page.is_disabled("#after")
    page.click("#before")
    assert page.inner_text("#step-title") == seen[-2][0]
    page.click("#first")
    assert labels(page, "gradient") == []


def test_a_step_in_words_and_in_mathematics(open_page: Any) -> None:
    page = open_page(lecture())
    page.keyboard.press("ArrowRight")
    assert words(page) == "Add x and y: q = x + y = −2 + 5 = 3."
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert words(page) == (
        "From f back to q: upstream ∂f/∂f = 1, times the local derivative ∂f/∂q = z = −4, "
        "is the contribution −4."
    )
    assert page.locator("#step-mathematics mfrac").count() == 3
    factors = page.locator(".factor").all_text_contents()
    assert factors == ["upstream∂f∂f1", "local∂f∂q=z−4", "to q∂f∂q−4"]


def test_the_parentheses_of_functions_stay(open_page: Any) -> None:
    page = open_page(explain("f = 2 * sigmoid(x)", x=-1))
    page.keyboard.press("ArrowRight")
    assert "σ(x) = σ(−1) = 0.2689" in words(page)
    page.locator("#input-0").fill("1")
    assert "σ(x) = σ(1) = 0.7311" in words(page)
    page.focus("#after")
    page.keyboard.press("ArrowRight")
    assert "f = 2·v1 = 2·0.7311 = 1.462" in words(page)


def test_the_active_edge_is_lit(open_page: Any) -> None:
    page = open_page(lecture())
    page.click("#after")
    lit = page.locator("#picture g.edge.active")
    assert lit.count() == 3
    assert colour(page, "#picture g.edge.active path", "stroke") == LIGHT.value
    page.locator("#slider").fill("6")
    assert page.inner_text("#step-title") == "Backward, to x: contribution 3 of 4"
    assert page.locator("#picture g.edge.active text").all_text_contents() == ["−2", "−4"]
    assert colour(page, "#picture g.edge.active path", "stroke") == LIGHT.gradient


def test_paths_that_join_are_summed(open_page: Any) -> None:
    page = open_page(explain("f = x * y + x * x", x=3, y=2))
    page.keyboard.press("End")
    sums, drawn = [], []
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
        if page.locator(".sum").count():
            sums.append(page.text_content(".sum"))
            drawn.append(page.locator("#picture g.wire.t0 text.gradient").text_content())
    assert drawn == ["8", "6", "3"]
    assert sums == [
        "sum over paths, 3 of 3∂f∂x=3 + 3 + 2 = 8",
        "sum over paths, 2 of 3∂f∂x=3 + 3 = 6",
        "sum over paths, 1 of 3∂f∂x=3",
    ]
    page.keyboard.press("End")
    assert "8" in labels(page, "gradient")


def test_a_vector_result_has_no_way_back(open_page: Any) -> None:
    page = open_page(explain("f = x * 2", x=[1, 2]))
    page.keyboard.press("End")
    assert "no gradients" in words(page)
    assert labels(page, "gradient") == []


def test_all_numbers_follow_the_inputs(open_page: Any) -> None:
    page = open_page(lecture())
    page.keyboard.press("End")
    page.locator("#input-2").fill("2")
    assert labels(page, "value") == ["2", "5", "6", "q = 3", "−2"]
    assert page.locator("#sliders .slope > span").all_text_contents() == ["2", "2", "3"]
    typed = page.locator("#sliders input[type=text]").nth(0)
    typed.fill("1/3")
    typed.press("Enter")
    assert "q = 5.333" in labels(page, "value")
    assert float(page.locator("#input-0").input_value()) == pytest.approx(1 / 3, abs=0.05)
    page.locator("#slider").fill("4")
    assert "∂f/∂q = z = 2, is the contribution 2" in words(page)


def test_what_is_typed_wrong_is_put_back(open_page: Any) -> None:
    page = open_page(lecture())
    typed = page.locator("#sliders input[type=text]").nth(0)
    typed.fill("two")
    typed.press("Enter")
    assert typed.input_value() == "−2"


def test_a_typed_number_beyond_the_slider_moves_its_end(open_page: Any) -> None:
    page = open_page(lecture())
    typed = page.locator("#sliders input[type=text]").nth(0)
    typed.fill("1000")
    typed.press("Enter")
    assert page.locator("#input-0").get_attribute("max") == "1000"
    assert "q = 1005" in labels(page, "value")


def test_steps_of_descent(open_page: Any) -> None:
    page = open_page(explain("L = (w - 3) ** 2 + 0 * b", w=0, b=1))
    page.fill("#rate", "0.1")
    page.uncheck("#sliders input[type=checkbox] >> nth=1")
    page.click("#one-step")
    typed = page.locator("#sliders input[type=text]")
    assert typed.nth(0).input_value() == "0.6"
    page.click("#ten-steps")
    result = (3 * 0.8**11) ** 2
    assert f"After 11 steps L = {result:.4g}." == page.inner_text("#descent-words")
    assert page.locator("#plot circle").count() == 12
    assert typed.nth(1).input_value() == "1"
    page.click("#back")
    assert typed.nth(0).input_value() == "0"
    page.fill("#rate", "1e300")
    page.click("#ten-steps")
    assert "smaller rate" in page.inner_text("#descent-words")


def test_at_a_kink_moved_over(open_page: Any) -> None:
    page = open_page(explain("f = where(x > 1, x ** 2, relu(x))", x=2))
    page.keyboard.press("End")
    outputs = page.locator("#sliders .slope > span")
    assert outputs.all_text_contents() == ["4"]
    page.locator("#input-0").fill("0.5")
    assert outputs.all_text_contents() == ["1"]
    page.locator("#input-0").fill("-1")
    assert outputs.all_text_contents() == ["0"]


def test_arrays_have_no_sliders(open_page: Any) -> None:
    page = open_page(explain("f = sum(W * 2)", W=[1, 2]))
    assert page.is_hidden("#inputs")
    assert page.inner_text("#not-live") == "No sliders here: W is an array."


def test_an_array_is_shown_as_a_heat_map_with_its_rule(open_page: Any) -> None:
    page = open_page(explain("L = sum((W @ x) ** 2)", W=[[1, 2], [3, 4]], x=[1, -1]))
    page.hover("g.leaf >> nth=0")
    panel = page.locator("#inspector")
    assert panel.locator("h2").inner_text() == "W 2×2"
    assert panel.locator("table").nth(0).inner_text().split() == ["value", "1", "2", "3", "4"]
    gradient = panel.locator("table").nth(1).inner_text().split()
    assert gradient == ["gradient", "∂L/∂W", "−2", "2", "−2", "2"]
    rule = panel.locator(".row math").nth(1)
    assert rule.text_content() == "∂L∂v1x⊤"  # noqa: RUF001, the sign of a transpose
    assert colour(page, ".of-value td.of-10", "color") == LIGHT.ink
    page.hover("g.operation >> nth=0")
    assert panel.locator("h2").inner_text() == "v1 2"


def test_a_large_array_is_summed_up(open_page: Any) -> None:
    values = np.linspace(-1, 1, 1000)
    values[3] = np.nan
    page = open_page(explain(lambda W: np.nansum(W), W=values))
    page.hover("g.leaf >> nth=0")
    panel = page.inner_text("#inspector")
    for text in ("least\n−1", "greatest\n1", "not finite\n1"):
        assert text in panel
    assert page.locator("#inspector .histogram rect").count() >= 24
    assert "Histogram of value: entries from −1 to 1" in page.locator(".histogram").nth(
        0
    ).get_attribute("aria-label")
