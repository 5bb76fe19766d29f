"""What the tests of the page look at."""

import re
from typing import Any

from autograd import Explanation, explain


def lecture() -> Explanation:
    """Return the graph of the lecture slides."""
    return explain("q = x + y; f = q * z", x=-2, y=5, z=-4)


def labels(page: Any, what: str) -> list[str]:
    """Return the values or gradients in the picture that are known already, sorted."""
    found = page.locator(f"#picture text.{what}").all_text_contents()
    return sorted(text for text in found if text)


def words(page: Any) -> str:
    """Return the step in words."""
    text: str = page.inner_text("#step-words")
    return text


def colour(page: Any, selector: str, role: str) -> str:
    """Return a colour of an element, as hexadecimal digits."""
    script = "([s, p]) => getComputedStyle(document.querySelector(s))[p]"
    channels = re.findall(r"\d+", page.evaluate(script, [selector, role]))
    return "#" + "".join(f"{int(channel):02x}" for channel in channels[:3])
