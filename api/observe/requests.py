"""A line in the log, a number in the metrics and an id for each request."""

import re
import secrets
import time
from itertools import count

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.observe.exchange import STATE, Exchange
from api.observe.logs import RequestLog
from api.observe.metrics import Metrics

_WELL_FORMED = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")

#: Asked every few seconds by programs that only want to know whether the service lives.
_QUIET = frozenset(("/health", "/ready", "/metrics"))


class Observed:
    """The outermost part: gives each request its id, and tells of it once it is answered.

    The line holds the path without its query, since a query may hold names and phones, and no header but the id.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics
        self._log = RequestLog()
        # Ids of one process differ by their end, those of two processes by their beginning.
        self._own = f"{secrets.token_hex(5)}-"
        self._count = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and tell of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            self._log.flush()
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        exchange = Exchange(self._id(headers.get(b"x-request-id")), headers)
        scope.setdefault("state", {})[STATE] = exchange
        name = (b"x-request-id", exchange.id.encode())

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                # A new list, since an answer that is kept and sent again keeps its own.
                message = {**message, "headers": [*message.get("headers", ()), name]}
            else:
                exchange.sent += len(message.get("body", b""))
            await send(message)

        begun = time.perf_counter()
        self._metrics.running += 1
        try:
            await self.app(scope, receive, told)
        finally:
            self._metrics.running -= 1
            self._tell(scope, exchange, time.perf_counter() - begun)

    def _id(self, given: bytes | None) -> str:
        if given is not None and _WELL_FORMED.fullmatch(given):
            return given.decode()
        return f"{self._own}{next(self._count):x}"

    def _tell(self, scope: Scope, exchange: Exchange, taken: float) -> None:
        route = scope.get("route")
        # 0: the client went away, or the server was stopped, before there was an answer.
        status = exchange.status
        self._metrics.answered(scope["method"], "-" if route is None else route.path, status, taken)
        if status < 400 and scope["path"] in _QUIET:
            return
        client = scope.get("client")
        self._log.add(
            {
                "time": time.time(),
                "id": exchange.id,
                "method": scope["method"],
                "path": scope.get("raw_path", b"").decode("ascii", "replace"),
                "status": status,
                "ms": round(taken * 1000, 3),
                "bytes": exchange.sent,
                "who": exchange.who.name if exchange.who else "-",
                "client": client[0] if client else "-",
            }
        )
