"""Threads that read the store, each with a connection of its own."""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar, cast

from starlette.requests import Request

Given = ParamSpec("Given")
Found = TypeVar("Found")

#: Threads, and so connections, that read at the same time.
READERS = 6


class Readers:
    """The reading threads of one app, and what is asked of them together."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._running: dict[Hashable, asyncio.Future[Any]] = {}
        self._waiting: dict[Hashable, asyncio.Future[Any]] = {}

    async def together(self, key: Hashable, call: Callable[[], Found]) -> Found:
        """What the call gives, made once for all who ask for the same thing before it begins.

        Who asks while it runs waits for the next one, so that nobody gets what was true before he asked.
        """
        waiting = self._waiting.get(key)
        if waiting is None:
            running = self._running.get(key)
            if running is None:
                waiting = self._begin(key, call)
            else:
                waiting = self._waiting[key] = asyncio.ensure_future(self._after(running, key, call))
                waiting.add_done_callback(_told)
        # One who goes away must not take the answer from the others.
        return cast("Found", await asyncio.shield(waiting))

    def _begin(self, key: Hashable, call: Callable[[], Found]) -> asyncio.Future[Found]:
        begun = asyncio.get_running_loop().run_in_executor(self.pool, call)
        self._running[key] = begun
        begun.add_done_callback(lambda done: self._end(key, done))
        return begun

    def _end(self, key: Hashable, done: asyncio.Future[Any]) -> None:
        _told(done)
        if self._running.get(key) is done:
            del self._running[key]

    async def _after(self, running: asyncio.Future[Any], key: Hashable, call: Callable[[], Found]) -> Found:
        await asyncio.wait([running])
        del self._waiting[key]
        return await self._begin(key, call)


def _told(done: asyncio.Future[Any]) -> None:
    """Takes the error of a call as told: whoever still waits for it gets it, and where nobody does it is no fault."""
    if not done.cancelled():
        done.exception()


async def read(request: Request, call: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """What the call gives, run in one of the app's reading threads."""
    pool = readers_of(request).pool
    if named:
        return await asyncio.get_running_loop().run_in_executor(pool, lambda: call(*given, **named))
    return await asyncio.get_running_loop().run_in_executor(pool, call, *given)


def readers_of(request: Request) -> Readers:
    """The readers of the request's app."""
    readers: Readers = request.app.state.readers
    return readers
