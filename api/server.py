"""The server that runs the app: listens, watches its clients, stops when it is told to."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api.access.hosts import is_loopback
from api.app import create_app
from api.protocol import GuardedProtocol
from api.watching import Watch
from gridplan.errors import RequestError
from gridplan.settings import Settings
from gridplan.store import Store

_log = logging.getLogger("gridplan.server")
_IDLE_S = 65  # longer than the usual 60 s of a proxy, so that it is not the server who closes between two requests
#: Of ten ticks of uvicorn a second, on which the clients are looked at.
_EVERY_TICKS = 5


class Server(uvicorn.Server):
    """uvicorn, which also gives up clients that take too long, and ends what has no end by itself when it stops."""

    def __init__(self, config: uvicorn.Config, watch: Watch) -> None:
        super().__init__(config)
        self._watch = watch

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop; looks at the clients too."""
        if counter % _EVERY_TICKS == 0:
            self._give_up_late_clients()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: those who listen are let go first, since their answers would be waited for."""
        self._watch.stop()
        await super().shutdown(sockets)

    def _give_up_late_clients(self) -> None:
        now = time.monotonic()
        for connection in list(self.server_state.connections):
            if isinstance(connection, GuardedProtocol) and connection.overdue(now):
                _log.warning("a client was too slow: %s", connection.client)
                connection.give_up()


def make_server(app: FastAPI, settings: Settings) -> Server:
    """The server for an app; run it with the sockets that it is to listen on."""

    class Protocol(GuardedProtocol):
        pass

    Protocol.settings = settings
    config = uvicorn.Config(
        app,
        http=Protocol,
        loop="auto",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        headers=[("x-content-type-options", "nosniff")],
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=settings.limits.stop_s,
    )
    return Server(config, app.state.watch)


def serve(store: Store, settings: Settings, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the store until SIGTERM or SIGINT, then finish what runs and return.

    Raises
    ------
    RequestError
        GP530 ``host`` is not this machine alone and auth is off; GP531 the port cannot be had.
    """
    check_host(settings, host)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise RequestError("GP531", host=host, port=port, why=str(error)) from error
    with listener, _signals_end_here():
        make_server(create_app(store, settings), settings).run(sockets=[listener])


def check_host(settings: Settings, host: str) -> None:
    """Nothing, where the settings let the service listen on ``host``.

    Raises
    ------
    RequestError
        GP530 ``host`` is not this machine alone and auth is off.
    """
    if not settings.auth and not is_loopback(host):
        raise RequestError("GP530", host=host)


@contextmanager
def _signals_end_here() -> Iterator[None]:
    """Lets uvicorn stop on a signal, and nothing more.

    uvicorn raises the signals that it got once more when it has stopped; by their default SIGTERM would then kill the
    process before its store is closed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {kind: signal.signal(kind, lambda *_: None) for kind in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
