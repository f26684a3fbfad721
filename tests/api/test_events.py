"""News of a plan as server-sent events: of edits, steps and other programs, to many listeners, and to no more than set."""

import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

import api.watching
from api.ogc.threads import READERS
from gridplan.settings import Limits, Settings
from gridplan.store import Editor, Store, open_store
from tests.api.served import Served, served
from tests.api.test_access import bearer
from tests.api.test_errors import told
from tests.api.test_plans import HERE, branch, rename
from tests.editor.lattice import lattice_plan
from tests.provide.postgis import copied
from tests.samples import sample_plan

#: Within which news come: a look every 0.4 s, on a machine that does other things too.
SOON_S = 10.0


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def where(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a store with the sample plan."""
    with ExitStack() as stack:
        if request.param == "postgis":
            address = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        else:
            address = str(tmp_path_factory.mktemp("events") / "plans.gpkg")
        with open_store(address) as store:
            store.save_plan(sample_plan())
        yield address


@pytest.fixture(scope="module")
def service(where: str) -> Iterator[Served]:
    """The service with the sample plan."""
    with open_store(where) as store, served(store, Settings()) as running:
        yield running


class Heard:
    """What a listener hears, as it comes; by a socket, which can be shut while it is read."""

    def __init__(self, service: Served, path: str, **headers: str) -> None:
        self.news: list[dict[str, Any]] = []
        self.beats = 0
        self.over = threading.Event()
        self.status = ""
        self._socket = socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2])))
        given = {"Host": "127.0.0.1", "Connection": "close", **headers}
        told_of = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{told_of}\r\n".encode())
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        with self._socket.makefile("rb") as answer:
            self.status = answer.readline().decode()
            for line in answer:
                if line.startswith(b"data: "):
                    self.news.append(json.loads(line.removeprefix(b"data: ")))
                self.beats += line == b":\n"
        self.over.set()

    def until(self, count: int) -> list[dict[str, Any]]:
        """The news, as soon as there are so many."""
        end = time.monotonic() + SOON_S
        while len(self.news) < count:
            assert time.monotonic() < end, (self.status, self.news)
            time.sleep(0.02)
        return self.news

    def leave(self) -> None:
        with suppress(OSError):  # the server was quicker
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(SOON_S)
        assert not self._thread.is_alive()
        self._socket.close()


@contextmanager
def listening(service: Served, plan: str, **headers: str) -> Iterator[Heard]:
    heard = Heard(service, f"{plan}/editor/events", **headers)
    try:
        yield heard
    finally:
        heard.leave()


def test_edits_and_steps_are_told_to_all_who_listen(service: Served) -> None:
    client, draft = service.client, branch(service.client)
    with listening(service, draft) as one, listening(service, draft) as other, listening(service, HERE) as elsewhere:
        for heard in (one, other, elsewhere):
            heard.until(1)
        assert one.news == [{"revision": 1, "state": "draft", "who": None, "operation": None}]
        begun = time.monotonic()
        edited = client.post(f"{draft}/edits", json=rename("甲"), headers={"If-Match": "*"}).json()
        last = {"revision": edited["revision"], "state": "draft", "who": "local", "operation": "rename"}
        assert one.until(2)[-1] == other.until(2)[-1] == last
        assert time.monotonic() - begun < SOON_S
        client.post(f"{draft}/submission", json={"note": "x"}, headers={"If-Match": "*"})
        assert (one.until(3)[-1]["state"], other.until(3)[-1]["operation"]) == ("submitted", "submit")
        client.post(f"{draft}/return", json={"note": "x"}, headers={"If-Match": "*"})
        one.until(4)
        assert client.delete(draft).status_code == 204
        # Of a plan that is gone there are no news: the listener is let go, and told so when it comes again.
        assert one.over.wait(SOON_S)
        assert other.over.wait(SOON_S)
        assert len(elsewhere.news) == 1
        assert not elsewhere.over.is_set()
    told(client.get(f"{draft}/editor/events"), 404, "GP510")


def test_other_programs_are_heard_too(service: Served, where: str) -> None:
    draft = branch(service.client)
    plan = draft.rpartition("/")[2]
    with listening(service, draft) as heard:
        heard.until(1)
        with open_store(where) as second:
            info = second.edits.edit(plan, rename("乙")["operations"], Editor("token:wang", "planner"))
        assert heard.until(2)[-1] == {"revision": info.revision, "state": "draft", "who": "token:wang", "operation": "rename"}
        statement = f"UPDATE meta SET value = '丙' WHERE plan = '{plan}' AND key = 'name'"
        if where.startswith("postgresql"):
            with psycopg.connect(where) as connection:
                connection.execute(statement)
        else:
            with closing(sqlite3.connect(where)) as file, file:
                file.execute(statement)
        last = heard.until(3)[-1]
        assert (last["who"], last["operation"]) == (None, None)
        assert last["revision"] > info.revision


def test_listeners_hold_no_thread_and_no_connection(service: Served) -> None:
    draft = branch(service.client)
    with ExitStack() as stack:
        many = [stack.enter_context(listening(service, draft)) for _ in range(40)]
        for heard in many:
            heard.until(1)
        assert service.store.connections()["used"] == 0
        assert service.store.connections()["own"] <= READERS
        assert service.client.get("/plans").status_code == 200
        service.client.post(f"{draft}/edits", json=rename("甲"), headers={"If-Match": "*"})
        assert {heard.until(2)[-1]["operation"] for heard in many} == {"rename"}


def test_there_are_as_many_listeners_as_set_and_who_leaves_makes_room(where: str) -> None:
    with open_store(where) as store, served(store, Settings(limits=Limits(listeners=2))) as narrow:
        with listening(narrow, HERE) as one, listening(narrow, HERE) as other:
            one.until(1)
            other.until(1)
            refused = narrow.client.get(f"{HERE}/editor/events", headers={"Accept-Language": "zh"})
            assert "2 个客户端" in told(refused, 503, "GP562")
            assert refused.headers["retry-after"] == "30"
            assert narrow.client.get(f"{HERE}/editor/changes?since=1").status_code in (200, 409)
        end = time.monotonic() + SOON_S
        while narrow.client.head(f"{HERE}/editor/events").status_code != 200:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_a_head_ends_and_takes_no_seat(where: str) -> None:
    with open_store(where) as store, served(store, Settings(limits=Limits(listeners=1))) as narrow:
        for _ in range(3):
            answer = narrow.client.head(f"{HERE}/editor/events")
            assert (answer.status_code, answer.content) == (200, b"")
            assert answer.headers["content-type"].startswith("text/event-stream")
            time.sleep(0.1)


def test_listeners_are_told_that_the_service_lives_and_come_again(service: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.watching, "BEAT_S", 0.1)
    monkeypatch.setattr(api.watching, "STAY_S", 1.0)
    with listening(service, HERE) as heard:
        assert heard.over.wait(SOON_S)
        assert heard.beats >= 3
        assert len(heard.news) == 1


def test_the_end_of_the_service_waits_for_no_listener(tmp_path: Path) -> None:
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_plan(lattice_plan())
        with served(store, Settings()) as running:
            heard = Heard(running, f"/plans/{lattice_plan().id}/editor/events")
            heard.until(1)
            begun = time.monotonic()
        assert time.monotonic() - begun < Settings().limits.stop_s / 4
        assert heard.over.wait(SOON_S)
        heard.leave()


def test_only_planners_listen(tmp_path: Path) -> None:
    with open_store(tmp_path / "plans.gpkg") as store, served(save(store), Settings(auth=True)) as guarded:
        path = f"{HERE}/editor/events"
        told(guarded.client.get(path), 401, "GP550")
        told(guarded.client.get(path, headers=bearer(store, "viewer")), 403, "GP552")
        told(guarded.client.get(f"{path}?x=1", headers=bearer(store, "planner")), 400, "GP501")
        told(guarded.client.get("/plans/nosuch/editor/events", headers=bearer(store, "planner")), 404, "GP510")
        told(guarded.client.post(path, headers=bearer(store, "planner")), 405, "GP513")
        with listening(guarded, HERE, **bearer(store, "planner")) as heard:
            heard.until(1)


def save(store: Store) -> Store:
    store.save_plan(sample_plan())
    return store
