"""The pictures of a page: the graph with one group of steps open at a time, as SVG.

Graphviz lays them out. Then its colours and fonts are removed, for the style of the page, and every
text is centred at its place, where the page will put other numbers.
"""

import re
import xml.etree.ElementTree as ET

from autograd.explanation.drawing import Drawing, PictureStyle
from autograd.explanation.groups import Group
from autograd.explanation.palette import LIGHT
from autograd.explanation.render import render
from autograd.explanation.steps import Account

MOST_MEMBERS = 48
"""Most steps in a row; more fold into blocks of this size."""

_SVG = "{http://www.w3.org/2000/svg}"
_ROLES = {LIGHT.value: "value", LIGHT.gradient: "gradient", LIGHT.faint: "faint"}
_GEOMETRY = {"viewBox", "d", "points", "cx", "cy", "rx", "ry", "x", "y", "width", "height"}
_KEPT = _GEOMETRY | {"class", "transform"}
_DECIMAL = re.compile(r"-?\d+\.\d+")
_GAP_SIZE = "3.00"
"""Font size of the empty line that keeps labels clear of their edge; it marks their middle."""


def draw_pictures(known: Account, whole: Group) -> list[str]:
    """Return the whole graph for each group, with that group and those around it open.

    Raises the errors of `render`.
    """
    style = PictureStyle(marked=True)
    sources = [Drawing(known, whole, set(g.way()), style).graph.source for g in whole.walk()]
    answer = render("\n".join(sources), "svg").decode()
    documents = [part for part in re.split(r"(?=<\?xml )", answer) if part]
    return [_restyled(document) for document in documents]


def _restyled(document: str) -> str:
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    svg = ET.fromstring(document)
    width, height = (float(svg.attrib[side].rstrip("pt")) for side in ("width", "height"))
    for part in list(svg.iter(f"{_SVG}g")):
        part.text = None
        _center(part)
        _square(part)
        part.attrib.pop("id", None)
        for child in list(part):
            if child.tag in (f"{_SVG}title", f"{_SVG}polygon") and part.get("class") == "graph":
                # The page has its own background, and the name `chalkgrad` would show as a tip.
                part.remove(child)
            elif child.tag == f"{_SVG}title":
                part.remove(child)
    for element in svg.iter():
        if element.tag == f"{_SVG}text":
            _restyle_text(element)
        for name in list(element.attrib):
            if name not in _KEPT:
                del element.attrib[name]
            elif name in _GEOMETRY:
                element.set(
                    name, _DECIMAL.sub(lambda x: f"{float(x[0]):.1f}", element.get(name, ""))
                )
        element.tail = None
    svg.attrib |= {"width": f"{width:.0f}", "height": f"{height:.0f}", "class": "picture"}
    return ET.tostring(svg, encoding="unicode")


def _restyle_text(text: ET.Element) -> None:
    text.text = (text.text or "").strip()
    role = _ROLES.get(text.get("fill", ""))
    if role:
        text.set("class", role)


def _center(part: ET.Element) -> None:
    """Set the texts of a node or label to its middle."""
    texts = part.findall(f"{_SVG}text")
    gaps = [text for text in texts if text.get("font-size") == _GAP_SIZE]
    middle = _middle(part) if not gaps else float(gaps[0].attrib["x"])
    for text in texts:
        if text in gaps:
            part.remove(text)
        elif middle is not None:
            text.set("x", f"{middle:.2f}")


def _square(part: ET.Element) -> None:
    """Replace the outline of a rounded box, which Graphviz draws piece by piece, by a `rect`."""
    outline = part.find(f"{_SVG}path")
    if outline is None or "edge" in part.attrib["class"].split():
        return
    (left, right), (top, bottom) = _extent(outline.attrib.pop("d"))
    outline.tag = f"{_SVG}rect"
    sides = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    outline.attrib |= {name: f"{side:.2f}" for name, side in sides.items()}
    outline.set("rx", f"{min(12, (bottom - top) / 4):.2f}")


def _extent(coordinates: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the horizontal and the vertical range of a row of points."""
    numbers = [float(x) for x in re.findall(r"-?[\d.]+", coordinates)]
    return (min(numbers[::2]), max(numbers[::2])), (min(numbers[1::2]), max(numbers[1::2]))


def _middle(part: ET.Element) -> float | None:
    for shape in part:
        if "cx" in shape.attrib:
            return float(shape.attrib["cx"])
        coordinates = shape.get("points", shape.get("d"))
        if coordinates:
            return sum(_extent(coordinates)[0]) / 2
    return None
