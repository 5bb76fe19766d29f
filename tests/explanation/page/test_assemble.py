"""The page as a file: what is in it, that nothing breaks out, and when it cannot be made."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import RendererNotFound, Tensor, explain, variables
from autograd.explanation import numbers, render
from autograd.explanation.page.arrays import to_json
from autograd.explanation.page.assemble import render_page
from tests.explanation.page.looking import lecture


def source(explanation: Any, **options: Any) -> str:
    return render_page(explanation.account, explanation.program, **options)


def data_of(document: str) -> Any:
    found = re.search(r'id="data">(.*?)</script>', document, re.S)
    assert found
    return json.loads(found[1])


def test_the_file_stands_alone(tmp_path: Path) -> None:
    path = lecture().html(tmp_path / "deep" / "f.html")
    text = path.read_text("utf-8")
    assert text == source(lecture())
    assert text.startswith("<!doctype html>")
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", text))
    assert (
        addresses
        == {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1998/Math/MathML",
            "http://www.w3.org/1999/xlink",
        }
        & addresses
    )
    assert not re.search(r"<link|@import|url\(|<img|src=|fetch\(|XMLHttpRequest|WebSocket", text)


def test_the_browser_may_run_these_scripts_only() -> None:
    text = source(lecture())
    policy = re.search(r'Content-Security-Policy"\s+content="(.*?)"', text)
    assert policy
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.S)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.S)
    for kind, content in (("script", script), ("style", style)):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy[1]
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


def test_it_is_the_same_text_every_time() -> None:
    assert source(lecture()) == source(lecture())


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", "<!--", "]]>", "${x}", "$"])
def test_names_stay_inside_their_places(name: str) -> None:
    x = Tensor(2.0, requires_grad=True, name=name)
    text = source(explain(x * x))
    assert text.count("<script") == 3
    assert text.count("</script>") == 3
    assert data_of(text)["tensors"][0]["name"] == name


def test_mistakes_go_to_their_quantities() -> None:
    mistakes = {"q": [(-7.0, "subtracted")], "df/dq": [(4.0, "sign flipped")], "g": [(1, "")]}
    tensors = {x["name"]: x for x in data_of(source(lecture(), mistakes=mistakes))["tensors"]}
    assert tensors["q"]["mistakes"] == {
        "value": [[-7.0, "subtracted"]],
        "gradient": [[4.0, "sign flipped"]],
    }
    assert tensors["x"]["mistakes"] == {"value": [], "gradient": []}


def test_bounds_go_to_their_quantities() -> None:
    explanation = explain("f = relu(x)", x=0)
    tensors = data_of(source(explanation, bounds={"df/dx": (0.0, 1.0)}))["tensors"]
    assert [x["bounds"] for x in tensors] == [{"gradient": [0.0, 1.0]}, {}]


@pytest.mark.parametrize("sign", [-1, 1])
def test_numbers_stand_in_formulas_as_in_the_text(sign: int) -> None:
    """Parentheses of a function stay, those of a negative number come and go with its sign."""
    text = "a = sigmoid(x) + ln * x; b = (x - y) * x ** 2; c = -y / 0.5 + x * x - maximum(y, -1)"
    text += "; d = abs(y) + sqrt(y * y) + 2 ** x + exp(-x); f = a + b * c + d ** y"
    # From an account at other signs, as when inputs are moved.
    explanation = explain(text.replace("ln", "log2(z)"), x=2.0, y=-3.0, z=4.0)
    moved = explain(text.replace("ln", "log2(z)"), x=sign * 2.5, y=sign * 1.5, z=8.0).account
    data = data_of(source(explanation))
    for step, now in zip(data["steps"], moved.steps, strict=True):
        values = [numbers.format_number(moved.tensors[t].data) for t in step["operands"]]

        def fill(found: re.Match[str], values: list[str] = values) -> str:
            value = values[int(found[2])]
            wrapped = found[1] == "\ue001" and value.startswith("−")
            return f"({value})" if wrapped else value

        filled = re.sub(r"([\ue000\ue001])(\d+)\1", fill, step["numbers"])
        # An exponent that is no constant is written without superscripts.
        if now.tensor.op is not None and now.tensor.op.name != "power":
            assert filled == moved.format_substituted(now)


def test_values_of_every_kind() -> None:
    assert to_json(np.float64(np.inf)) == "inf"
    assert to_json(np.bool_(True)) == 1.0
    assert to_json(np.array([1 / 3, np.nan]))["entries"] == [0.333333, "nan"]
    assert to_json(np.array([1 + 2j])) == {"shape": [1], "text": "[1 + 2i]"}
    assert to_json(np.zeros((0, 3)))["entries"] == []
    large = to_json(np.arange(1000.0).reshape(10, 100))
    assert large["figures"]["greatest"] == 999
    assert sum(large["histogram"]) == 1000
    assert "histogram" not in to_json(np.full(1000, np.nan))
    assert to_json(np.array([-1e308, 1e308] * 500))["not finite"] == 0
    assert to_json(np.array([1.0, np.nextafter(1, 2)] * 500))["not finite"] == 0


def test_many_arrays_are_summed_up_sooner() -> None:
    layers = nn.Sequential(*(nn.Linear(15, 15, seed=i) for i in range(60)))
    tensors = data_of(source(explain(lambda x: np.sum(layers(x)), x=np.ones(15))))["tensors"]
    entries = sum(len(x["value"].get("entries", ())) for x in tensors if x["shape"])
    assert entries < 40_000
    assert any("figures" in x["value"] for x in tensors if x["shape"])


def test_what_is_no_scalar_has_a_page_too() -> None:
    data = data_of(source(explain("f = W @ x", W=[[1, 2], [3, 4]], x=[5, 6])))
    assert data["tensors"][data["root"]]["gradient"] is None
    x = variables(x=2.0)
    assert data_of(source(explain(x)))["steps"] == []


def test_a_complex_and_a_random_step() -> None:
    x = Tensor(np.array([1 + 1j]), requires_grad=True, name="x")
    assert not data_of(source(explain(np.sum(np.abs(x)))))["live"]


def test_without_a_renderer_there_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(render.shutil, "which", lambda *_, **__: None)
    with pytest.raises(RendererNotFound, match="install it with"):
        lecture().html(tmp_path / "f.html")
    assert not (tmp_path / "f.html").exists()
    assert lecture()._repr_html_() is None
