"""A real server with narrow limits, over routes that wait, read, send much and fail; and raw sockets to try it with."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from api.errors import handle_errors
from api.middleware import add_middleware
from api.server import Server, make_server
from api.watching import Watch
from gridplan.settings import Limits, Settings
from gridplan.store import Store, open_store

LIMITS = Limits(body_bytes=100_000, requests=3, connections=8, answer_s=1, client_s=1)
#: Until a client that is too slow is dropped: the second that it has, the half between two looks, and a busy machine.
SOON_S = 8.0
GET = b"GET /quick HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
POST = b"POST /body HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def app(store: Store, settings: Settings) -> FastAPI:
    """Routes that wait, read, send much, and fail."""
    made = FastAPI()
    made.state.settings = settings
    handle_errors(made)

    @made.get("/quick")
    async def quick() -> str:
        return "done"

    @made.get("/health")
    async def health() -> str:
        return "alive"

    @made.get("/slow")
    async def slow(seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "done"

    @made.post("/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    @made.get("/large")
    def large() -> Response:
        return Response(b"x" * 50_000_000, media_type="application/octet-stream")

    @made.get("/parts")
    def parts(fails: bool = False) -> StreamingResponse:
        async def sent() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"y" * 1000
                await asyncio.sleep(0.1)
                if fails:
                    raise RuntimeError("secret cause")

        return StreamingResponse(sent())

    @made.get("/fault")
    def fault() -> None:
        raise RuntimeError("secret cause")

    add_middleware(made, settings, store)
    made.state.watch = Watch(store, ThreadPoolExecutor(1), most=1)
    return made


@dataclass
class Running:
    """A running server."""

    port: int
    server: Server

    @contextmanager
    def connected(self, sent: bytes = b"") -> Iterator[socket.socket]:
        """A connection on which ``sent`` has been sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SOON_S) as raw:
            raw.sendall(sent)
            yield raw

    def answer(self, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the one answer to ``sent``, after which the server closes."""
        with self.connected(sent) as raw:
            return parsed(all_of(raw))

    def settles(self) -> bool:
        """Whether no connection is left, soon."""
        end = time.monotonic() + SOON_S
        while self.server.server_state.connections and time.monotonic() < end:
            time.sleep(0.05)
        return not self.server.server_state.connections


def all_of(raw: socket.socket) -> bytes:
    """What comes until the server closes."""
    found = b""
    try:
        while part := raw.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def sent_until_cut_off(raw: socket.socket, part: bytes) -> int:
    """How many bytes could be sent, again and again the same, until the server closed."""
    sent = 0
    try:
        while sent < 1_000_000_000:
            raw.sendall(part)
            sent += len(part)
    except (ConnectionResetError, BrokenPipeError):
        pass
    return sent


def parsed(raw: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines), body


def told(answer: tuple[int, dict[str, str], bytes], status: int, code: str) -> None:
    assert answer[0] == status, answer
    assert answer[1]["content-type"] == "application/problem+json"
    assert json.loads(answer[2])["code"] == code


@contextmanager
def running(folder: Path, limits: Limits) -> Iterator[Running]:
    settings = Settings(limits=limits)
    with open_store(folder / "plans.gpkg") as store, socket.create_server(("127.0.0.1", 0)) as listener:
        server = make_server(app(store, settings), settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Running(listener.getsockname()[1], server)
        finally:
            server.should_exit = True
            thread.join()
