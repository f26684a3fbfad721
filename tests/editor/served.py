"""The editor's page on 127.0.0.1, in front of a plan that is really redrawn."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from gridplan.editor import editor_file, editor_page, editor_policy
from gridplan.messages import Language
from tests.editor.redrawn import Redrawn

HOST: dict[str, str | int] = {"scene": "scene", "edits": "edits", "explain": "explain", "changes": "changes"}
JSON = "application/json"


class Server(ThreadingHTTPServer):
    """A server that knows the plan."""

    plan: Redrawn
    every: int


class Handler(BaseHTTPRequestHandler):
    """Page, files, scene and edits."""

    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _send(self, body: bytes, media_type: str = JSON, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", editor_policy())
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        url = urlparse(self.path)
        query, plan = parse_qs(url.query), self.server.plan
        file = editor_file(url.path.removeprefix("/editor/"))
        if url.path == "/":
            language: Language = "zh" if query.get("lang") == ["zh"] else "en"
            self._send(
                editor_page(name="p1", root="", host={**HOST, "every": self.server.every}, language=language).encode(),
                "text/html; charset=utf-8",
            )
        elif url.path == "/scene":
            self._send(json.dumps(plan.scene()).encode())
        elif url.path == "/changes":
            news = [each for each in plan.news if each["revision"] > int(query["since"][0])]
            self._send(json.dumps({"changes": news}).encode())
        elif url.path == "/explain":
            self._send(json.dumps(plan.explain(query["grid"][0])).encode())
        elif file is not None:
            self._send(file.body, file.media_type)
        else:
            self._send(b"{}", status=404)

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["If-Match"] == f'"{request["revision"]}"'
        answer = self.server.plan.answer(request)
        problem = answer.get("problem")
        self._send(json.dumps(problem or answer).encode(), status=problem["status"] if problem else 200)


@contextmanager
def served(plan: Redrawn, *, every: int) -> Iterator[str]:
    """The address of the page, while the context lasts; it looks for changes of others each ``every`` ms."""
    server = Server(("127.0.0.1", 0), Handler)
    server.plan, server.every = plan, every
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
