"""What whoever runs the service sees of it: log lines, numbers, readiness, and how it stops."""

import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.ogc.threads import READERS
from gridplan.cli import main
from gridplan.settings import Settings
from gridplan.store import open_store
from gridplan.store.dialects.postgis import POOL
from tests.api.process import Process, process
from tests.api.served import Served, served
from tests.api.test_errors import told
from tests.samples import PLAN_ID, sample_plan

ITEMS = "/plans/{plan}/collections/{collection}/items"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A real process with auth on."""
    with process(tmp_path_factory.mktemp("real"), GRIDPLAN_AUTH="on") as running:
        yield running


@pytest.fixture(scope="module")
def watching(real: Process) -> dict[str, str]:
    """What says that a program asks which may read the numbers."""
    with open_store(real.store) as store:
        _, secret = store.tokens.create(name="prometheus", role="planner", days=1)
    return {"Authorization": f"Bearer {secret}"}


def test_a_line_a_request_and_no_secret_in_it(real: Process) -> None:
    with open_store(real.store) as store:
        _, secret = store.tokens.create(name="李雷", role="planner", days=1)
    headers = {"Authorization": f"Bearer {secret}", "X-Request-ID": "mine.7", "Cookie": "session=zzz"}
    answer = real.client.get(f"/plans/{PLAN_ID}?phone=13800000000", headers=headers)
    assert answer.headers["x-request-id"] == "mine.7"
    (line,) = [line for line in real.lines() if line.get("id") == "mine.7"]
    assert {name: line[name] for name in ("level", "method", "path", "status", "who", "client")} == {
        "level": "info",
        "method": "GET",
        "path": f"/plans/{PLAN_ID}",
        "status": 400,
        "who": "token:李雷",
        "client": "127.0.0.1",
    }
    assert line["bytes"] == len(answer.content)
    assert float(str(line["ms"])) > 0
    assert time.strftime("%Y-%m-%dT%H:", time.gmtime()) in str(line["time"])
    log = real.log.read_text()
    assert not any(word in log for word in (secret, secret[3:], "13800000000", "zzz", "phone"))


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "é", "a\tb", '"}{"', "../../x\\"], ids=repr)
def test_an_id_that_is_not_well_formed_is_not_taken(real: Process, given: str) -> None:
    found = real.client.get("/plans", headers=[(b"X-Request-ID", given.encode("latin-1"))]).headers["x-request-id"]
    assert found != given
    assert found in [line.get("id") for line in real.lines()]


def test_a_path_cannot_begin_a_line(real: Process) -> None:
    for path in ("/a%0a%7b%22id%22:%22forged%22%7d", "/%1b[31m", "/%ff%fe", "/%E4%B8%AD"):
        assert real.client.get(path).status_code == 404
    lines = real.lines()  # each is JSON by itself
    assert "forged" not in [line.get("id") for line in lines]
    assert real.log.read_text().isprintable() or "\x1b" not in real.log.read_text()


def test_who_watches_makes_no_lines(real: Process, watching: dict[str, str]) -> None:
    before = len(real.lines())
    for path in ("/health", "/ready", "/metrics"):
        assert real.client.get(path, headers=watching).status_code == 200
    assert len(real.lines()) == before


def test_numbers_are_not_for_strangers(real: Process) -> None:
    """They count every report and step as it comes."""
    with open_store(real.store) as store:
        _, viewer = store.tokens.create(name="public", role="viewer", days=1)
    told(real.client.get("/metrics"), 401, "GP550")
    told(real.client.get("/metrics", headers={"Authorization": f"Bearer {viewer}"}), 403, "GP552")


def test_numbers_for_prometheus(real: Process, watching: dict[str, str]) -> None:
    real.client.get(f"/plans/{PLAN_ID}/collections/grids/items")
    real.client.get("/plans/nosuch/collections/grids/items")
    real.client.get("/nowhere")
    families = {
        family.name: family for family in text_string_to_metric_families(real.client.get("/metrics", headers=watching).text)
    }
    counted = {tuple(sample.labels.values()): sample.value for sample in families["gridplan_requests"].samples}
    assert counted["GET", ITEMS, "200"] >= 1
    assert counted["GET", ITEMS, "404"] >= 1
    assert counted["GET", "-", "404"] >= 1
    assert not any("nosuch" in route or PLAN_ID in route for _, route, _ in counted)
    timed = families["gridplan_request_seconds"].samples
    route = {"method": "GET", "route": ITEMS}
    buckets = [sample.value for sample in timed if sample.name.endswith("_bucket") and route.items() <= sample.labels.items()]
    assert buckets == sorted(buckets)
    assert buckets[-1] == next(s.value for s in timed if s.name.endswith("_count") and s.labels == route)
    assert families["gridplan_requests_running"].samples[0].value == 1  # the one that asks
    assert {sample.labels["state"] for sample in families["gridplan_store_connections"].samples} == {"used", "idle", "own"}
    assert families["gridplan_build_info"].samples[0].labels["version"]
    assert families["process_resident_memory_bytes"].samples[0].value > 0


def connections(client: httpx.Client) -> dict[str, float]:
    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
    return {each.labels["state"]: each.value for each in families["gridplan_store_connections"].samples}


def test_every_connection_is_counted(changing: Served) -> None:
    with ThreadPoolExecutor(12) as pool:
        paths = [f"/collections/grids/items?limit={number}" for number in range(1, 60)]
        assert {answer.status_code for answer in pool.map(changing.client.get, paths)} == {200}
    # Asking takes a connection of the pool itself; after so many times it has all that it may have.
    found = [connections(changing.client) for _ in range(POOL + 1)][-1]
    assert 1 <= found["own"] <= READERS
    if not changing.store.embedded:
        with psycopg.connect(changing.store.address.replace("+psycopg", "")) as server:
            asked = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            assert server.execute(asked).fetchone() == (sum(found.values()),), found


def test_jobs_are_counted(tmp_path: Path) -> None:
    with open_store(tmp_path / "plans.gpkg") as store, served(store, Settings()) as running:
        table = store._dialect.tables.records["jobs"]
        job = {
            "kind": "plan",
            "progress": 0,
            "params": "{}",
            "who": "a",
            "created_at": "2026-01-01T00:00:00.000Z",
            "cancel": False,
        }
        with store._database.writing() as connection:
            store._dialect.prepare(connection, [table])
            for number, state in enumerate(("done", "done", "failed")):
                connection.execute(table.insert(), {**job, "id": str(number), "state": state})
        text = running.client.get("/metrics").text
        assert 'gridplan_jobs{state="done"} 2.0' in text
        assert 'gridplan_jobs{state="failed"} 1.0' in text


def test_ready_says_when_the_store_is_of_another_version(tmp_path: Path, fresh_postgis_url: str) -> None:
    with open_store(fresh_postgis_url) as store, served(store, Settings()) as running:
        assert running.client.get("/ready").json() == {"status": "ok"}
        with psycopg.connect(fresh_postgis_url) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '0000'")
        told(running.client.get("/ready"), 503, "GP520")
        with psycopg.connect(fresh_postgis_url) as connection:
            connection.execute("DROP TABLE alembic_version")
        told(running.client.get("/ready"), 503, "GP520")
        assert running.client.get("/health").json() == {"status": "ok"}


def test_health_asks_no_store(tmp_path: Path) -> None:
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_plan(sample_plan())
    with open_store(tmp_path / "plans.gpkg", read_only=True) as store, served(store, Settings()) as running:
        (tmp_path / "plans.gpkg").write_bytes(b"no longer a database" * 500)
        assert running.client.get("/health").status_code == 200
        assert running.client.get("/ready").status_code == 503
        assert "gridplan_requests_running" in running.client.get("/metrics").text


def test_told_to_stop_it_finishes_what_runs_and_closes_the_store(tmp_path: Path) -> None:
    body = b'{"name": "last", "role": "viewer"}'
    head = f"POST /tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with process(tmp_path) as real, socket.create_connection(("127.0.0.1", real.port)) as raw:
        raw.sendall(head.encode() + body[:10])
        time.sleep(0.5)
        real.running.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", real.port))
        raw.sendall(body[10:])
        answer = raw.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 201 ")
        assert b"connection: close" in answer
        assert real.ends() == 0
        said = real.running.stdout.read() if real.running.stdout else ""
        assert [line.split()[0] for line in said.splitlines()] == ["Serving", "Stopped."]
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith("plans")] == ["plans.gpkg"]
        with closing(sqlite3.connect(real.store)) as kept:
            assert kept.execute("SELECT name FROM tokens").fetchall() == [("last",)]


def test_a_person_reads_words_and_is_not_kept_waiting(tmp_path: Path) -> None:
    with process(tmp_path, "--log-format", "text", GRIDPLAN_STOP_S="1") as real:
        real.client.get("/plans")
        time.sleep(0.5)
        (line,) = real.log.read_text().splitlines()
        assert " GET /plans 200 " in line
        with socket.create_connection(("127.0.0.1", real.port)) as raw:
            raw.sendall(b"POST /tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n")
            time.sleep(0.5)
            real.running.send_signal(signal.SIGINT)
            assert real.ends(15) == 0


def test_a_setting_that_cannot_be_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GRIDPLAN_AUTH", "maybe")
    assert main(["serve"]) == 1
    assert "GRIDPLAN_AUTH" in capsys.readouterr().err


def test_a_database_that_is_gone_is_said_and_comes_back(fresh_postgis_url: str, postgis_server: str) -> None:
    paths = ["/collections/grids/items", "/collections/grids/items?bbox=0,0,1,1", "/collections/grids", "/plans", "/ready"]
    paths += ["/tiles/WebMercatorQuad/14/6757/12938", f"/plans/{PLAN_ID}/edits", f"/collections/grids/items/{'0' * 15}"]
    name = urlsplit(fresh_postgis_url).path[1:]
    with open_store(fresh_postgis_url) as store, served(store, Settings()) as service:
        store.save_plan(sample_plan())
        before = [service.client.get(path).status_code for path in paths]
        with psycopg.connect(postgis_server, autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
            try:
                for path in paths:
                    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
                    answer = service.client.get(path)
                    assert told(answer, 503, "GP520"), path
                    assert answer.headers["retry-after"].isdecimal()
            finally:
                server.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
        assert [service.client.get(path).status_code for path in paths] == before
