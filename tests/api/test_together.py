"""What is asked of the store together: once for all who ask before it begins, and never from before one asked."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.ogc.threads import Readers


def run(work: Callable[[Readers], Awaitable[None]]) -> None:
    async def whole() -> None:
        readers = Readers()
        try:
            await work(readers)
        finally:
            readers.pool.shutdown(wait=True)

    # In a thread of its own: Playwright, which other tests use, keeps a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(whole())).result()


def test_many_who_ask_at_once_share_few_calls() -> None:
    calls: list[float] = []

    def call() -> int:
        calls.append(time.monotonic())
        time.sleep(0.01)
        return len(calls)

    async def work(readers: Readers) -> None:
        found = await asyncio.gather(*(readers.together("key", call) for _ in range(100)))
        assert found == [1] + [2] * 99, "the first call had begun when the others asked"

    run(work)
    assert len(calls) == 2


def test_nobody_gets_what_was_true_before_asking() -> None:
    truth = 0

    def look() -> int:
        seen = truth
        time.sleep(0.002)
        return seen

    async def ask(readers: Readers, pause: float) -> None:
        nonlocal truth
        await asyncio.sleep(pause)
        truth += 1
        asked_at = truth
        assert await readers.together("key", look) >= asked_at

    async def work(readers: Readers) -> None:
        await asyncio.gather(*(ask(readers, at * 0.0007) for at in range(300)))

    run(work)


def test_different_things_do_not_wait_for_each_other() -> None:
    met = threading.Barrier(2, timeout=20)

    async def work(readers: Readers) -> None:
        await asyncio.gather(readers.together("a", met.wait), readers.together("b", met.wait))

    run(work)


def test_an_error_is_told_to_all_and_not_kept() -> None:
    failing = True

    def call() -> str:
        if failing:
            raise ValueError("lost")
        return "found"

    async def work(readers: Readers) -> None:
        nonlocal failing
        told = await asyncio.gather(*(readers.together("key", call) for _ in range(5)), return_exceptions=True)
        assert [str(each) for each in told] == ["lost"] * 5
        failing = False
        assert await readers.together("key", call) == "found"

    run(work)


@pytest.mark.parametrize("leaving", [0, 1])
def test_one_who_goes_away_takes_nothing_from_the_others(leaving: int) -> None:
    def call() -> str:
        time.sleep(0.05)
        return "found"

    async def work(readers: Readers) -> None:
        asked = [asyncio.ensure_future(readers.together("key", call)) for _ in range(3)]
        await asyncio.sleep(0.01)
        asked[leaving].cancel()
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert [each for each in told if each == "found"] == ["found", "found"]
        assert isinstance(told[leaving], asyncio.CancelledError)

    run(work)
