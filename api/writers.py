"""Threads that change the store, apart from those that read it: a change may wait for another one to end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from starlette.requests import Request

from api.access import LOCAL, allowed
from gridplan.store import Editor

Given = ParamSpec("Given")
Found = TypeVar("Found")

#: Changes at the same time: fewer than connections for transactions, and more would only wait for one another.
WRITERS = 3


def writers() -> ThreadPoolExecutor:
    """The threads of one app."""
    return ThreadPoolExecutor(WRITERS, thread_name_prefix="writer")


async def write(request: Request, call: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """What the call gives, run in one of the app's writing threads."""
    pool: ThreadPoolExecutor = request.app.state.writers
    return await asyncio.get_running_loop().run_in_executor(pool, lambda: call(*given, **named))


def planner(request: Request) -> Editor:
    """Who changes something, as the edit log is to say it.

    Raises
    ------
    RequestError
        GP550, GP552 they are no planner.
    """
    asking = allowed(request, "planner")
    return Editor(asking.name, asking.role, known=asking != LOCAL)
