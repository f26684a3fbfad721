"""A request that is given up leaves no statement behind, in neither store."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from api.ogc.threads import READERS
from api.writers import WRITERS
from gridplan.errors import RequestError
from gridplan.settings import Limits, Settings
from gridplan.store import geopackage, open_store
from gridplan.store.database import Statement
from tests.api.served import Served, served
from tests.api.test_errors import told
from tests.api.test_transactions import ITEMS, incident
from tests.provide.postgis import copied
from tests.samples import PLAN_ID, sample_plan

SECONDS = 1
#: What another program may add to a file: each new incident takes for ever.
SLOW = """
CREATE TRIGGER slow AFTER INSERT ON incidents WHEN NEW.kind = 'slow' BEGIN
  SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000) SELECT i FROM n);
END
"""
ENDLESS = {
    "geopackage": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgis": "SELECT pg_sleep(1000)",
}


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def hurried(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service that gives answers up after a second."""
    with ExitStack() as stack:
        where: str | Path = tmp_path_factory.mktemp("hurried") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(sample_plan())
        yield stack.enter_context(served(store, Settings(limits=Limits(answer_s=SECONDS))))


def test_no_statement_runs_longer_than_an_answer_may_take(hurried: Served) -> None:
    endless = ENDLESS["geopackage" if hurried.store.embedded else "postgis"]
    reader = hurried.store.items._database
    for _ in range(2):  # the connection is as good afterwards
        begun = time.monotonic()
        with pytest.raises(RequestError, match=r"GP557 .*within 1 s"):
            reader.rows(Statement(endless, {}), {})
        with pytest.raises(RequestError, match="GP557"), reader.reading() as connection:
            connection.exec_driver_sql(endless)
        with pytest.raises(RequestError, match="GP557"), reader.writing() as connection:
            connection.exec_driver_sql(endless)
        assert 3 * SECONDS <= time.monotonic() - begun < 30
        assert hurried.client.get(f"/plans/{PLAN_ID}").status_code == 200
        assert hurried.client.get("/collections/grids/items").status_code == 200


def test_what_waits_for_another_program_is_given_up(hurried: Served) -> None:
    client = hurried.client
    if hurried.store.embedded:
        _make_slow(hurried.store.address)
        for _ in range(WRITERS + 1):  # no thread is lost
            told(client.post(ITEMS, json=incident(kind="slow")), 503, "GP557")
    else:
        with psycopg.connect(hurried.store.address.replace("+psycopg", "")) as other:
            other.execute("LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE")
            for _ in range(WRITERS + 1):
                told(client.post(ITEMS, json=incident(kind="slow")), 503, "GP557")
            for _ in range(READERS + 1):
                told(client.get(f"{ITEMS}?kind=a"), 503, "GP557")
            time.sleep(SECONDS)
            running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            assert other.execute(running).fetchone() == (0,)
    # Nothing of it was kept or still holds a lock.
    assert client.post(ITEMS, json=incident(kind="quick")).status_code == 201
    assert [each["properties"]["kind"] for each in client.get(ITEMS).json()["features"]] == ["quick"]


@pytest.mark.parametrize("hurried", ["postgis"], indirect=True)
def test_an_edit_that_was_given_up_is_not_done_later(hurried: Served) -> None:
    grid = str(hurried.store.load_plan(PLAN_ID).grids.code.iloc[0])
    tag = hurried.client.get(f"/plans/{PLAN_ID}").headers["etag"]
    edit = {"operations": [{"operation": "rename", "level": "grid", "code": grid, "name": "late"}]}
    with psycopg.connect(hurried.store.address.replace("+psycopg", "")) as other:
        other.execute("UPDATE grids SET name = name WHERE plan = %s", [PLAN_ID])
        for _ in range(WRITERS + 1):
            told(hurried.client.post(f"/plans/{PLAN_ID}/edits", json=edit, headers={"If-Match": tag}), 503, "GP557")
        assert hurried.client.post(ITEMS, json=incident(kind="beside")).status_code == 201, "other tables are written meanwhile"
        other.rollback()
    time.sleep(SECONDS)
    assert hurried.client.get(f"/plans/{PLAN_ID}").headers["etag"] == tag
    assert "late" not in hurried.client.get("/collections/grids/items").text


def _make_slow(path: str) -> None:
    with closing(sqlite3.connect(path, timeout=10)) as other:
        geopackage.register(other)
        other.executescript(SLOW)
