"""uvicorn's HTTP/1.1 with limits on what a client may make the server keep and wait for.

uvicorn itself bounds neither the head of a request nor the time that a client takes: a head without end would fill
the memory, and a client that sends a byte a minute, or never reads its answer, would hold its connection for ever.
"""

import asyncio
import json
import time
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from api.bodies import FILE_PATHS
from api.errors import STATUS
from gridplan.errors import RequestError
from gridplan.settings import Settings

#: URL and headers together.
HEAD_BYTES = 32 * 1024
#: A body in tiny chunks takes several bytes on the wire for each of its own; more than this is no honest sender's.
_WIRE = 4
#: Slower clients are given up, after the seconds that the settings grant.
_BYTES_S = 10_000


class _NoMore(list[Any]):
    """Where the fields after a body go: nowhere, since nothing here reads them."""

    def append(self, item: object, /) -> None:
        """Nothing."""


class GuardedProtocol(HttpToolsProtocol):
    """One connection. ``overdue`` is asked of each about once a second, which costs less than a timer for each."""

    settings: Settings

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any], _loop: Any = None
    ) -> None:  # Any: as in uvicorn
        super().__init__(config, server_state, app_state, _loop)
        self._limits = self.settings.limits
        self._code = "GP558"
        self._in_head = True
        self._begun = False  # whether a byte of the head has come
        self._precise = False
        self._wire = 0
        self._most = self._limits.body_bytes * _WIRE
        self._since = time.monotonic()  # when the client was first waited for
        self._unread = 0  # bytes of an answer that the client had not read when it was first waited for

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Take the connection, or say that there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            self._refuse("GP556")

    def data_received(self, data: bytes) -> None:
        """Let uvicorn parse what came, unless it is more than may come."""
        if not self._begun:
            self._begun, self._since = True, time.monotonic()
        before = self._wire
        self._wire += len(data)
        if self._wire > self._most and not self._in_head:
            # The app has told that its body is too large; this client sends on and on.
            self.transport.abort()
            return
        if self._in_head and before > HEAD_BYTES:
            self._refuse("GP559")
        self._precise = len(data) > HEAD_BYTES or (self._in_head and self._wire > HEAD_BYTES)
        if not self.transport.is_closing():
            super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin to count anew."""
        super().on_message_begin()
        self._in_head, self._begun, self._since = True, True, time.monotonic()
        self._wire = 0

    def on_headers_complete(self) -> None:
        """Let the request begin, unless its head is too large.

        Raises
        ------
        ValueError
            It is; uvicorn then calls :meth:`send_400_response`.
        """
        if self._precise and len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES:
            self._code = "GP559"
            raise ValueError("head too large")
        super().on_headers_complete()
        self.headers = _NoMore()
        self._in_head = False
        self._wire, self._since = 0, time.monotonic()
        file = self.url.partition(b"?")[0].decode("latin-1") in FILE_PATHS
        self._most = (self._limits.file_bytes if file else self._limits.body_bytes) * _WIRE

    def on_message_complete(self) -> None:
        """The request is whole; what comes next is another."""
        super().on_message_complete()
        self._in_head, self._begun = True, False
        self._wire = 0

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong in the shape of all other problems, and close."""
        self._refuse(self._code)

    def overdue(self, now: float) -> bool:
        """Whether the client has taken longer than it may, to send a request or to read an answer."""
        unread = self.transport.get_write_buffer_size()
        if unread:
            if not self._unread or unread > self._unread:
                self._unread, self._since = unread, now
            moved = self._unread - unread
        else:
            if self._unread:
                self._unread, self._since = 0, now
            if not self._waiting():
                self._since = now
                return False
            moved = self._wire
        return now - self._since > self._limits.client_s + moved / _BYTES_S

    def _waiting(self) -> bool:
        """Whether it is the client's turn to send, and not just idle between two requests."""
        if self.cycle is None or self.transport.is_closing():
            return True
        if self._in_head:
            return self._begun and not self.flow.read_paused
        return not self.flow.read_paused and not self.cycle.waiting_for_100_continue

    def give_up(self) -> None:
        """Drop the connection with all that is kept for it."""
        self.transport.abort()

    def _refuse(self, code: str) -> None:
        """Answer with a problem and close, but never into the middle of another answer."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self._in_head or cycle.response_started:
                self.transport.abort()
            cycle.disconnected = True  # whatever the app says now is not for this client
            cycle.message_event.set()
        if self.transport.is_closing():
            return
        self.transport.write(refusal(code, self.settings))
        self.transport.close()


def refusal(code: str, settings: Settings) -> bytes:
    """The whole answer to a client whose request never reached the app."""
    most = {"GP556": settings.limits.connections, "GP559": HEAD_BYTES}
    status = STATUS[code]
    error = RequestError(code, most=most.get(code, 0))
    body = json.dumps(
        {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": error.message(settings.language).removeprefix(f"{code} "),
            "code": code,
            "instance": "",
        },
        ensure_ascii=False,
    ).encode()
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/problem+json\r\n"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        head += "retry-after: 1\r\n"
    return f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body
