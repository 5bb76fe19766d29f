"""Run a function and watch it: the names of its variables, and the modules that it runs.

The recorder and the modules take no part in this, so other runs pay nothing for it.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from autograd.engine import sweep
from autograd.engine.conversions import differentiating
from autograd.engine.tensor import Tensor, next_seq


@dataclass
class Scope:
    """One run of a module, with the first and last `seq` recorded while its `forward` ran.

    `name` is the module's attribute in the module that ran it, dotted if it lies deeper; the
    outermost module has none.
    """

    name: str
    kind: str
    first: int
    last: int = 0


@dataclass
class Watched:
    """The result of a function, and what was seen while it ran.

    `names` are the names of its local variables at its return, and of the modules' parameters;
    `scopes` are the runs of modules, outer before inner ones.
    """

    result: Any = None
    names: dict[Tensor, str] = field(default_factory=dict)
    scopes: list[Scope] = field(default_factory=list)


@dataclass(frozen=True)
class _Explained:
    """The inputs of a function that is running to be explained."""

    leaves: tuple[Tensor, ...]

    def differentiates(self, tensor: Tensor) -> bool:
        """Return whether `tensor` depends on an input."""
        return bool(sweep.order(tensor, self.leaves))


def run_and_watch(function: Callable[..., Any], inputs: Mapping[str, Any]) -> Watched:
    """Call `function(**inputs)` and watch it."""
    code = getattr(function, "__code__", None)
    watched = Watched()
    modules: list[tuple[FrameType, Any, Scope]] = []
    parameters: dict[Tensor, str] = {}

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name == "forward":
            module = _module_of(frame)
            outer = modules[-1][1] if modules else None
            if module is None or module is outer:
                return
            if outer is None:
                parameters.update((p, name) for name, p in module.named_parameters())
            scope = Scope(_name_in(outer, module), type(module).__name__, next_seq())
            modules.append((frame, module, scope))
            watched.scopes.append(scope)
        elif event == "return":
            if modules and frame is modules[-1][0]:
                modules.pop()[2].last = next_seq()
            if frame.f_code is code:
                watched.names.clear()
                for name, value in frame.f_locals.items():
                    if type(value) is Tensor:
                        watched.names.setdefault(value, name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        with differentiating(_Explained(tuple(inputs.values()))):
            watched.result = function(**inputs)
    finally:
        sys.setprofile(before)
    watched.names = parameters | watched.names
    return watched


def _module_of(frame: FrameType) -> Any:
    """Return the module whose `forward` a frame runs.

    It is recognized by its methods, as `nn` lies above this package.
    """
    names = frame.f_code.co_varnames
    module = frame.f_locals.get(names[0]) if names else None
    known = hasattr(type(module), "named_modules") and hasattr(type(module), "named_parameters")
    return module if known else None


def _name_in(outer: Any, module: Any) -> str:
    if outer is None:
        return ""
    return next((name for name, other in outer.named_modules() if other is module), "")
