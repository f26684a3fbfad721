"""Tables of a million incidents from both stores, beside pandas and plain SQL in the same run.

    python -m benchmarks.incident_tables --count 1000000 --postgis postgresql://user:password@host/database

``first`` is a table of a store that was just opened, so nothing is in its memory (the file and the database may be in that of
the system); ``then`` is the same of a store that has had another table before. ``after a step`` is the first table after a step
of one incident, ``map page`` the page of the map, made whole. ``pandas`` is the library's own function on the table in memory,
``SQL`` the counts in one statement with GROUP BY and no index of ours. The database has to be empty.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from benchmarks.incident_rows import lattice_plan, many_incidents
from gridplan.analysis.incidents.measures import By
from gridplan.analysis.incidents.rates import incident_rates
from gridplan.maps import stored_page
from gridplan.store import COMMAND_LINE, CountQuery, Store, migrate, open_store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: Name -> what is asked.
TABLES: dict[str, dict[str, Any]] = {  # options of CountQuery
    "grid": {"by": ("grid",)},
    "community": {"by": ("community",)},
    "kind": {"by": ("kind",)},
    "month": {"by": ("period",)},
    "grid, kind": {"by": ("grid", "kind")},
    "grid, month": {"by": ("grid", "period")},
    "kind, month": {"by": ("kind", "period")},
    "grid, 13 months": {"by": ("grid",), "start": date(2024, 1, 10), "end": date(2025, 2, 3)},
    "week": {"by": ("period",), "period": "week"},
    "grid of a plan": {"by": ("grid",), "plan": "1a771ce000000001"},
}
_SQL = (
    "SELECT grid, count(*), sum(CASE WHEN stage = 'rejected' THEN 1 ELSE 0 END),"
    " sum(CASE WHEN stage = 'closed' THEN 1 ELSE 0 END),"
    " sum(CASE WHEN escalated_at IS NOT NULL THEN 1 ELSE 0 END),"
    " sum(CASE WHEN stage = 'closed' AND closed_at <= due_at THEN 1 ELSE 0 END), count(satisfaction), sum(satisfaction)"
    " FROM incidents {how} GROUP BY grid"
)


def fill(where: str, incidents: gpd.GeoDataFrame) -> float:
    """Seconds in which the plan and the incidents are in the store, by its own import."""
    if where.startswith("postgresql"):
        migrate(where)
    with open_store(where) as store:
        store.save_plan(lattice_plan())
        start = time.perf_counter()
        store.incidents.add(incidents, COMMAND_LINE)
        return time.perf_counter() - start


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The least of a few runs."""
    return min(timed(work) for _ in range(rounds))


def first(where: str, asked: dict[str, Any]) -> float:  # options of CountQuery
    """Seconds of a table of a store that was just opened."""
    with open_store(where) as store:
        return timed(lambda: store.incident_counts.table(CountQuery(NOW, **asked)))


def then(where: str, asked: dict[str, Any], before: dict[str, Any]) -> float:  # options of CountQuery
    """Seconds of a table of a store that has had another one."""
    with open_store(where) as store:
        store.incident_counts.table(CountQuery(NOW, **before))
        return timed(lambda: store.incident_counts.table(CountQuery(NOW, **asked)))


def changed(where: str, asked: dict[str, Any]) -> float:  # options of CountQuery
    """Seconds of a table after one incident was worked on."""
    with open_store(where) as store:
        store.incident_counts.table(CountQuery(NOW, **asked))
        with store._database.writing() as connection:
            connection.execute(sa.text("UPDATE incidents SET satisfaction = 1 + satisfaction % 5 WHERE fid = 500000"))
        return timed(lambda: store.incident_counts.table(CountQuery(NOW, **asked)))


def page(where: str) -> float:
    """Seconds in which the page of the map is made, of a store that was just opened."""
    with open_store(where) as store:
        return timed(lambda: stored_page(store, store.plans()[0].id))


def timed(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plain(where: str) -> None:
    """The counts by grid by one statement."""
    if where.startswith("postgresql"):
        engine = sa.create_engine(sa.make_url(where).set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            connection.execute(sa.text(_SQL.format(how=""))).all()
        engine.dispose()
        return
    with closing(sqlite3.connect(where)) as connection:
        connection.execute(_SQL.format(how="NOT INDEXED")).fetchall()


def by_pandas(incidents: gpd.GeoDataFrame, by: tuple[By, ...]) -> Callable[[], pd.DataFrame]:
    """The library's function on the table in memory."""
    return lambda: incident_rates(incidents, by, now=NOW)


def check(store: Store, incidents: gpd.GeoDataFrame) -> None:
    """Nothing, where both say the same."""
    table = store.incident_counts.table(CountQuery(NOW, ("grid", "kind")))
    expected = incident_rates(incidents, ("grid", "kind"), now=NOW)
    assert table.keys["grid"] == expected["grid"].tolist()
    for name, values in table.counts.items():
        assert (values == expected[name].to_numpy()).all(), name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--postgis")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    incidents = many_incidents(asked.count)
    with tempfile.TemporaryDirectory() as folder:
        stores = {"GeoPackage": str(Path(folder) / "incidents.gpkg")}
        if asked.postgis:
            stores["PostGIS"] = asked.postgis
        print(f"{asked.count:,} incidents, 1,000 grids, 15 kinds, 36 months; seconds, the least of {asked.rounds}")
        print("", *(f"{name}, {what}" for name in stores for what in ("first", "then")), sep="\t")
        print("import", *(f"{fill(where, incidents):.1f}\t" for where in stores.values()), sep="\t")
        for where in stores.values():
            with open_store(where) as store:
                check(store, incidents)
        runs = range(asked.rounds)
        for name, table in TABLES.items():
            other = TABLES["kind" if name == "grid" else "grid"]
            told = [
                min(told)
                for where in stores.values()
                for told in ([first(where, table) for _ in runs], [then(where, table, other) for _ in runs])
            ]
            print(name, *(f"{each:.2f}" for each in told), sep="\t")
        for name in ("grid", "grid of a plan"):
            told = [min(changed(where, TABLES[name]) for _ in runs) for where in stores.values()]
            print(f"{name}, after a step", *(f"\t{each:.2f}" for each in told), sep="\t")
        print("map page", *(f"{min(page(where) for _ in runs):.2f}\t" for where in stores.values()), sep="\t")
        print("SQL by grid", *(f"{seconds(partial(plain, where), asked.rounds):.2f}\t" for where in stores.values()), sep="\t")
        bys: tuple[tuple[By, ...], ...] = (("grid",), ("grid", "kind"), ("grid", "period"))
        for by in bys:
            print("pandas by", ", ".join(by), f"{seconds(by_pandas(incidents, by), asked.rounds):.2f}", sep="\t")


if __name__ == "__main__":
    main()
