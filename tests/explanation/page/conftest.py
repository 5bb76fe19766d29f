"""A real browser for the tests of the page; without one they are skipped, and say why."""

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import autograd

OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window, which fetches nothing by itself."""
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install it")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open an explanation's page from disk; at the end no error may have occurred there."""
    contexts, wrong = [], []

    def open_(explanation: "autograd.Explanation", mistakes: Any = None, **options: Any) -> Any:
        path = explanation.html(tmp_path / "page.html", mistakes=mistakes)
        options = {"viewport": {"width": 1280, "height": 900}} | options
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        own = path.as_uri()
        page.on("request", lambda request: request.url == own or wrong.append(request.url))
        page.goto(own)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def run_script(browser: Any) -> Iterator[Callable[..., Any]]:
    """Evaluate JavaScript that can use some of the page's scripts, on an empty page."""
    page = browser.new_page()

    def run(scripts: str, expression: str, argument: Any = None) -> Any:
        folder = files("autograd.explanation.page")
        sources = [folder.joinpath(f"{name}.js").read_text("utf-8") for name in scripts.split()]
        return page.evaluate(
            "\n".join(["(argument) => {", *sources, f"return {expression}; }}"]), argument
        )

    yield run
    page.close()
