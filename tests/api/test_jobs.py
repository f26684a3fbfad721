"""Plans made by jobs over HTTP: followed, cancelled, killed, and across a restart of the server."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.errors import STATUS
from gridplan.settings import Limits, Settings
from gridplan.sources import demo_town, keep_communities, read_town, write_town
from gridplan.store import Store, open_store, read_plan
from tests.api.process import process
from tests.api.served import Served, served
from tests.api.test_errors import told
from tests.samples import PLAN_ID

GEOPACKAGE = {"Content-Type": "application/geopackage+sqlite3"}
#: A search that does not end while a test looks at it.
LONG = {"rounds": 1000, "moves": 100_000}
WAIT_S = 240


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A town bundle of about a hundred buildings."""
    town = keep_communities(demo_town(), ["Kaartinkaupunki"])
    return write_town(town, tmp_path_factory.mktemp("town") / "town.gpkg").read_bytes()


@pytest.fixture
def small_store(tmp_path: Path, bundle: bytes) -> Iterator[Store]:
    """A store with the town ``small``."""
    path = tmp_path / "small.gpkg"
    path.write_bytes(bundle)
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_town("small", read_town(path))
        yield store


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory, bundle: bytes) -> Iterator[Served]:
    """The service with the town ``small``, for tests that begin no job."""
    folder = tmp_path_factory.mktemp("idle")
    path = folder / "small.gpkg"
    path.write_bytes(bundle)
    with open_store(folder / "plans.gpkg") as store:
        store.save_town("small", read_town(path))
        with served(store, Settings()) as running:
            yield running


