"""Write docs/functions.md: what every NumPy function does with tensors, out of the registry."""

import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import autograd
import autograd.ops
from autograd.engine.declare import Primitive
from autograd.engine.dispatch import METHODS, UNSUPPORTED
from autograd.engine.tensor import FUNCTIONS

PAGE = Path(__file__).parent / "functions.md"
NAMESPACES = {
    "np": np,
    "np.linalg": np.linalg,
    "np.fft": np.fft,
    "np.emath": np.emath,
    "np.lib.stride_tricks": np.lib.stride_tricks,
}
HEAD = """\
# Functions

What each function does with tensors. This page is made from the registry by `make docs`; the tests
fail if it says anything else, or if NumPy dispatches a function that is not on it.

The second column says how the derivative is known: *elementwise* by a slope for each operand,
*linear* by a transpose, *bilinear* by one for each side, *primitive* by a rule for each mode;
a *composite* is made of other functions of this page and needs no rule. All of them have
derivatives of any order, in reverse and forward mode. The result of a *constant* does not move
with its operands: it is recorded, but nothing flows through it. So are random numbers that
`autograd.sample` draws. `autograd.operations` maps the name of each operation to its declaration.

A keyword that the rules do not know raises `NotDifferentiableError`, and so does every function
without a rule. To functions that NumPy does not dispatch, such as `np.asarray`, `np.array` and
`np.r_`, a tensor that is recorded is a `ConversionError`: nowhere is a gradient dropped in silence.
"""


def is_dispatched(function: Any) -> bool:
    """Whether NumPy asks a tensor among the arguments what the function is to do."""
    return isinstance(function, np.ufunc) or hasattr(function, "_implementation")


def numpy_functions() -> dict[Any, list[str]]:
    """Yield the public functions that NumPy dispatches, each with its names, its own name first."""
    found: dict[Any, list[str]] = defaultdict(list)
    for prefix, namespace in NAMESPACES.items():
        for name, function in sorted(vars(namespace).items()):
            if not name.startswith("_") and is_dispatched(function):
                found[function].append(f"{prefix}.{name}")
    for function, names in found.items():
        names.sort(key=lambda name: (not name.endswith(f".{function.__name__}"), len(name), name))
    return dict(found)


def modules() -> Iterator[ModuleType]:
    """Return the modules of operations."""
    for module in pkgutil.iter_modules(autograd.ops.__path__):
        yield importlib.import_module(f"autograd.ops.{module.name}")


def home(function: Any) -> str:
    """Return the module in which an operation or composite is declared."""
    if isinstance(function, Primitive):
        return next(m.__name__ for m in modules() if function in vars(m).values())
    return str(function.__module__)


def kind(function: Callable[..., Any], name: str) -> str:
    """How the derivative is known of what stands in the registry, or among our own functions.

    A composite that only sorts out the arguments of an operation of its own name is of its kind.
    """
    if isinstance(function, Primitive):
        return function.kind
    if not getattr(function, "differentiable", True):
        return "constant"
    core = vars(sys.modules[home(function)]).get(name)
    return core.kind if isinstance(core, Primitive) and core.differentiable else "composite"


def rows() -> dict[str, list[tuple[str, str]]]:
    """Return function and kind, by the module that declares it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for function, names in numpy_functions().items():
        if function in FUNCTIONS:
            entry = FUNCTIONS[function]
            called = ", ".join(f"`{name}`" for name in names)
            found[home(entry)].append((called, kind(entry, function.__name__)))
    for name in autograd.__all__:
        function = getattr(autograd, name)
        if isinstance(function, type):
            continue
        if isinstance(function, Primitive) or getattr(function, "__module__", "").startswith(
            "autograd.ops."
        ):
            found[home(function)].append((f"`autograd.{name}`", kind(function, name)))
    return found


def methods() -> dict[str, list[str]]:
    """Return the universal functions whose methods have rules, by the method."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in FUNCTIONS:
        if isinstance(key, tuple) and key[0] in FUNCTIONS:
            ufunc, method = key
            found[method].append(f"`np.{ufunc.__name__}`")
    return found


def _by_name(row: tuple[str, str]) -> str:
    return row[0].strip("`")


def table(*columns: str) -> list[str]:
    """Return the head of a table."""
    return [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]


def page() -> str:
    """Return the page for the installed NumPy."""
    lines = HEAD.splitlines()
    found = rows()
    for module in sorted(found):
        title = (sys.modules[module].__doc__ or "").splitlines()[0].rstrip(".")
        lines += ["", f"## {title}", "", *table("function", "kind")]
        lines += [f"| {called} | {how} |" for called, how in sorted(found[module], key=_by_name)]
    lines += ["", "## Methods of universal functions", "", *table("method", "of")]
    for method, ufuncs in sorted(methods().items()):
        lines.append(
            f"| `{method}` | {', '.join(sorted(ufuncs, key=lambda name: name.strip('`')))} |"
        )
    lines += ["", "## Without a derivative", "", *table("function", "why, and what to do")]
    refused = {**UNSUPPORTED, **{f"np.<ufunc>.{method}": why for method, why in METHODS.items()}}
    lines += [f"| `{name}` | {why} |" for name, why in sorted(refused.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
