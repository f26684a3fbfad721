"""The plan bundle: an embedded store that holds one plan, the same bytes from the same plan."""

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.plan import Plan
from gridplan.replacing import replacing
from gridplan.store import geopackage
from gridplan.store.dialects import WRITE, GeoPackage, geopackage_engine
from gridplan.store.frames import insert_plan
from gridplan.store.opening import open_store

#: What the drivers raise where a file cannot be written.
REFUSALS = (sqlite3.Error, sa.exc.OperationalError)


def write_plan(plan: Plan, path: str | Path) -> None:
    """Writes the plan as a bundle: a GeoPackage with the layers of ``gridplan.contracts.PLAN`` and the table ``plans``.

    The file appears whole or not at all, replaces one that is there, and has the same bytes from the same plan. A
    layer whose geometries are all polygons, or all multipolygons, is declared so; a mixed one as GEOMETRY.

    Raises
    ------
    OutputError
        GP601 it cannot be written there.
    InputError
        GP102-GP107 a table of the plan breaks its contract.
    """
    path = Path(path)
    with replacing(path, refusals=REFUSALS) as draft:
        types = {name: only_type(frame) for name, frame in plan.layers() if isinstance(frame, gpd.GeoDataFrame)}
        dialect = GeoPackage(types)
        engine = geopackage_engine(draft, "bundle")
        try:
            with engine.execution_options(**{WRITE: True}).begin() as connection:
                insert_plan(connection, dialect, plan)
        finally:
            engine.dispose()
        finish(draft)


def only_type(frame: gpd.GeoDataFrame) -> str:
    """POLYGON or another single type, where all geometries of the table have it; GEOMETRY where they are mixed."""
    found = sorted({str(kind).upper() for kind in frame.geometry.geom_type.dropna()})
    return found[0] if len(found) == 1 else ("POLYGON" if not found else "GEOMETRY")


def finish(draft: Path) -> None:
    """Packs a GeoPackage that was just made, and sets what would tell two files of one plan apart."""
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
    geopackage.seal(draft)


def read_plan(path: str | Path, plan_id: str | None = None) -> Plan:
    """The plan of a bundle, equal to the one written; the file is not changed.

    Parameters
    ----------
    plan_id : which plan, where the file is a store that holds several.

    Raises
    ------
    StoreError
        GP401 no such plan; GP403 no plan bundle, or a layer is missing; GP404 of another version; GP406 several plans;
        GP407 no plan.
    """
    with open_store(path, read_only=True) as store:
        if plan_id is None:
            known = [info.id for info in store.plans()]
            if not known:
                raise StoreError("GP407", where=store.where)
            if len(known) > 1:
                raise StoreError("GP406", where=store.where, count=len(known), known=", ".join(known))
            plan_id = known[0]
        return store.load_plan(plan_id)
