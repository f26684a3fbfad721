"""Tables of a million incidents from both stores, beside pandas and plain SQL in the same run.

    python -m benchmarks.incident_tables --count 1000000 --postgis postgresql://user:password@host/database

Each table is asked of a store that was just opened, so nothing is in its memory; the file and the database may be in that of
the system. ``pandas`` is the library's own function on the table in memory, ``SQL`` the counts in one statement with GROUP BY
and no index of ours. The database has to be empty; triggers are off while rows are loaded.
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
from gridplan.contracts import REGISTERS
from gridplan.store import CountQuery, Store, migrate, open_store

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


def fill(where: str, incidents: gpd.GeoDataFrame) -> None:
    """The plan and the incidents, as an import leaves them; triggers are made when the rows are there."""
    if where.startswith("postgresql"):
        migrate(where)
    with open_store(where) as store:
        store.save_plan(lattice_plan())
        dialect = store._dialect
        table = dialect.tables.registers["incidents"]
        columns: dict[str, list[object]] = {
            name: incidents[name].astype(object).where(incidents[name].notna(), None).tolist()
            for name in REGISTERS["incidents"].names()
        }
        columns["geom"] = list(dialect.encode(incidents.geometry.to_numpy()))
        with store._database.writing() as connection:
            if store.embedded:
                found = connection.execute(
                    sa.text("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'incidents' AND type = 'trigger'")
                )
                triggers = found.all()
                for name, _ in triggers:
                    connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
                dialect.load(connection, table, {**columns, "revision": [1] * len(incidents)})
                for _, statement in triggers:
                    connection.exec_driver_sql(statement)
            else:
                connection.execute(sa.text("ALTER TABLE incidents DISABLE TRIGGER USER"))
                dialect.load(connection, table, columns)
                connection.execute(sa.text("ALTER TABLE incidents ENABLE TRIGGER USER"))
    if where.startswith("postgresql"):
        engine = sa.create_engine(sa.make_url(where).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("VACUUM ANALYZE incidents"))
        engine.dispose()


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The least of a few runs."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def cold(where: str, asked: dict[str, Any]) -> float:  # options of CountQuery
    """Seconds of a table of a store that was just opened."""
    with open_store(where) as store:
        start = time.perf_counter()
        store.incident_counts.table(CountQuery(NOW, **asked))
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
        for where in stores.values():
            fill(where, incidents)
            with open_store(where) as store:
                check(store, incidents)
        print(f"{asked.count:,} incidents, 1,000 grids, 15 kinds, 36 months; seconds, the least of {asked.rounds}")
        print("table", *stores, sep="\t")
        for name, table in TABLES.items():
            print(name, *(f"{min(cold(where, table) for _ in range(asked.rounds)):.2f}" for where in stores.values()), sep="\t")
        print("SQL by grid", *(f"{seconds(partial(plain, where), asked.rounds):.2f}" for where in stores.values()), sep="\t")
        bys: tuple[tuple[By, ...], ...] = (("grid",), ("grid", "kind"), ("grid", "period"))
        for by in bys:
            print("pandas by", ", ".join(by), f"{seconds(by_pandas(incidents, by), asked.rounds):.2f}", sep="\t")


if __name__ == "__main__":
    main()
