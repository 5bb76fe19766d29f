"""The names of claims: `q`, `W[0, 1]`, `df/dx`, `dL/dW[0, 1]`, `dp[0]/dz`."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

from autograd.errors import WorksheetError

Index = tuple[int, ...]

_PLACE = r"(?P<{0}>\w+)(?:\[(?P<{0}_index>-?\d{{1,9}}(?:,-?\d{{1,9}})*),?\])?"
_VALUE = re.compile(_PLACE.format("name"))
_DERIVATIVE = re.compile(f"[d∂]{_PLACE.format('name')}/[d∂]{_PLACE.format('wrt')}")


@dataclass(frozen=True)
class Quantity:
    """The subject of a claim: a value of the program, or the derivative of one by another.

    With `after`, it is the quantity after the update.
    """

    name: str
    index: Index = ()
    wrt: str | None = None
    wrt_index: Index = ()
    after: bool = False

    def __str__(self) -> str:
        name = f"{self.name}{_format_index(self.index)}"
        if self.wrt is not None:
            name = f"d{name}/d{self.wrt}{_format_index(self.wrt_index)}"
        return f"{name} after" if self.after else name

    @classmethod
    def parse(cls, text: str, names: Collection[str], after: bool = False) -> "Quantity":
        """Parse the name of a claim about a program with these names; spaces are ignored.

        Raises `WorksheetError` for a name that the program does not have.

        >>> Quantity.parse("d f / d W[0,1]", ["W", "f"])
        Quantity(name='f', index=(), wrt='W', wrt_index=(0, 1), after=False)
        """
        plain = re.sub(r"\s", "", text)
        if found := _VALUE.fullmatch(plain):
            quantity = cls(found["name"], _parse_index(found["name_index"]), after=after)
        elif found := _DERIVATIVE.fullmatch(plain):
            index, wrt_index = _parse_index(found["name_index"]), _parse_index(found["wrt_index"])
            quantity = cls(found["name"], index, found["wrt"], wrt_index, after)
        else:
            raise WorksheetError(
                f"the name of a claim is like f, df/dx or dL/dW[0, 1], not {text[:40]!r}"
            )
        for name in (quantity.name, quantity.wrt):
            if name is not None and name not in names:
                raise WorksheetError(_explain_unknown(name, text, names))
        return quantity


def _parse_index(text: str | None) -> Index:
    return tuple(map(int, text.split(","))) if text else ()


def _format_index(index: Index) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def _explain_unknown(name: str, text: str, names: Collection[str]) -> str:
    if name[:1] == "d" and name[1:] in names and name == text:
        return f"the claim {name} could be many derivatives; say which, as in df/{name}"
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]}?" if near else f"its names are {', '.join(names)}"
    return f"claim {text[:40]!r}: the program has no {name[:40]}; {hint}"
