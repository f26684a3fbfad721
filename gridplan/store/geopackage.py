"""The GeoPackage file format (OGC 12-128r14, version 1.2): its tables, its geometry blobs, its spatial index.

Only statements and bytes; no gridplan table is named here. The triggers of the spatial index call ``ST_*``
functions that SQLite does not have, so :func:`register` gives them to a connection.
"""

import os
import sqlite3
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10200
PAGE_SIZE = 4096
SRS = 4326
GEOMETRY = "geom"
#: ``last_change`` of every layer: a clock here would make two files of one plan differ.
LAST_CHANGE = "2000-01-01T00:00:00.000Z"

_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
    'AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)

#: Statements that make an empty GeoPackage.
EMPTY = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {USER_VERSION}",
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,"
    " organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)",
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,"
    " description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),"
    " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
    " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))",
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,"
    " srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,"
    " CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),"
    " CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))",
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,"
    " scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
    "INSERT INTO gpkg_spatial_ref_sys"  # noqa: S608 - constants
    " VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),"
    " ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),"
    f" ('WGS 84 geodetic', {SRS}, 'EPSG', {SRS}, '{_WGS84}', 'longitude and latitude in degrees')",
)

# In the words of the standard (annex F.3): what keeps the index true when any program edits the layer.
_KEPT = 'NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")'
_GONE = 'NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")'
_PUT = (
    'INSERT OR REPLACE INTO "{index}" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"),'
    ' ST_MinY(NEW."geom"), ST_MaxY(NEW."geom"));'
)
_DROP = 'DELETE FROM "{index}" WHERE id = OLD."fid";'
_DROP_NEW = 'DELETE FROM "{index}" WHERE id = NEW."fid";'
_TRIGGERS = (
    f"insert|AFTER INSERT|({_KEPT})|{_PUT}",
    f'update1|AFTER UPDATE OF "geom"|OLD."fid" = NEW."fid" AND ({_KEPT})|{_PUT}',
    f'update2|AFTER UPDATE OF "geom"|OLD."fid" = NEW."fid" AND ({_GONE})|{_DROP}',
    f'update3|AFTER UPDATE|OLD."fid" != NEW."fid" AND ({_KEPT})|{_DROP} {_PUT}',
    f'update4|AFTER UPDATE|OLD."fid" != NEW."fid" AND ({_GONE})|{_DROP} {_DROP_NEW}',
    f'delete|AFTER DELETE|OLD."geom" NOT NULL|{_DROP}',
)


def index_name(table: str) -> str:
    """The name of the R-tree of ``table``."""
    return f"rtree_{table}_{GEOMETRY}"


def tree_statement(table: str, *, temporary: bool = False) -> str:
    """The statement that makes the R-tree of ``table``, in the file or in one connection alone."""
    return f'CREATE VIRTUAL TABLE {"temp." if temporary else ""}"{index_name(table)}" USING rtree(id, minx, maxx, miny, maxy)'


def layer_statements(table: str, geometry_type: str | None) -> list[str]:
    """The statements that make ``table``, which is there already, a layer: without geometry, or with one and its R-tree."""
    data, srs = ("attributes", "NULL") if geometry_type is None else ("features", str(SRS))
    statements = [
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id)"  # noqa: S608 - our own names
        f" VALUES ('{table}', '{data}', '{table}', '{LAST_CHANGE}', {srs})"
    ]
    if geometry_type is None:
        return statements
    index = index_name(table)
    statements += [
        f"INSERT INTO gpkg_geometry_columns VALUES ('{table}', '{GEOMETRY}', '{geometry_type}', {SRS}, 0, 0)",  # noqa: S608
        f"INSERT INTO gpkg_extensions VALUES ('{table}', '{GEOMETRY}', 'gpkg_rtree_index',"  # noqa: S608
        " 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        tree_statement(table),
    ]
    for trigger in _TRIGGERS:
        name, event, condition, action = trigger.split("|")
        body = action.format(index=index)
        statements.append(f'CREATE TRIGGER "{index}_{name}" {event} ON "{table}" WHEN {condition} BEGIN {body} END')
    return statements


def to_blobs(geometries: np.ndarray) -> list[bytes | None]:
    """The geometries as GeoPackage blobs with their envelope; None stays None."""
    bodies = shapely.to_wkb(geometries, byte_order=1)
    bounds = shapely.bounds(geometries)
    empty = shapely.is_empty(geometries)
    plain = struct.pack("<2sBBi", b"GP", 0, 0b00000011, SRS)
    hollow = struct.pack("<2sBBi", b"GP", 0, 0b00010001, SRS)
    blobs: list[bytes | None] = []
    for body, (west, south, east, north), is_empty in zip(bodies, bounds.tolist(), empty.tolist(), strict=True):
        if body is None:
            blobs.append(None)
        elif is_empty:
            blobs.append(hollow + body)
        else:
            blobs.append(plain + struct.pack("<4d", west, east, south, north) + body)
    return blobs


