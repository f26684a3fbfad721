"""The columns that incidents are counted from are those of the rows, whoever changes them and whenever the store was opened."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import psycopg
import pytest
import sqlalchemy as sa

from gridplan.analysis.locating import located
from gridplan.store import COMMAND_LINE, Store, geopackage, incident_zones, open_store
from gridplan.store.incident_bins import Lattice
from gridplan.store.incident_query import CountQuery
from gridplan.store.tables import PART_BITS
from tests.provide.postgis import copied
from tests.samples import PLAN_ID, URBAN, sample_plan, spot
from tests.store.conftest import KINDS

PART = 1 << PART_BITS
ASKED = CountQuery(datetime(2026, 6, 1, tzinfo=UTC), ("grid", "kind"))
Counts = dict[tuple[str, str], int]
Say = Callable[[str], object]


@pytest.fixture(params=KINDS)
def where(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a store without incidents."""
    with ExitStack() as stack:
        place = str(tmp_path_factory.mktemp("columns") / "plans.gpkg")
        if request.param == "postgis":
            place = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        else:
            open_store(place).close()
        yield place


@contextmanager
def another_program(where: str) -> Iterator[Say]:
    """Says statements to the database as a program does that knows nothing of gridplan; each is a transaction."""
    if where.startswith("postgresql"):
        with psycopg.connect(where, autocommit=True) as server:
            yield lambda text: server.execute(text.encode())
        return
    file = sqlite3.connect(where, isolation_level=None, timeout=30)
    geopackage.register(file)  # the functions that every program has that writes GeoPackages
    try:
        yield file.execute
    finally:
        file.close()


def counted(store: Store) -> Counts:
    """How many incidents there are by grid and kind."""
    table = store.incident_counts.table(ASKED)
    keys = zip(table.keys["grid"], table.keys["kind"], strict=True)
    return dict(zip(keys, table.counts["reported"].tolist(), strict=True))


def told(where: str) -> Counts:
    """The same by the database itself."""
    query = "SELECT coalesce(grid, '') AS g, kind, count(*) FROM incidents GROUP BY 1, 2"
    with open_store(where) as store, store._database.reading() as connection:
        return {(grid, kind): count for grid, kind, count in connection.execute(sa.text(query))}


def row(fid: int, grid: str, kind: str) -> str:
    """The statement that makes an incident."""
    return (
        "INSERT INTO incidents (fid, id, kind, stage, reported_at, grid)"
        f" VALUES ({fid}, 'i{fid}', '{kind}', 'collected', '2026-01-01T00:00:00Z', '{grid}')"
    )


def test_counts_follow_every_change_in_every_part(where: str) -> None:
    draw = np.random.default_rng(5)
    rows: list[int] = []
    with another_program(where) as say, open_store(where) as store:
        for turn in range(120):
            match draw.integers(0, 6) if rows else 0:
                case 0 | 1:
                    fid = int(draw.integers(0, 12 * PART)) - PART
                    if fid not in rows:
                        say(row(fid, f"g{turn % 5}", f"k{turn % 3}"))
                        rows.append(fid)
                case 2:
                    say(f"UPDATE incidents SET kind = 'k{turn % 3}' WHERE fid = {rows[draw.integers(0, len(rows))]}")
                case 3:
                    say(f"DELETE FROM incidents WHERE fid = {rows.pop(int(draw.integers(0, len(rows))))}")
                case 4:
                    moved = rows.pop(int(draw.integers(0, len(rows))))
                    to = 12 * PART + turn
                    say(f"UPDATE incidents SET fid = {to} WHERE fid = {moved}")
                    rows.append(to)
                case _:
                    say(f"UPDATE incidents SET grid = 'g{turn % 4}' WHERE fid > {int(draw.integers(0, 12 * PART))}")
            assert counted(store) == told(where)
            if turn % 10 == 0:
                with open_store(where) as new:
                    assert counted(new) == counted(store)


def test_columns_that_were_stored_are_read_until_a_row_changes(where: str) -> None:
    with another_program(where) as say:
        for part in range(10):
            say(row(part * PART, "a", "lamp"))
        with open_store(where) as store:
            assert counted(store) == {("a", "lamp"): 10}
        assert packed(where) == list(range(10)), "who read ten parts row by row stored them for the next"
        # Behind the triggers, so that only what was stored can say what is counted.
        say("UPDATE incident_parts SET packed = (SELECT packed FROM incident_parts WHERE part = 1) WHERE part = 0")
        with open_store(where) as store:
            assert counted(store) == {("a", "lamp"): 10}
        say(f"UPDATE incidents SET grid = 'b' WHERE fid = {3 * PART}")
        assert packed(where) == [part for part in range(10) if part != 3]
        with open_store(where) as store:
            assert counted(store) == {("a", "lamp"): 9, ("b", "lamp"): 1}


