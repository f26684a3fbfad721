"""A real ``gridplan serve`` in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from gridplan.store import open_store
from tests.provide.debian import free_port
from tests.samples import sample_plan

RUN = [sys.executable, "-c", "import sys; from gridplan.cli import main; sys.exit(main())"]
START_S = 60


@dataclass
class Process:
    """A real ``gridplan serve``."""

    port: int
    running: subprocess.Popen[str]
    client: httpx.Client
    store: Path
    log: Path

    def lines(self) -> list[dict[str, object]]:
        """The log so far, once what is kept for a moment has been written."""
        time.sleep(0.5)
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def ends(self, seconds: float = 30) -> int:
        """The exit code."""
        return self.running.wait(seconds)


@contextmanager
def process(folder: Path, *options: str, **environ: str) -> Iterator[Process]:
    """``gridplan serve`` on a free port, killed at the end where it still runs."""
    store, log, port = folder / "plans.gpkg", folder / "log", free_port()
    with open_store(store) as opened:
        opened.save_plan(sample_plan())
    env = {name: value for name, value in os.environ.items() if not name.startswith("GRIDPLAN_")}
    env |= {"GRIDPLAN_STORE": str(store), "GRIDPLAN_LANG": "en", **environ}
    with log.open("w") as told, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        command = [*RUN, "serve", "--port", str(port), *options]
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=told, text=True) as running:
            try:
                end = time.monotonic() + START_S
                while not _answers(client):
                    assert running.poll() is None, log.read_text()
                    assert time.monotonic() < end
                    time.sleep(0.1)
                yield Process(port, running, client, store, log)
            finally:
                running.kill()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False