def state_of(client: httpx.Client, job: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(job).json()
    return found


def await_state(client: httpx.Client, job: str, *states: str) -> dict[str, Any]:
    """What is said of the job as soon as it is in one of the states."""
    end = time.monotonic() + WAIT_S
    while (found := state_of(client, job))["state"] not in states:
        assert time.monotonic() < end, found
        time.sleep(0.2)
    return found


def begin(client: httpx.Client, **asked: object) -> str:
    """The path of a new job."""
    answer = client.post("/plans", json={"town": "small", **asked})
    assert answer.status_code == 202, answer.text
    return str(httpx.URL(answer.headers["location"]).path)


def worker() -> BaseProcess:
    """The process of the only job that runs."""
    end = time.monotonic() + WAIT_S
    while not (found := multiprocessing.active_children()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found[0]


def test_an_uploaded_town_is_planned(changing: Served, bundle: bytes, tmp_path: Path) -> None:
    client = changing.client
    answer = client.post("/plans?seed=3&scheme=default", content=bundle, headers=GEOPACKAGE, timeout=WAIT_S)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["state"], answer.json()["asked"]["seed"]) == ("queued", 3)
    town = answer.json()["asked"]["town"]
    assert town in client.get("/towns").json()["towns"]
    job = answer.headers["location"]
    running = client.get(job)
    assert (running.headers.get("retry-after"), running.json()["state"]) in (("2", "queued"), ("2", "running"))
    done = await_state(client, job, "done", "failed")
    assert (done["state"], done["progress"], done["code"]) == ("done", 1, None)
    plan = done["result"]["plan"]
    assert done["result"]["broken"] == []
    assert client.get(job).headers.get("retry-after") is None
    assert client.get(f"/plans/{plan}").json()["state"] == "draft"
    (tmp_path / "plan.gpkg").write_bytes(client.get(f"/plans/{plan}/download").content)
    assert read_plan(tmp_path / "plan.gpkg").id == plan
    line = client.get(f"/plans/{plan}/edits").json()["edits"][0]
    assert (line["operation"], line["after"]["job"]) == ("create", done["id"])
    again = client.post("/plans", json={"town": town, "seed": 3, "after": plan, "lines": "kept"})
    kept = await_state(client, again.headers["location"], "done", "failed")
    before, now = (
        client.get(f"/plans/{one}/collections/units/items?limit=1000").json() for one in (plan, kept["result"]["plan"])
    )
    assert [item["geometry"] for item in before["features"]] == [item["geometry"] for item in now["features"]]
    again = client.post("/plans", json={"town": town, "seed": 3, "after": PLAN_ID})
    refused = await_state(client, again.headers["location"], "done", "failed")
    assert (refused["state"], refused["code"]) == ("failed", "GP269")
    chinese = client.get(again.headers["location"], headers={"Accept-Language": "zh"})
    assert chinese.headers["content-language"] == "zh"
    assert chinese.json()["message"] != refused["message"]


def test_jobs_are_cancelled_waiting_or_running(small_store: Store) -> None:
    with served(small_store, Settings()) as running:
        client = running.client
        first, second = begin(client, effort=LONG), begin(client, seed=1)
        await_state(client, first, "running")
        pid = worker().pid
        assert client.delete(second).json()["state"] == "cancelled"
        assert client.delete(first).json()["cancel"]
        ended = await_state(client, first, "cancelled")
        assert (ended["code"], ended["result"]) == ("GP445", None)
        assert pid is not None
        assert not Path(f"/proc/{pid}").exists()
        told(client.delete(first), 409, "GP442")
        told(client.delete("/jobs/nosuch"), 404, "GP441")
        assert [job["state"] for job in client.get("/jobs").json()["jobs"]] == ["cancelled", "cancelled"]
        page = client.get("/jobs?limit=1").json()
        assert [job["href"] for job in client.get(page["next"]).json()["jobs"]] == [f"{running.url}{first}"]
    assert small_store.plans() == []


def test_a_killed_process_makes_its_job_failed_and_the_next_one_runs(small_store: Store) -> None:
    with served(small_store, Settings()) as running:
        killed, following = begin(running.client, effort=LONG), begin(running.client, seed=1)
        await_state(running.client, killed, "running")
        pid = worker().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        ended = await_state(running.client, killed, "failed")
        assert (ended["code"], "-9" in ended["message"]) == ("GP444", True)
        done = await_state(running.client, following, "done", "failed")
        assert done["state"] == "done", done
    assert [info.id for info in small_store.plans()] == [done["result"]["plan"]]


def test_a_server_that_is_stopped_leaves_its_job_to_the_next(small_store: Store) -> None:
    with served(small_store, Settings()) as running:
        job = begin(running.client, effort={"rounds": 2})
        await_state(running.client, job, "running")
        worker()
    assert multiprocessing.active_children() == []
    assert small_store.jobs.list()[0].state == "queued"
    with served(small_store, Settings()) as running:
        done = await_state(running.client, job, "done", "failed")
        assert done["state"] == "done", done


def test_a_killed_server_leaves_a_failed_job_and_no_process(tmp_path: Path, bundle: bytes) -> None:
    with process(tmp_path) as real:
        town = real.client.post("/plans", content=bundle, headers=GEOPACKAGE, timeout=WAIT_S)
        assert town.status_code == 202, town.text
        real.client.delete(str(httpx.URL(town.headers["location"]).path))
        asked = {"town": town.json()["asked"]["town"], "effort": LONG}
        lost = str(httpx.URL(real.client.post("/plans", json=asked).headers["location"]).path)
        waiting = str(httpx.URL(real.client.post("/plans", json={**asked, "effort": None}).headers["location"]).path)
        await_state(real.client, lost, "running")
        children = _children(real.running.pid)
        real.running.kill()
        real.running.wait(10)
        end = time.monotonic() + WAIT_S  # its process may only just be loading
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            assert time.monotonic() < end, children
            time.sleep(0.1)
        with open_store(real.store) as store, served(store, Settings()) as running:
            failed = state_of(running.client, lost)
            assert (failed["state"], failed["code"]) == ("failed", "GP443")
            assert "again" in failed["message"]
            assert await_state(running.client, waiting, "done", "failed")["state"] == "done"


def _children(pid: int) -> list[int]:
    """The processes that a process started and that run still."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({}, "GP586", "town"),
        ({"town": "nosuch"}, "GP589", "town: nosuch is not one of small"),
        ({"town": "small", "scheme": "/etc/passwd.toml"}, "GP586", "scheme"),
        ({"town": "small", "scheme": "../default"}, "GP586", "scheme"),
        ({"town": "small", "after": "nosuch"}, "GP589", "after"),
        ({"town": "small", "lines": "kept"}, "GP586", "after"),
        ({"town": "small", "lines": "old", "after": PLAN_ID}, "GP586", "lines"),
        ({"town": "small", "seed": -1}, "GP586", "seed"),
        ({"town": "small", "seed": 1.5}, "GP586", "seed"),
        ({"town": "small", "seed": True}, "GP586", "seed"),
        ({"town": "small", "effort": {"rounds": 10**9}}, "GP586", "effort.rounds"),
        ({"town": "small", "path": "/etc/passwd"}, "GP586", "path"),
        ([], "GP586", "-"),
    ],
)
def test_what_cannot_be_asked_is_told(idle: Served, body: object, code: str, words: str) -> None:
    assert words in told(idle.client.post("/plans", json=body), STATUS[code], code)
    told(idle.client.post("/plans", json=body, headers={"Accept-Language": "zh"}), STATUS[code], code)
    assert idle.store.jobs.list() == []


def test_what_is_no_town_is_told(changing: Served, bundle: bytes, tmp_path: Path) -> None:
    client = changing.client
    view = tmp_path / "view.gpkg"
    view.write_bytes(bundle)
    with sqlite3.connect(view) as made:
        made.execute("CREATE VIEW communities2 AS SELECT * FROM communities")
    made.close()
    empty = tmp_path / "empty.gpkg"
    with open_store(empty):
        pass
    bodies = {
        b"": "does not begin as a GeoPackage",
        b"PK\x03\x04 no GeoPackage": "does not begin as a GeoPackage",
        bundle[:5000]: "GP1",
        view.read_bytes(): "communities2",
        empty.read_bytes(): "communities",
    }
    before = client.get("/jobs").json()["jobs"]
    for body, words in bodies.items():
        answer = client.post("/plans", content=body, headers=GEOPACKAGE, timeout=WAIT_S)
        detail = told(answer, 400, "GP588")
        assert words in detail or words == "GP1", detail
        assert "/tmp" not in detail
    for query in ("town=x", "scheme=nosuch", "seed=x", "path=/etc/passwd", "seed=1&seed=2"):
        assert client.post(f"/plans?{query}", content=bundle, headers=GEOPACKAGE, timeout=WAIT_S).status_code == 400
    told(client.post("/plans", content=b"x", headers={"Content-Type": "text/plain"}), 415, "GP581")
    assert client.get("/jobs").json()["jobs"] == before


def test_an_upload_beyond_the_limit_is_413(tmp_path: Path, bundle: bytes) -> None:
    # So little that the server has read it before it answers; what happens to more is tried in test_limits.
    body = bundle[:20_000]
    with open_store(tmp_path / "plans.gpkg") as store, served(store, Settings(limits=Limits(body_bytes=10_000))) as running:
        for content in (body, (part for part in [body[:9_000], body[9_000:]])):
            with httpx.Client(base_url=running.url, trust_env=False) as client:
                told(client.post("/plans", content=content, headers=GEOPACKAGE, timeout=WAIT_S), 413, "GP555")
        assert store.towns() == []
