"""The store seen without gridplan, by the database's driver alone: what is really kept, and whether it is whole."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
import shapely

from benchmarks.api.ledger import Value, stored_value
from gridplan.store import geopackage

Box = tuple[float, float, float, float]
COLUMNS = ("id", "name", "kind", "capacity")


class Inside(Protocol):
    """What the checks need of a store."""

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """The rows of a statement that both dialects understand."""

    def services(self) -> dict[str, Value]:
        """Every service, as it is stored."""

    def by_index(self, box: Box) -> set[str]:
        """Ids of the services in the box, found by the spatial index."""

    def faults(self) -> list[str]:
        """What the database itself finds broken."""


class InsideFile:
    """The embedded GeoPackage, read beside the server."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.resolve().as_uri()}?mode=ro"

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """By a connection of its own, that cannot write."""
        with closing(sqlite3.connect(self._address, uri=True, timeout=30)) as connection:
            return connection.execute(statement).fetchall()

    def services(self) -> dict[str, Value]:
        """From the rows, by no index."""
        found = {}
        for *values, blob in self.rows(f"SELECT {', '.join(COLUMNS)}, geom FROM services"):
            assert isinstance(blob, bytes)
            point = shapely.from_wkb(geopackage.body(blob))
            found[str(values[0])] = stored_value(dict(zip(COLUMNS, values, strict=True)), (point.x, point.y))
        return found

    def by_index(self, box: Box) -> set[str]:
        """By the R-tree."""
        west, south, east, north = box
        near = (
            f"SELECT s.id, s.geom FROM {geopackage.index_name('services')} i LEFT JOIN services s ON s.fid = i.id"
            f" WHERE i.maxx >= {west} AND i.minx <= {east} AND i.maxy >= {south} AND i.miny <= {north}"
        )
        found = set()
        for identity, blob in self.rows(near):
            assert isinstance(blob, bytes), "the index names a row that is not there"
            point = shapely.from_wkb(geopackage.body(blob))
            if within((point.x, point.y), box):  # the index keeps 32-bit boxes, rounded outwards
                found.add(str(identity))
        return found

    def faults(self) -> list[str]:
        """What ``PRAGMA integrity_check`` and the checks of foreign keys and R-trees find."""
        told = self.rows("PRAGMA integrity_check") + self.rows("PRAGMA foreign_key_check")
        trees = self.rows("SELECT name FROM sqlite_master WHERE name LIKE 'rtree%' AND sql LIKE 'CREATE VIRTUAL%'")
        for (tree,) in trees:
            told += self.rows(f"SELECT rtreecheck('{tree}')")
        return [str(row) for row in told if row != ("ok",)]


class InsidePostGIS:
    """The database, read beside the server."""

    def __init__(self, url: str) -> None:
        self._url = url

    def rows(self, statement: str, *before: str) -> list[tuple[object, ...]]:
        """By a connection of its own, after the statements ``before``."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            for one in before:
                connection.execute(one)
            return list(connection.execute(statement).fetchall())

    def services(self) -> dict[str, Value]:
        """From the rows, by no index."""
        found = {}
        for *values, lon, lat in self.rows(f"SELECT {', '.join(COLUMNS)}, ST_X(geom), ST_Y(geom) FROM services"):
            assert isinstance(lon, float)
            assert isinstance(lat, float)
            found[str(values[0])] = stored_value(dict(zip(COLUMNS, values, strict=True)), (lon, lat))
        return found

    def by_index(self, box: Box) -> set[str]:
        """By the GiST index."""
        edges = ", ".join(map(str, box))
        asked = f"SELECT id FROM services WHERE geom && ST_MakeEnvelope({edges}, 4326)"
        plan = " ".join(str(row[0]) for row in self.rows(f"EXPLAIN {asked}", "SET enable_seqscan = off"))
        assert "ix_services_geom" in plan, plan
        return {str(row[0]) for row in self.rows(asked, "SET enable_seqscan = off")}

    def faults(self) -> list[str]:
        """What amcheck finds in the indexes."""
        self.rows("SELECT 1", "CREATE EXTENSION IF NOT EXISTS amcheck")
        trees = self.rows(
            "SELECT c.oid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace"
        )
        told = []
        for (tree,) in trees:
            try:
                self.rows(f"SELECT bt_index_check('{tree}', true)")
            except psycopg.Error as error:
                told.append(str(error))
        return told


def within(at: object, box: Box) -> bool:
    """Whether a position lies in the box."""
    assert isinstance(at, tuple)
    lon, lat = at
    return bool(box[0] <= lon <= box[2] and box[1] <= lat <= box[3])
