"""Random draws as steps of the record, so that a replay of the record draws again."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from autograd.dtypes import as_value
from autograd.errors import NotDifferentiableError
from autograd.modes import mode
from autograd.primitive import Primitive, constant
from autograd.tensor import Tensor, make


def _drawn(draw: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return as_value(draw(*args, **kwargs))


random: Primitive = constant(_drawn, arity=0, name="random")


@contextmanager
def drawn_before(values: Iterable[Any]) -> Iterator[None]:
    """In the block `sample` gives these values, in turn, before it draws any."""
    before, mode.draws = mode.draws, iter(values)
    try:
        yield
    finally:
        mode.draws = before


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
    value = next(mode.draws, None)
    if value is None:
        value = random.compute(**params)
    if mode.trace is not None:
        return mode.trace.drawn(make(value, random, (), params, False))
    return make(value, random, (), params, False) if mode.recording else Tensor(value)
