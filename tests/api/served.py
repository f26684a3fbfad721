"""The real service on a real port, over each kind of store."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from api.app import create_app
from api.server import make_server
from gridplan.settings import Settings
from gridplan.store import Store


@dataclass
class Served:
    """A running service: its address, a client, and its store."""

    url: str
    client: httpx.Client
    store: Store


@contextmanager
def served(store: Store, settings: Settings) -> Iterator[Served]:
    """The service on a free port of 127.0.0.1, stopped at the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = make_server(create_app(store, settings), settings)
    store.publish_every(0)  # test_publishing has the hour
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            yield Served(url, client, store)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
