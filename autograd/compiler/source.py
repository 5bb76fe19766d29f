"""The source of a program, for any target: names of inputs, headings, the return statement."""

import builtins
import keyword
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from types import CodeType
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds

from autograd.compiler.graph import Graph, Node
from autograd.compiler.numpy_target.lines import Namer
from autograd.compiler.parts import split_functions, split_paragraphs
from autograd.engine.tensor import Tensor
from autograd.errors import ShapeError
from autograd.transforms.trees import leaves_of, map_tree, paths_of, with_leaves

_RESERVED = ("program", "math", "memory", "aligned_memory")
_MANY = 8


@dataclass
class Code:
    """A program as text, and the globals that it uses."""

    source: str
    globals: dict[str, Any]

    def prepare(self) -> Callable[..., Any]:
        """Return the program as a function, with new buffers."""
        namespace = dict(self.globals)
        for code in self._codes:
            exec(code, namespace)
        made = namespace["program"]
        return made  # type: ignore[no-any-return]  # the source defines a function

    @cached_property
    def _codes(self) -> list[CodeType]:
        texts = self.source.split("\n\n")
        return [compile(text, "<compiled program>", "exec") for text in texts]


class Destination(NamedTuple):
    """An array of the caller into which a program writes a result, and its name."""

    name: str
    array: Any


@dataclass
class Form:
    """The form of the outputs of a program: nested as in `tree`, `wrapped` ones as tensors.

    Outputs with a destination in `into` are written there; with `copy`, others share no memory.
    """

    tree: Any
    wrapped: Sequence[bool]
    copy: bool = True
    into: Sequence[Destination | None] = ()


def find_destinations(into: Any, tree: Any) -> list[Destination | None]:
    """Return the destination of each result in `tree`; `into` has an array or `None` for it.

    A `None` may stand for several results. Raises `TypeError` for other structures and dtypes,
    `ShapeError` for other shapes, and `ValueError` for read-only or overlapping arrays.
    """
    found: list[Destination | None] = []
    paths = paths_of(into, "into")

    def note(array: Any, results: Any) -> None:
        path = next(paths)
        for x in leaves_of(results):
            if array is None or x is None:
                found.append(None)
                continue
            _require_fitting(path, array, x)
            # The last name of the path tells most.
            name = (re.findall(r"\w+(?='\])", path) or [path])[-1]
            found.append(Destination(name, array))

    map_tree(note, into, tree)
    _require_apart([destination for destination in found if destination is not None])
    return found


def _require_apart(wanted: list[Destination]) -> None:
    """Raise `ValueError` for destinations that share memory."""
    near: list[Destination] = []
    for x in sorted(wanted, key=lambda d: byte_bounds(d.array)):
        start, _ = byte_bounds(x.array)
        near = [y for y in near if byte_bounds(y.array)[1] > start]
        for y in near:
            if np.shares_memory(x.array, y.array):
                raise ValueError(f"into has the arrays {y.name} and {x.name} in the same memory")
        near.append(x)


def _require_fitting(path: str, array: Any, result: Any) -> None:
    dtype = getattr(result, "dtype", None)
    if not isinstance(array, np.ndarray) or dtype is None:
        raise TypeError(f"{path} is {type(array).__name__} for a result {type(result).__name__}")
    if array.shape != result.shape:
        raise ShapeError(f"{path} has the shape {array.shape}, the result has {result.shape}")
    if array.dtype != dtype:
        raise TypeError(f"{path} has the dtype {array.dtype}, the result has {dtype}")
    if not array.flags.writeable:
        raise ValueError(f"{path} is read-only, and a result is to be written there")


