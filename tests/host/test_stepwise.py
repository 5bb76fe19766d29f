"""`no_grad` on generators and coroutines holds in each of their steps, and nowhere else."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from autograd import enable_grad, is_grad_enabled, no_grad


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: a browser's event loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, main).result()


@no_grad()
def count() -> Iterator[Any]:
    """Yield whether steps are recorded, and what comes in; return what the last `send` brought."""
    received = None
    for _ in range(3):
        try:
            received = yield is_grad_enabled(), received
        except KeyError as error:
            received = f"caught {error.args[0]}", is_grad_enabled()
    return received


def test_a_generator_records_in_none_of_its_steps() -> None:
    seen = []
    for step in count():
        seen.append((step[0], is_grad_enabled()))
    assert seen == [(False, True)] * 3


def test_a_generator_takes_what_is_sent_and_thrown_and_returns() -> None:
    steps = count()
    assert next(steps) == (False, None)
    assert steps.send("a") == (False, "a")
    assert steps.throw(KeyError("b")) == (False, ("caught b", False))
    with pytest.raises(StopIteration) as stop:
        steps.send("c")
    assert stop.value.value == "c"
    assert is_grad_enabled()


def test_a_generator_that_is_closed_cleans_up_in_its_mode() -> None:
    ended = []

    @no_grad()
    def forever() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            ended.append(is_grad_enabled())

    steps = forever()
    next(steps)
    steps.close()
    assert len(ended) == 1
    assert is_grad_enabled()


def test_an_error_inside_leaves_the_mode_as_it_was() -> None:
    @no_grad()
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("inside")

    steps = failing()
    next(steps)
    with pytest.raises(ValueError, match="inside"):
        next(steps)
    assert is_grad_enabled()


def test_recording_may_be_switched_on_for_a_generator_too() -> None:
    @enable_grad()
    def steps() -> Iterator[bool]:
        yield is_grad_enabled()
        yield is_grad_enabled()

    with no_grad():
        assert list(steps()) == [True, True]
        assert not is_grad_enabled()


def test_coroutines_that_take_turns_do_not_share_the_mode() -> None:
    @no_grad()
    async def quiet(turns: int) -> list[bool]:
        seen = []
        for _ in range(turns):
            seen.append(is_grad_enabled())
            await asyncio.sleep(0)
        return seen

    async def recording(turns: int) -> list[bool]:
        seen = []
        for _ in range(turns):
            seen.append(is_grad_enabled())
            await asyncio.sleep(0)
        return seen

    async def both() -> list[list[bool]]:
        return await asyncio.gather(quiet(3), recording(3), quiet(2))

    assert run(both()) == [[False] * 3, [True] * 3, [False] * 2]


def test_asynchronous_generators() -> None:
    @no_grad()
    async def stream() -> AsyncIterator[bool]:
        for _ in range(2):
            await asyncio.sleep(0)
            yield is_grad_enabled()

    async def read() -> list[tuple[bool, bool]]:
        return [(item, is_grad_enabled()) async for item in stream()]

    assert run(read()) == [(False, True)] * 2


def test_functions_stay_what_they_are() -> None:
    @no_grad()
    def plain() -> bool:
        """Say it."""
        return is_grad_enabled()

    assert plain() is False
    assert (plain.__name__, plain.__doc__) == ("plain", "Say it.")
    assert count.__name__ == "count"
