"""A proxy between a client and the service that notes what was asked and what came back, as the wire saw it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx

#: Headers of one connection, not of the message.
_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "host")


@dataclass(frozen=True)
class Asked:
    """One request: path, parameters, status of the answer, and how many features it held."""

    path: str
    parameters: dict[str, list[str]]
    status: int
    features: int


@dataclass
class Recorded:
    """The proxy's address, and what has been asked through it."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    def pages(self) -> list[Asked]:
        """The requests for features of a collection."""
        return [one for one in self.asked if one.path.endswith("/items")]


@contextmanager
def recorded(service: str) -> Iterator[Recorded]:
    """The proxy before the service at that address; it names itself in ``Host``, so that links lead back to it."""
    found = Recorded("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            headers |= {"Host": self.headers["Host"], "Accept-Encoding": "identity"}
            answer = client.get(service + self.path, headers=headers)
            parts = urlsplit(self.path)
            features = len(json.loads(answer.text).get("features", ())) if parts.path.endswith("/items") else 0
            found.asked.append(Asked(parts.path, parse_qs(parts.query), answer.status_code, features))
            self.send_response(answer.status_code)
            for name, value in answer.headers.multi_items():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, form: str, *args: object) -> None:
            """Nothing on the screen."""

    with httpx.Client(trust_env=False, timeout=60) as client, ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join(10)
