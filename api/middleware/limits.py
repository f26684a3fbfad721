"""Limits on bodies, on requests at the same time and on time; and the last word on a fault."""

import asyncio
import logging

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bodies import FILE_PATHS
from api.errors import problem
from api.observe.exchange import Exchange, exchange_of
from gridplan.errors import GridplanError, RequestError
from gridplan.settings import Limits

_log = logging.getLogger("gridplan.fault")

#: Answered however many requests run, so that whoever watches the service does not take a busy one for a dead one.
_ALWAYS = frozenset(("/health", "/ready", "/metrics"))
_TICK_S = 0.5


class Limited:
    """Refuses bodies that are too large and more requests at once than set, and ends those that take too long.

    Every error that the parts within it raise becomes a problem here, the service's own faults too: those are logged
    with their trace, and told without it.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self._limits = limits
        self._running: dict[asyncio.Task[object], tuple[float, Exchange]] = {}
        self._late: set[asyncio.Task[object]] = set()
        self._ticking = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on within the limits, or answer why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        error: GridplanError
        try:
            await self._limited(scope, receive, send)
            return
        except ClientDisconnect:
            return
        except GridplanError as known:
            error = known
        except TimeoutError:
            error = RequestError("GP557", seconds=self._limits.answer_s)
        except Exception:
            _log.exception(
                "request %s: %s %s", exchange_of(scope).id, scope["method"], scope.get("raw_path", b"").decode("latin-1")
            )
            error = RequestError("GP521")
        if exchange_of(scope).status:
            # Half an answer has gone out already: only breaking it off tells the client that it is not whole.
            raise ConnectionAbortedError("the answer broke off, see the fault above") from None
        await problem(Request(scope), error)(scope, receive, send)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        if len(self._running) >= self._limits.requests and scope["path"] not in _ALWAYS:
            raise RequestError("GP556", most=self._limits.requests)
        exchange = exchange_of(scope)
        headers = exchange.headers
        task = asyncio.current_task()
        assert task is not None
        if b"content-length" in headers or b"transfer-encoding" in headers:
            stated = headers.get(b"content-length", b"")
            if scope["path"] in FILE_PATHS:
                receive = self._timed(task, self._measured(stated, receive, self._limits.file_bytes))
            else:
                receive = self._measured(stated, receive, self._limits.body_bytes)
        loop = asyncio.get_running_loop()
        self._running[task] = loop.time(), exchange
        if not self._ticking:
            self._ticking = True
            loop.call_later(_TICK_S, self._tick, loop)
        try:
            await self.app(scope, receive, send)
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            task.uncancel()
            raise TimeoutError from None
        finally:
            del self._running[task]
            self._late.discard(task)

    def _measured(self, stated: bytes, receive: Receive, most: int) -> Receive:
        """What receives the body, and refuses it as soon as it is known to be too large."""
        if stated.isdigit() and int(stated) > most:
            raise RequestError("GP555", most=most)
        received = 0

        async def measured() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise RequestError("GP555", most=most)
            return message

        return measured

    def _timed(self, task: asyncio.Task[object], receive: Receive) -> Receive:
        """The same of a file: the time for an answer begins when it is in. How slowly it may come, the connection watches."""

        async def timed() -> Message:
            message = await receive()
            if task in self._running:
                self._running[task] = asyncio.get_running_loop().time(), self._running[task][1]
            return message

        return timed

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancel what takes too long. One timer for all: one for each request would cost more than the check."""
        end = loop.time() - self._limits.answer_s
        for task, (begun, exchange) in self._running.items():
            if begun < end and not exchange.status and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._ticking = bool(self._running)
        if self._ticking:
            loop.call_later(_TICK_S, self._tick, loop)
