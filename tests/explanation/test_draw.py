"""The picture: what stands where, stable text, escaped names, and no trace left behind."""

import html
import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import ShapeError, StaleGraphError, Tensor, draw, explain, save, variables
from autograd.engine.walk import ancestors
from autograd.explanation import naming
from autograd.explanation.palette import LIGHT


def lecture() -> Tensor:
    x, y, z = variables(x=-2, y=5, z=-4)
    q = x + y
    q.name = "q"
    f: Tensor = q * z
    f.name = "f"
    return f


def edges(source: str) -> dict[tuple[str, str], list[str]]:
    """For every edge, by the labels of its ends, the visible lines of its label."""
    source = html.unescape(source)
    nodes = dict(re.findall(r"^\t(\w+) \[label=<([^\n]*?)> ", source, re.M))
    found = {}
    edge = re.compile(r"^\t(\w+) -> (\w+)(?: \[label=<(.*?)>[ \]\n])?", re.M)
    for tail, head, label in edge.findall(source):
        lines = [re.sub("<.*?>", "", line) for line in label.split("<BR/>")[:-1]]
        found[nodes.get(tail, tail), nodes.get(head, head)] = lines
    return found


def test_lecture_graph() -> None:
    assert edges(draw(lecture()).source) == {
        ("x", "+"): ["−2", "−4"],
        ("y", "+"): ["5", "−4"],
        ("+", "×"): ["q = 3", "−4"],
        ("z", "×"): ["−4", "3"],
        ("×", "f"): ["−12", "1"],
    }


def test_values_are_above_gradients_in_the_documented_colours() -> None:
    source = draw(lecture()).source
    label = f'<FONT COLOR="{LIGHT.value}">q = 3</FONT><BR/><FONT COLOR="{LIGHT.gradient}">−4</FONT>'
    assert label in source


def test_leaves_and_result_are_boxes_and_operations_circles() -> None:
    source = draw(lecture()).source
    assert len(re.findall(r"shape=box style=\"rounded,filled\"", source)) == 3
    assert len(re.findall("shape=circle", source)) == 2
    assert len(re.findall(r"shape=box style=rounded\]", source)) == 1


def test_without_gradients() -> None:
    assert edges(draw(lecture(), grads=False).source)["+", "×"] == ["q = 3"]
    a = Tensor(1.0, name="a")
    assert edges(draw(a * a).source) == {("f", "f"): ["1"]}


def test_local_derivatives() -> None:
    found = edges(draw(lecture(), local=True).source)
    assert found["+", "×"] == ["q = 3", "−4", "local z = −4"]
    assert found["x", "+"] == ["−2", "−4", "local 1"]


def test_constants_are_grey_and_their_own() -> None:
    x = variables(x=3.0)
    source = draw(2 * x + 2).source
    assert len(re.findall(rf"label=<2> .*?fontcolor=\"{LIGHT.faint}\"", source)) == 2


def test_a_value_used_twice_forks_and_shows_each_contribution() -> None:
    x = variables(x=3.0)
    source = draw(x * x + x).source
    fork = re.search(r"(\w+) \[label=\"\" .*shape=point", source)
    assert fork
    assert "n0 -> n0f" in source
    lines = [re.sub("<.*?>", "", line) for line in re.findall(r"n0f -> .*", source)]
    assert sum("3" in line for line in lines) == 2
    assert sum("1" in line.partition("label")[2] for line in lines) == 1
    assert re.search(r'n0 -> n0f \[label=<<FONT COLOR="#0b6e4f">3</FONT>.*>7</FONT>', source)


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_directions(direction: Any) -> None:
    assert f"rankdir={direction}" in draw(lecture(), direction=direction).source


def test_large_arrays_show_shape_and_norm() -> None:
    W = Tensor(np.full((5, 4), 2.0), requires_grad=True, name="W")
    root = np.sum(W)
    assert edges(draw(root).source)["W", "Σ"] == ["5×4, norm 8.944", "5×4, norm 4.472"]
    assert edges(draw(root, values="shape").source)["W", "Σ"] == ["5×4", "5×4"]
    assert edges(draw(np.sum(W[0]), values="full").source)["getitem", "Σ"][0] == "v1 = [2, 2, 2, 2]"


def test_the_text_is_the_same_every_run() -> None:
    code = """
import numpy as np
from autograd import Tensor, draw, variables
x, y = variables(x=[1.0, 2.0], y=3.0)
print(draw(np.sum(np.exp(x * y) + x)).source)
"""
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


