"""The quiz: what it hides, how it marks, what it says."""

from typing import Any

from tests.explanation.page.looking import labels, lecture


def test_the_quiz_hides_marks_and_explains(open_page: Any) -> None:
    page = open_page(lecture(), mistakes={"df/dx": [(4.0, "sign flipped")]})
    page.click("#quiz-button")
    assert labels(page, "value").count("?") == 2
    assert set(labels(page, "gradient")) == {"?"}
    cells = page.locator("#quiz-cells li")
    assert cells.locator("label .unseen").all_text_contents() == [
        *("q", "f", "∂f/∂f", "∂f/∂q", "∂f/∂x", "∂f/∂y", "∂f/∂z")
    ]
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    assert cells.nth(0).locator(".verdict").inner_text() == "✓ right"
    assert "q = 3" in labels(page, "value")
    assert page.evaluate("document.activeElement.id") == "cell-1"
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    assert cells.nth(1).locator(".verdict").inner_text() == "✗ not yet"
    page.fill("#cell-4", "4")
    page.press("#cell-4", "Enter")
    assert cells.nth(4).locator(".verdict").inner_text() == "✗ not yet: sign flipped"
    page.fill("#cell-4", "four")
    page.press("#cell-4", "Enter")
    assert "Type a number" in cells.nth(4).locator(".verdict").inner_text()
    assert page.inner_text("#score") == "1 of 7 right"
    cells.nth(1).locator("button").click()
    assert cells.nth(1).locator(".verdict").inner_text() == "It is −12."
    for i, answer in {2: "1", 3: "-4", 4: "-4.0", 5: "−4", 6: "3"}.items():
        page.fill(f"#cell-{i}", answer)
        page.press(f"#cell-{i}", "Enter")
    assert page.inner_text("#score") == "6 of 7 right"
    assert "?" not in labels(page, "value") + labels(page, "gradient")
    page.click("#quiz-end")
    assert page.is_visible("#step-words")
    assert page.is_hidden("#quiz-cells")


def test_the_quiz_starts_from_the_numbers_given(open_page: Any) -> None:
    page = open_page(lecture())
    page.locator("#input-0").fill("0")
    page.click("#quiz-button")
    page.keyboard.type("3.0")
    page.keyboard.press("Enter")
    assert page.locator("#verdict-0").inner_text() == "✓ right"


def test_nothing_else_tells_what_the_quiz_asks(open_page: Any) -> None:
    page = open_page(lecture())
    page.hover("g.operation >> nth=0")
    page.click("#quiz-button")
    page.hover("g.operation >> nth=1")
    shown = page.locator("body").inner_text() + " ".join(
        page.locator("[aria-label]").evaluate_all(
            "all => all.map(e => e.getAttribute('aria-label'))"
        )
    )
    assert "−12" not in shown
    assert "= 3" not in shown
