"""Decorators of functions that run in steps: generators and coroutines."""

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial, wraps
from types import coroutine
from typing import Any

Enter = Callable[[], AbstractContextManager[Any]]


def decorate_steps(function: Any, enter: Enter) -> Any:
    """Return a function whose generator or coroutine runs each of its steps in `enter()`.

    Between the steps the block is left, so that whoever runs them does not notice it. `None` for a
    function that is neither.
    """
    if inspect.isgeneratorfunction(function):

        @wraps(function)
        def generate(*args: Any, **kwargs: Any) -> Any:
            return (yield from _each_step(function(*args, **kwargs), enter))

        return generate
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def run(*args: Any, **kwargs: Any) -> Any:
            return await _each_step(function(*args, **kwargs), enter)

        return run
    if inspect.isasyncgenfunction(function):

        @wraps(function)
        async def generate_later(*args: Any, **kwargs: Any) -> Any:
            items = function(*args, **kwargs)
            step = items.asend(None)
            while True:
                try:
                    item = await _each_step(step, enter)
                except StopAsyncIteration:
                    return
                try:
                    step = items.asend((yield item))
                except GeneratorExit:
                    await items.aclose()
                    raise
                except BaseException as error:
                    step = items.athrow(error)

        return generate_later
    return None


@coroutine
def _each_step(steps: Any, enter: Enter) -> Any:
    resume: Callable[[], Any] = partial(steps.send, None)
    while True:
        try:
            with enter():
                item = resume()
        except StopIteration as stop:
            return stop.value
        try:
            resume = partial(steps.send, (yield item))
        except GeneratorExit:
            steps.close()
            raise
        except BaseException as error:
            resume = partial(steps.throw, error)
