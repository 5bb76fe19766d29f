"""Steps of the record without operands: random draws, and placeholders for values given later."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, constant
from autograd.engine.dtypes import as_value, leaf_value
from autograd.engine.facts import Facts
from autograd.engine.modes import mode
from autograd.engine.record import make
from autograd.engine.tensor import Tensor
from autograd.errors import NotDifferentiableError


def _drawn(draw: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return as_value(draw(*args, **kwargs))


random: Primitive = constant(_drawn, arity=0, name="random", facts=Facts(pure=True))


class Generators:
    """Where NumPy's generators stood, so that what was drawn in vain can be taken back."""

    def __init__(self) -> None:
        self._states: dict[np.random.Generator, Any] = {}

    def note(self, draw: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Note the states of those from which `draw(*args)` draws: its own and its arguments."""
        for x in (getattr(draw, "__self__", None), *args):
            if isinstance(x, np.random.Generator) and x not in self._states:
                self._states[x] = x.bit_generator.state

    def put_back(self) -> None:
        """Give every generator the state that was noted first."""
        for generator, state in self._states.items():
            generator.bit_generator.state = state


def sample(draw: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Tensor:
    """`draw(*args, **kwargs)`, random numbers, as a constant of the graph.

    `draw` is a method of a `numpy.random.Generator`, or any other function that gives new numbers
    at every call. Unlike numbers drawn before they meet a tensor, which are the same ones for
    ever, these are drawn again by whatever runs the record again. Nothing flows back into a draw,
    but gradients flow around it: a normal number of mean m and deviation s is `m + s * noise`.

    Raises `NotDifferentiableError` if what is drawn from depends on a tensor.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> s = Tensor(2.0, requires_grad=True)
    >>> noise = sample(rng.standard_normal, 3)
    >>> np.sum(s * noise).backward()
    >>> bool(s.grad == np.sum(noise.data))
    True
    """
    if any(type(x) is Tensor for x in (*args, *kwargs.values())):
        raise NotDifferentiableError(
            "sample cannot draw from a distribution that depends on a tensor: nothing would flow "
            "back into it; draw standard numbers and move them, as in mean + deviation * noise"
        )
    params = {"draw": draw, "args": args, "kwargs": kwargs}
    if mode.trace is not None:
        mode.trace.before_draw(draw, args)
    value = random.impl(**params)
    if mode.trace is not None:
        return mode.trace.drawn(make(value, random, (), params, False))
    return make(value, random, (), params, False) if mode.recording else Tensor(value)


def _given(value: Any) -> Any:
    return value


given: Primitive = constant(_given, arity=0, name="placeholder")


def placeholder(value: Any, *, name: str | None = None) -> Tensor:
    """Return a tensor that stands for any value of this shape and dtype.

    Of tensors that require no gradient no record is kept, as nothing would ask for it; but
    whatever is computed from a placeholder is recorded, integers and booleans too, so that the
    record is the whole program from the placeholders to its results. Exporters start from it.

    >>> import numpy as np
    >>> t = placeholder(np.arange(3), name="t")
    >>> np.cumsum(t * 2).op.name, (Tensor(np.arange(3)) * 2).op
    ('cumsum', None)
    """
    value = leaf_value(value._data if type(value) is Tensor else value, None, False)
    if not mode.recording:
        return Tensor(value, name=name)
    tensor = make(value, given, (), {"value": value}, False)
    tensor.name = name
    return tensor
