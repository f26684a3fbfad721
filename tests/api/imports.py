"""Files of incidents sent to the service, and how their jobs end."""

import multiprocessing
import time
from multiprocessing.process import BaseProcess
from typing import Any

import httpx

WAIT_S = 240


def sent(client: httpx.Client, body: bytes, kind: str = "text/csv", *, path: str = "/incidents/import") -> str:
    """The path of the job that brings a file."""
    answer = client.post(path, content=body, headers={"Content-Type": kind}, timeout=WAIT_S)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["kind"], answer.json()["state"]) == ("import", "queued")
    return str(httpx.URL(answer.headers["location"]).path)


def awaited(client: httpx.Client, job: str, *states: str, language: str = "en") -> dict[str, Any]:
    """What is said of the job as soon as it is in one of the states."""
    end = time.monotonic() + WAIT_S
    while True:
        found: dict[str, Any] = client.get(job, headers={"Accept-Language": language}).json()
        if found["state"] in states:
            return found
        assert time.monotonic() < end, found
        time.sleep(0.1)


def brought(client: httpx.Client, body: bytes, kind: str = "text/csv", *, path: str = "/incidents/import") -> dict[str, Any]:
    """What became of the rows of a file."""
    ended = awaited(client, sent(client, body, kind, path=path), "done", "failed", language="zh")
    assert ended["state"] == "done", ended
    assert ended["progress"] == 1
    result: dict[str, Any] = ended["result"]
    return result


def refused(client: httpx.Client, body: bytes, kind: str = "text/csv", *, path: str = "/incidents/import") -> dict[str, Any]:
    """How the job of a file ends that cannot be taken."""
    ended = awaited(client, sent(client, body, kind, path=path), "done", "failed")
    assert (ended["state"], ended["result"]) == ("failed", None), ended
    return ended


def worker() -> BaseProcess:
    """The process of the only job that runs."""
    end = time.monotonic() + WAIT_S
    while not (found := multiprocessing.active_children()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found[0]


def rows(count: int, *, first: int = 0) -> bytes:
    """A file of incidents, each with a place."""
    done = "closed,2026-03-01T08:30:00Z,2026-03-02T08:30:00Z"
    lines = (
        f"i{number},噪声,{done},{104 + number % 997 / 1e4:.4f},{30 + number % 991 / 1e4:.4f}"
        for number in range(first, first + count)
    )
    return "\n".join(("id,kind,stage,reported_at,closed_at,lon,lat", *lines)).encode()
