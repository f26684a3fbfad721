"""Both kinds of store, empty, for the tests that promise the same of each."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from gridplan.contracts import REGISTERS
from gridplan.plan.model import Plan
from gridplan.store import Store, migrate, open_store
from tests.provide.postgis import copied
from tests.samples import sample_plan
from tests.store.things import ROWS, Things, things_in_geopackage, things_in_postgis

KINDS = ("postgis", "geopackage")


@pytest.fixture(scope="session")
def migrated_postgis_url(postgis_url: str) -> str:
    """The run's own database with the tables of gridplan."""
    migrate(postgis_url)
    return postgis_url


@pytest.fixture
def emptied_postgis_url(migrated_postgis_url: str) -> str:
    """The same, empty; making one for each test would take a second each."""
    with psycopg.connect(migrated_postgis_url) as connection:
        connection.execute(
            f"TRUNCATE plans, towns, adoptions, edits, jobs, tokens, coverages, distances, {', '.join(REGISTERS)} CASCADE"
        )
    return migrated_postgis_url


@pytest.fixture(params=KINDS)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    if request.param == "postgis":
        return str(request.getfixturevalue("emptied_postgis_url"))
    return str(tmp_path / "计划 #1?.gpkg")


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    """An empty store, open."""
    with open_store(where) as opened:
        yield opened


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The hand-drawn plan; made once, as no one changes its tables in place."""
    return sample_plan()


@pytest.fixture(scope="module", params=KINDS)
def filled(request: pytest.FixtureRequest, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the hand-drawn plan in it, for tests that only read."""
    with ExitStack() as stack:
        where = str(tmp_path_factory.mktemp("filled") / "计划.gpkg")
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(plan)
        yield store


@pytest.fixture
def named() -> Callable[[Plan, str], Plan]:
    """A function that gives a plan under another id."""

    def rename(plan: Plan, plan_id: str) -> Plan:
        meta = plan.meta.copy()
        meta.loc[meta["key"] == "plan", "value"] = plan_id
        return dataclasses.replace(plan, meta=meta)

    return rename


@pytest.fixture(scope="module", params=KINDS)
def things(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Things]:
    """The hand-drawn table of every type that filters may name."""
    if request.param == "postgis":
        made = things_in_postgis(request.getfixturevalue("postgis_url"))
    else:
        made = things_in_geopackage(tmp_path_factory.mktemp("things") / "things.gpkg")
    with made as table:
        table.fill(ROWS)
        yield table