def from_blobs(blobs: Sequence[bytes | None]) -> np.ndarray:
    """The geometries of GeoPackage blobs, as any program may have written them.

    None for a kind that neither shapely nor GeoJSON has, such as the arcs that QGIS can draw.
    """
    return read_shapes([None if blob is None else body(blob) for blob in blobs])


def read_shapes(bodies: Sequence[bytes | None]) -> np.ndarray:
    """The geometries of well-known binary; None for kinds that shapely does not have."""
    given = np.array(bodies, dtype=object)
    try:
        return np.asarray(shapely.from_wkb(given, on_invalid="ignore"), dtype=object)
    except NotImplementedError:
        return np.array([_read(each) for each in bodies], dtype=object)


def _read(wkb: bytes | None) -> shapely.Geometry | None:
    try:
        return shapely.from_wkb(wkb, on_invalid="ignore")
    except NotImplementedError:
        return None


def body(blob: bytes) -> bytes:
    """The well-known binary inside a GeoPackage blob."""
    if blob[:2] != b"GP" or (blob[3] >> 1) & 7 > 4:
        raise ValueError("not a GeoPackage geometry")
    return blob[8 + (0, 32, 48, 48, 64)[(blob[3] >> 1) & 7] :]


def envelope(blob: bytes) -> tuple[float, float, float, float] | None:
    """West, east, south, north of a blob; None where the geometry is empty. From the header where it has one."""
    if (blob[3] >> 4) & 1:
        return None
    if (blob[3] >> 1) & 7:
        order = "<" if blob[3] & 1 else ">"
        west, east, south, north = struct.unpack_from(f"{order}4d", blob, 8)
        return west, east, south, north
    west, south, east, north = shapely.bounds(_shape(blob)).tolist()
    return None if np.isnan(west) else (west, east, south, north)


def _shape(blob: bytes) -> shapely.Geometry | None:
    return _read(body(blob))


@lru_cache(maxsize=64)
def window(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    """The box as a geometry: a polygon, or a line or point where it has no width or height."""
    corners = sorted({(west, south), (east, south), (east, north), (west, north)})
    if len(corners) == 1:
        return shapely.Point(corners[0])
    return shapely.LineString(corners) if len(corners) == 2 else shapely.box(west, south, east, north)


def _bound(position: int, blob: bytes | None) -> float | None:
    found = None if blob is None else envelope(blob)
    return None if found is None else found[position]


def _meets(blob: bytes | None, west: float, south: float, east: float, north: float) -> bool:
    found = None if blob is None else envelope(blob)
    if blob is None or found is None:
        return False
    if west <= found[0] and found[1] <= east and south <= found[2] and found[3] <= north:
        return True
    return bool(shapely.intersects(_shape(blob), window(west, south, east, north)))


class Relations:
    """The relations of geometries for one connection, whose last geometry asked for is kept prepared."""

    def __init__(self) -> None:
        self._known: bytes | None = None
        self._asked = shapely.Point()
        self._box = (0.0, 0.0, 0.0, 0.0)

    def __call__(self, blob: bytes | None, predicate: str, other: bytes | None) -> bool | None:
        """Whether the geometry of a blob stands in the relation to ``other``, which is a blob or well-known binary."""
        if blob is None or other is None:
            return None
        if other != self._known:
            self._known, self._asked = other, shapely.from_wkb(body(other) if other[:2] == b"GP" else other)
            self._box = self._asked.bounds
            shapely.prepare(self._asked)
        west, east, south, north = envelope(blob) or (np.nan,) * 4
        if west > self._box[2] or east < self._box[0] or south > self._box[3] or north < self._box[1]:
            return predicate == "disjoint"
        return bool(_OF_ASKED[predicate](self._asked, _shape(blob)))


# Turned round, since it is the geometry asked for that is prepared.
_OF_ASKED: Mapping[str, Callable[[shapely.Geometry, shapely.Geometry], bool]] = {
    "intersects": shapely.intersects,
    "equals": shapely.equals,
    "disjoint": shapely.disjoint,
    "touches": shapely.touches,
    "within": shapely.contains,
    "overlaps": shapely.overlaps,
    "crosses": shapely.crosses,
    "contains": shapely.within,
}


def register(connection: sqlite3.Connection) -> None:
    """Gives a connection the functions that the triggers and the box filter call."""
    for position, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        connection.create_function(name, 1, lambda blob, at=position: _bound(at, blob), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, lambda blob: None if blob is None else envelope(blob) is None, deterministic=True)
    connection.create_function("gridplan_meets", 5, _meets, deterministic=True)
    connection.create_function("gridplan_relates", 3, Relations(), deterministic=True)


def seal(path: Path) -> None:
    """Sets the counters of the file's header to fixed values and forces the file to the disk.

    The counters tell how many transactions and which SQLite made the file, which is no part of the plan.
    """
    with path.open("r+b") as file:
        file.seek(24)
        file.write(struct.pack(">I", 1))
        file.seek(92)
        file.write(struct.pack(">II", 1, 3040000))
        file.flush()
        os.fsync(file.fileno())
