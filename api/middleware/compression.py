"""Compression of what is worth it, with an ETag of its own for each coding."""

import anyio.to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.codings import CODINGS, accepted, coded_tag, is_text, plain_tags

_SMALLEST = 1024
#: From so many bytes on a body is compressed in a thread, so that others need not wait for it.
_IN_THREAD = 64 * 1024
_VARY = (b"vary", b"Accept-Encoding")


class Compressed:
    """Sends bodies of text in the coding that the client likes best; bodies that come in parts pass as they are.

    A strong ETag names bytes, so a compressed body has the ETag of the plain one with ``-gzip`` or ``-zstd`` at its end.
    Given back in If-None-Match or If-Match it stands for the plain one again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with plain ETags, and its answer back compressed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = known = b""
        tagged = False
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                wanted = wanted + b"," + value if wanted else value
            elif name == b"if-none-match":
                known, tagged = known + value, True
            elif name == b"if-match":
                tagged = True
        codings = accepted(wanted) if wanted else ()
        if tagged:
            scope["headers"] = [_plain(name, value, codings) for name, value in scope["headers"]]
        await self.app(scope, receive, _Answer(send, codings, known).send)


class _Answer:
    """One answer on its way out; its beginning waits for its body, which decides."""

    __slots__ = ("_codings", "_known", "_send", "_start")

    def __init__(self, send: Send, codings: tuple[str, ...], known: bytes) -> None:
        self._send = send
        self._codings = codings
        self._known = known
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is None:
            await self._send(message)
        else:
            await self._body(message)

    async def _begin(self, start: Message) -> None:
        headers = start.get("headers", ())
        if start["status"] == 304:
            await self._send({**start, "headers": [*map(self._as_known, headers), _VARY]})
            return
        kind, coded = b"", False
        for name, value in headers:
            if name == b"content-type":
                kind = value
            elif name == b"content-encoding":
                coded = True
        if coded or start["status"] == 206 or not is_text(kind):
            await self._send(start)
            return
        start = {**start, "headers": [*headers, _VARY]}
        if self._codings:
            self._start = start
        else:
            await self._send(start)

    def _as_known(self, header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        """The ETag of a 304 as the client knows it: that of the body that it keeps."""
        name, value = header
        if name == b"etag":
            for coding in self._codings:
                if (tagged := coded_tag(value, coding)) in self._known:
                    return name, tagged
        return header

    async def _body(self, message: Message) -> None:
        start, self._start = self._start, None
        assert start is not None
        body = message.get("body", b"")
        if message.get("more_body", False) or len(body) < _SMALLEST:
            await self._send(start)
            await self._send(message)
            return
        coding = self._codings[0]
        compress = CODINGS[coding]
        packed = compress(body) if len(body) < _IN_THREAD else await anyio.to_thread.run_sync(compress, body)
        headers = [(b"content-encoding", coding.encode()), (b"content-length", str(len(packed)).encode())]
        for name, value in start["headers"]:
            if name == b"etag":
                headers.append((name, coded_tag(value, coding)))
            elif name != b"content-length":
                headers.append((name, value))
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": packed})


def _plain(name: bytes, value: bytes, codings: tuple[str, ...]) -> tuple[bytes, bytes]:
    """A header as the app knows it."""
    if name == b"if-match":
        return name, plain_tags(value, tuple(CODINGS))
    if name == b"if-none-match":
        # Only codings that the client takes now: a body that it kept in another one is no answer to this request.
        return name, plain_tags(value, codings)
    return name, value
