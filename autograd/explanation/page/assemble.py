"""The page as HTML; the only place where text becomes part of HTML.

Every text from outside goes through `html.escape`, or into a data block that has no `<`. The
scripts and the style are the files beside this one; the page's content security policy allows the
browser to run these and nothing else, and to fetch nothing.
"""

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from string import Template
from typing import Any

from autograd.explanation.groups import group_steps
from autograd.explanation.page.data import Bounds, Mistakes, collect_page_data
from autograd.explanation.page.javascript import NotLiveError, javascript
from autograd.explanation.page.pictures import MOST_MEMBERS, draw_pictures
from autograd.explanation.palette import DARK, LIGHT, Palette
from autograd.explanation.steps import Account
from autograd.explanation.text import format_inputs, to_text

_SCRIPTS = (
    *("functions", "elements", "numbers", "mathematics", "marking", "arrays"),
    *("moments", "picture", "card", "inputs", "quiz", "page"),
)
"""Scripts, each after those that it uses."""

_MOST_IN_HEAD = 240
"""Most characters of the program, and of its inputs' values."""

_STRENGTHS = range(1, 11)


def render_page(
    known: Account,
    program: str,
    mistakes: Mistakes | None = None,
    bounds: Bounds | None = None,
) -> str:
    """Return the page as HTML.

    Raises the errors of `render` where the graph cannot be laid out.
    """
    whole = group_steps(known.steps, known.scopes)
    whole.split(MOST_MEMBERS)
    try:
        compute, why = javascript(known), None
    except NotLiveError as reason:
        compute, why = "null", str(reason)
    data = collect_page_data(known, whole, why is None, mistakes or {}, bounds or {})
    data["why"] = why
    drawn = draw_pictures(known, whole)
    script = _script(compute)
    style = _style()
    return Template(_file("page.html")).substitute(
        title=_text(f"{known.names[known.root]} and its gradient"),
        program=_text(_short(program, f"{known.names[known.root]}, in {len(known.steps)} steps")),
        given=_text(_short(format_inputs(known), f"{len(known.leaves)} inputs")),
        text=_text(to_text(known, program)),
        picture=drawn[0],
        data=_json(data),
        pictures=_json(drawn[1:]),
        script=script,
        script_hash=_hash(script),
        style=style,
        style_hash=_hash(style),
    )


def embed_in_frame(document: str) -> str:
    """Return a page in a frame, isolated from the page around it, such as a notebook."""
    return (
        '<iframe style="width: 100%; height: 46rem; border: 0" '
        f'title="Explanation" sandbox="allow-scripts" srcdoc="{_text(document)}"></iframe>'
    )


def _short(text: str, instead: str) -> str:
    """Return a text for the head of the page, or a replacement if it would fill the screen."""
    return text if len(text) <= _MOST_IN_HEAD else instead


def _file(name: str) -> str:
    return files("autograd.explanation.page").joinpath(name).read_text(encoding="utf-8")


def _script(compute: str) -> str:
    sources = [_file(f"{name}.js") for name in _SCRIPTS]
    program = f"// The program of this page, forward and backward.\nconst compute = {compute};\n"
    return "\n".join(["(() => {", '"use strict";', sources[0], program, *sources[1:], "})();"])


def _style() -> str:
    """Return the style, with the colours of the palette as variables."""
    light, dark = (_variables(palette) for palette in (LIGHT, DARK))
    colours = (
        f":root {{ {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )
    heat = "\n".join(
        f".heat .{side}.of-{k} {{ background: color-mix(in srgb, var(--{side}) {7 * k}%, "
        "var(--fill)); }"
        for side in ("warm", "cool")
        for k in _STRENGTHS
    )
    return colours + Template(_file("page.css")).substitute(heat=heat)


def _variables(palette: Palette) -> str:
    return " ".join(f"--{role}: {colour};" for role, colour in asdict(palette).items())


def _hash(source: str) -> str:
    """Return the hash that a content security policy has for an inline script or style."""
    digest = hashlib.sha256(source.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _text(text: str) -> str:
    return html.escape(_sound(text))


def _json(value: Mapping[str, Any] | list[str]) -> str:
    """Return JSON that contains no tag, no comment and no end of a script for HTML."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _sound(text).replace("<", "\\u003c")


def _sound(text: str) -> str:
    """Return text that can be encoded: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