@dataclass
class Text:
    """A program under construction: names of its values and globals, and its lines."""

    graph: Graph
    form: Form
    namer: Namer = field(default_factory=Namer)
    names: dict[Node, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        used = {*self.namer.globals, *keyword.kwlist, *dir(builtins), *_RESERVED}
        for node in self.graph.inputs():
            self.names[node] = _pick_unused(_make_identifier(node.name), used)
        for node in self.graph.draws():
            self.names[node] = _pick_unused("draw", used)
        self.parameters = ", ".join(self.names.values())
        self.into: dict[int, str] = {}
        for k, destination in enumerate(self.form.into):
            if destination is not None:
                name = self.into[k] = _pick_unused(_make_identifier(destination.name), used)
                self.namer.globals[name] = destination.array
        self._numbers = iter(range(len(self.graph.steps)))
        self._sections = {node.section for node in self.graph.steps}
        self._section = ""

    def operand(self, x: Any) -> str:
        """Return a node or a constant as it stands in an expression."""
        return self.names[x] if isinstance(x, Node) else self.namer.format_literal(x)

    def fresh(self, stem: str) -> str:
        """Return a new name."""
        return f"{stem}{next(self._numbers)}"

    def add(self, node: Node, lines: Sequence[str]) -> None:
        """Add the lines of a step, below a heading where a section starts."""
        if len(self._sections) > 1 and node.section != self._section:
            self._section = node.section
            self.lines.append(f"# {node.section}")
        self.lines += lines

    def returns(self, outputs: Iterable[str], assigned: Iterable[str]) -> None:
        """Add the return statement."""
        texts = [
            f"{self.namer.name_function(Tensor, 'Tensor')}({text})" if flag else text
            for text, flag in zip(outputs, self.form.wrapped, strict=True)
        ]
        result = _format_tree(self.form.tree, iter(texts), self.namer)
        self.lines.append(f"return {', '.join([result, *assigned])}")

    def code(self, buffers: Sequence[str] = ()) -> Code:
        """Return the whole program, with lines that run once before it."""
        # As variables of an enclosing function, n buffers would take Python n^2 time to compile.
        program = [*split_paragraphs(buffers), *split_functions(self.parameters, self.lines)]
        header = _format_header([*self.graph.inputs(), *self.graph.draws()], self.names)
        if self.into:
            header.append(
                f"# {_format_names(list(self.into.values()))}: arrays that are written into"
            )
        return Code("\n".join([*header, *program]) + "\n", self.namer.globals)


def _make_identifier(name: str | None) -> str:
    """Return the name of a tensor, or the path to an argument, as an identifier."""
    stem = re.sub(r"\W+", "_", name or "w").strip("_") or "w"
    # Steps, buffers and constants have names of one letter and a number.
    return (
        f"_{stem}" if stem[0].isdigit() or re.fullmatch(r"([btvc]|zeros|part)\d+", stem) else stem
    )


def _pick_unused(stem: str, used: set[str]) -> str:
    name, n = stem, 1
    while name in used:
        n += 1
        name = f"{stem}_{n}"
    used.add(name)
    return name


def _format_header(inputs: Sequence[Node], names: dict[Node, str]) -> list[str]:
    """Return comments about the inputs; of many of one kind they name the first and the last."""
    lines = []
    for kind, group in groupby(inputs, _describe):
        lines.append(f"# {_format_names([names[x] for x in group])}: {kind}")
    return lines


def _format_names(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) < _MANY else f"{names[0]}, ..., {names[-1]}"


def _describe(x: Node) -> str:
    if x.is_weak:
        return type(x.value).__name__
    kind = f"{x.dtype} {x.shape}" if x.shape else f"{x.dtype}"
    return kind if x.op is None else f"{kind}, at random"


def _format_tree(tree: Any, texts: Iterator[str], namer: Namer) -> str:
    """Return the results as text, nested as in `tree`."""
    if type(tree) is tuple:
        inside = ", ".join(_format_tree(x, texts, namer) for x in tree)
        return f"({inside},)" if len(tree) == 1 else f"({inside})"
    if type(tree) is list:
        return f"[{', '.join(_format_tree(x, texts, namer) for x in tree)}]"
    if type(tree) is dict and all(type(key) in (str, int) for key in tree):
        pairs = (f"{key!r}: {_format_tree(x, texts, namer)}" for key, x in tree.items())
        return "{" + ", ".join(pairs) + "}"
    if list(paths_of(tree)) == [""]:
        return next(texts)
    form = namer.name_object("form", map_tree(lambda _: None, tree))
    leaves = ", ".join(next(texts) for _ in leaves_of(tree))
    return f"{namer.name_function(with_leaves, 'with_leaves')}({form}, [{leaves}])"


def has_memory(x: Any) -> bool:
    """Return whether a result is an array, which could share memory."""
    return bool(x.shape) if isinstance(x, Node) else isinstance(x, np.ndarray)
