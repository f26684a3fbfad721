"""Threads that read the store, each with a connection of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from starlette.requests import Request

Given = ParamSpec("Given")
Found = TypeVar("Found")

#: Threads, and so connections, that read at the same time.
READERS = 6


def readers() -> ThreadPoolExecutor:
    """The threads of one app."""
    return ThreadPoolExecutor(READERS, thread_name_prefix="reader")


async def read(request: Request, call: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """What the call gives, run in one of the app's reading threads."""
    pool: ThreadPoolExecutor = request.app.state.readers
    if named:
        return await asyncio.get_running_loop().run_in_executor(pool, lambda: call(*given, **named))
    return await asyncio.get_running_loop().run_in_executor(pool, call, *given)