def test_what_changed_while_it_was_read_is_not_stored(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with another_program(where) as say:
        for part in range(10):
            say(row(part * PART, "a", "lamp"))
        with open_store(where) as store:
            columns = store.incident_counts._columns
            storing = columns._store_if_nobody_writes

            def late(made: dict) -> None:  # type: ignore[type-arg]  # as it is given
                changing.append(say(f"UPDATE incidents SET grid = 'b' WHERE fid = {4 * PART}"))
                storing(made)

            changing: list[object] = []
            monkeypatch.setattr(columns, "_store_if_nobody_writes", late)
            assert counted(store) == {("a", "lamp"): 10}, "as the transaction saw it that read"
            assert changing
            assert 4 not in packed(where)
            assert counted(store) == {("a", "lamp"): 9, ("b", "lamp"): 1}


def test_who_writes_is_not_waited_for(where: str) -> None:
    with another_program(where) as say, another_program(where) as writing:
        for part in range(10):
            say(row(part * PART, "a", "lamp"))
        with open_store(where) as store:
            counted(store)  # connections are made, so that what follows writes nothing but columns
            say(f"UPDATE incidents SET grid = 'b' WHERE fid < {9 * PART}")
            writing("BEGIN IMMEDIATE" if store.embedded else "BEGIN")
            writing(row(11 * PART, "c", "lamp"))
            writing("UPDATE incidents SET kind = 'noise'")
            assert counted(store) == {("a", "lamp"): 1, ("b", "lamp"): 9}
            writing("ROLLBACK")
        assert packed(where) == [9], "another one wrote, so nothing was stored"
        with open_store(where, read_only=not where.startswith("postgresql")) as store:
            assert counted(store) == {("a", "lamp"): 1, ("b", "lamp"): 9}


def packed(where: str) -> list[int]:
    """The parts whose columns are stored."""
    with open_store(where) as store, store._database.reading() as connection:
        return list(connection.scalars(sa.text("SELECT part FROM incident_parts WHERE packed IS NOT NULL ORDER BY part")))


def test_what_viewers_are_told_stays_for_an_hour(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [3600.0 * 500_000]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    told = replace(ASKED, published=True)
    with another_program(where) as say, open_store(where) as store:
        say(row(1, "a", "lamp"))
        store.publish_every(3600)
        assert store.incident_counts.table(told).total["reported"] == 1
        say(row(2, "a", "lamp"))
        assert store.incident_counts.table(ASKED).total["reported"] == 2, "planners are told at once"
        clock[0] += 3599
        # Neither this table nor another one, nor the map, knows of the second.
        assert store.incident_counts.table(told).total["reported"] == 1
        assert store.incident_counts.table(replace(told, by=("kind",))).total["reported"] == 1
        lattice = Lattice((0.0, 0.0, 0.1, 0.1), "EPSG:32631", 50.0)
        assert store.incident_bins.binned(lattice, published=True).table["weight"].sum() == 1
        clock[0] += 1
        assert store.incident_counts.table(told).total["reported"] == 2
        assert store.incident_bins.binned(lattice, published=True).table["weight"].sum() == 2


def test_where_incidents_lie_is_found_anew_for_parts_that_changed_alone(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    placed: list[int] = []

    def counting(shapes: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        placed.append(len(x))
        return located(shapes, x, y)

    monkeypatch.setattr(incident_zones, "located", counting)
    asked = replace(ASKED, by=("grid",), plan=PLAN_ID)
    with another_program(where) as say, open_store(where) as store:
        store.save_plan(sample_plan())

        def reported(name: str, column: int, row: int) -> None:
            at = {"type": "Point", "coordinates": [spot(column, row).x, spot(column, row).y]}
            told = {"kind": "lamp", "stage": "collected", "reported_at": "2026-03-01T08:30:00Z"}
            store.registers.create("incidents", {"type": "Feature", "id": name, "geometry": at, "properties": told}, COMMAND_LINE)

        for number in range(3):
            reported(f"i{number}", 0, 0)
            say(f"UPDATE incidents SET fid = {number * PART + 5} WHERE id = 'i{number}'")
        first = store.incident_counts.table(asked)
        assert (first.keys["grid"], first.counts["reported"].tolist(), first.elsewhere) == ([f"{URBAN}001"], [3], 0)
        store.registers.update("incidents", "i1", {"geometry": {"type": "Point", "coordinates": [0.5, 0.5]}}, COMMAND_LINE)
        after = store.incident_counts.table(asked)
        assert (after.keys["grid"], after.counts["reported"].tolist(), after.elsewhere) == (["", f"{URBAN}001"], [1, 2], 1)
        assert placed == [3, 1]
        reported("i3", 0, 0)
        say("DELETE FROM incidents WHERE id = 'i0'")
        assert store.incident_counts.table(asked).total["reported"] == 3
        assert sum(placed) <= 3 + 1 + 2