def test_drawing_leaves_no_trace() -> None:
    f = lecture()
    q = f.inputs[0]
    calls: list[Any] = []
    q.register_hook(calls.append)
    q.retain_grad()
    draw(f)
    str(explain(f))
    assert calls == []
    assert all(x.grad is None for x in (*q.inputs, f.inputs[1]))
    f.backward()
    before = draw(f).source
    assert [x.grad for x in q.inputs] == [-4, -4]
    assert before == draw(lecture()).source


HOSTILE = [
    "<script>alert(1)</script>",
    '"]; evil [label="',
    "a\\nb",
    "back\\",
    *("\\Gamma", "\\Eta", "\\Nu", "x\\N", "\\H\\T\\L\\l\\r", "two\\\\", "\\"),
    "&amp;",
    "line\nbreak",
    "nul\0",
    "\ud800",
    "",
    " ",
    "→ ∂",
    "{a|b}",
    "%s",
    "</FONT>",
    "😀",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_letter_by_letter(name: str, tmp_path: Path) -> None:
    x, y = Tensor(2.0, requires_grad=True, name=name), Tensor(3.0, requires_grad=True, name="y")
    f = x * y
    f.name = name
    path = save(f, tmp_path / "picture.svg")
    root = ET.parse(path).getroot()
    assert not [e for e in root.iter() if e.tag.endswith("script")]
    texts = ["".join(e.itertext()) for e in root.iter() if e.tag.endswith("}text")]
    if name.isprintable() and name.strip() and name.isascii():
        assert name in texts
    str(explain(f))
    explain(f).markdown()
    explain(f).latex()


def test_two_tensors_of_one_name_are_told_apart() -> None:
    a, b = Tensor(2.0, requires_grad=True, name="x"), Tensor(3.0, requires_grad=True, name="x")
    assert explain(a * b).to_dict()["inputs"] == {"x": 2.0, "x_1": 3.0}


@pytest.mark.parametrize("suffix", [".svg", ".png", ".dot"])
def test_save(suffix: str, tmp_path: Path) -> None:
    path = save(lecture(), tmp_path / f"f{suffix}")
    content = path.read_bytes()
    start = {".svg": b"<?xml", ".png": b"\x89PNG", ".dot": b"digraph"}[suffix]
    assert content.startswith(start)


def test_save_refuses_other_suffixes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="svg"):
        save(lecture(), tmp_path / "f.gif")


def test_draw_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(TypeError, match="draw takes a tensor or an explanation, got int"):
        draw(3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="direction must be one of LR, RL, TB, BT, got 'up'"):
        draw(lecture(), direction="up")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="values must be one of"):
        draw(lecture(), values="all")  # type: ignore[arg-type]


def test_a_leaf_alone_can_be_drawn() -> None:
    x = variables(x=2.0)
    assert edges(draw(x).source) == {("x", "x"): ["2", "1"]}


def test_masks_and_constants_of_the_graph_are_drawn_without_gradients() -> None:
    x = variables(x=[1.0, -1.0])
    source = draw(np.sum(np.where(x > 0, x, 0))).source
    assert edges(source)[">", "where"] == ["v1 = [1, 0]"]


def test_a_stale_graph_is_refused() -> None:
    x = variables(x=2.0)
    f = x * x
    x.assign(3.0)
    with pytest.raises(StaleGraphError, match="tensor 'x'"):
        draw(f)


def test_a_graph_of_two_thousand_steps() -> None:
    x = variables(x=1.0)
    y = x
    for _ in range(1000):
        y = autograd.sigmoid(y * x)
    assert draw(y).source.count("shape=circle") == 2000


def test_a_gradient_of_a_vector_is_not_drawn() -> None:
    x = variables(x=[1.0, 2.0])
    assert edges(draw(x * x).source)["×", "f"] == ["[1, 4]"]
    with pytest.raises(ShapeError):
        (x * x).backward()


@pytest.mark.parametrize("name", [None, "h"])
def test_the_work_of_naming_grows_with_the_number_of_steps(
    name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def counted(start: int) -> Iterator[int]:
        nonlocal tries
        for i in itertools.count(start):
            tries += 1
            yield i

    monkeypatch.setattr(naming, "count", counted)
    y = variables(x=1.0)
    for _ in range(1000):
        y = y + 1
        y.name = name
    names = naming.assign_names(ancestors([y]), y, {})
    assert len(set(names.values())) == len(names) > 1000
    assert tries <= 1001


def test_numbered_names_pass_over_those_that_are_taken() -> None:
    x = variables(x=1.0)
    a = x + 1
    a.name = "v1"
    b = a + 1
    c = b + 1
    c.name = "v2"
    y = c + 1 + 1
    found = naming.assign_names(ancestors([y]), y, {})
    assert [found[t] for t in (x, a, b, c, y.inputs[0], y)] == ["x", "v1", "v3", "v2", "v4", "f"]
