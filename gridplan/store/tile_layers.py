"""What vector tiles hold: which layers from which zoom, with which columns, and the SQL of both kinds of database for it.

PostGIS makes a layer of a tile in one statement. It follows the rule of :mod:`gridplan.store.mvt` step by step (cut, move each
vertex to the grid by itself, mend what then crosses itself) and leaves only the encoding to ``ST_AsMVT``: ``ST_AsMVTGeom``
simplifies each shape alone before it is moved, so two neighbours may lose different vertices of the border that they share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridplan.contracts import PLAN, REGISTERS, Contract
from gridplan.contracts.model import POINT, POLYGON
from gridplan.store import geopackage
from gridplan.store.mvt import EXTENT, MvtLayer, TilePlace
from gridplan.store.tables import GEOMETRY

#: Features of one layer in one tile, at most; the first ones in the layer's order.
MOST_FEATURES = 10_000
#: Zoom up to which clients ask for tiles; closer they draw those larger. A cell is then 0.15 m wide.
LAST_NEEDED = 16
#: Columns that features have where a layer is drawn from far.
_BRIEF = ("code", "id", "name", "kind", "level", "zone", "status", "stage", "proof")


@dataclass(frozen=True)
class TileLayer:
    """How a layer stands in tiles: from ``first`` zoom on at all, from ``full`` zoom on with all of its columns."""

    contract: Contract
    first: int
    full: int

    def columns(self, zoom: int) -> list[str]:
        """The properties of its features at a zoom."""
        names = self.contract.names()
        return names if zoom >= self.full else [name for name in names if name in _BRIEF]


#: A layer begins where its features are some ten pixels wide in a city, which also bounds how many a tile has. No single
#: incident stands in a tile, which anyone may read.
TILE_LAYERS: Mapping[str, TileLayer] = {
    name: TileLayer({**PLAN, **REGISTERS}[name], first, full)
    for name, first, full in (
        ("areas", 0, 0),
        ("communities", 6, 10),
        ("grids", 11, 13),
        ("units", 13, 14),
        ("buildings", 14, 14),
        ("nodes", 15, 15),
        ("findings", 11, 13),
        ("services", 8, 12),
    )
}


def postgis_values(place: TilePlace) -> dict[str, float]:
    """The values that :func:`postgis_layer` is run with."""
    names = ("west", "south", "east", "north", "add_x", "add_y", "times_x", "times_y")
    return dict(zip(names, (*place.box, *place.to_cells), strict=True))


def postgis_layer(name: str, zoom: int, where: str) -> str:
    """The SQL expression of the bytes of one layer of a tile, of rows where ``where`` holds."""
    layer = TILE_LAYERS[name]
    columns = "".join(f', "{column}"' for column in layer.columns(zoom))
    box = f"ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, {geopackage.SRS})"
    # What ST_CollectionExtract keeps of a shape that falls into parts: polygons of a polygon, points of a point.
    kept = {POLYGON: "3", POINT: "1"}.get(layer.contract.geometry, f"ST_Dimension({GEOMETRY}) + 1")
    metres = f"ST_Transform(ST_ClipByBox2D({GEOMETRY}, {box}), 3857)"
    cells = f"ST_SnapToGrid(ST_TransScale({metres}, %(add_x)s, %(add_y)s, %(times_x)s, %(times_y)s), 1)"
    snapped = (
        f"SELECT fid{columns}, {kept} AS kept, ST_CollectionExtract({cells}, {kept}) AS shape"  # noqa: S608 - our own names
        f' FROM "{name}" WHERE {where} AND {GEOMETRY} && {box} ORDER BY fid LIMIT {MOST_FEATURES}'
    )
    mended = "ST_CollectionExtract(ST_ReducePrecision(ST_MakeValid(shape), 1), kept)"
    valid = (
        f"SELECT fid{columns}, ST_ForcePolygonCCW(CASE WHEN ST_IsValid(shape) THEN shape ELSE {mended} END) AS shape"  # noqa: S608
        f" FROM ({snapped}) AS snapped WHERE NOT ST_IsEmpty(shape)"
    )
    return f"(SELECT ST_AsMVT(tile, '{name}', {EXTENT}, 'shape', 'fid') FROM ({valid}) AS tile WHERE NOT ST_IsEmpty(shape))"  # noqa: S608


def embedded_values(place: TilePlace) -> dict[str, float]:
    """The values that :func:`embedded_rows` is run with."""
    return dict(zip(("west", "south", "east", "north"), place.box, strict=True))


def embedded_rows(name: str, zoom: int, where: str) -> str:
    """The statement for the rows of a layer whose box meets the tile's; the R-tree comes first whatever else is indexed."""
    columns = "".join(f', layer."{column}"' for column in TILE_LAYERS[name].columns(zoom))
    return (
        f'SELECT layer.fid, layer.{GEOMETRY}{columns} FROM {geopackage.index_name(name)} AS tree CROSS JOIN "{name}" AS layer'  # noqa: S608 - our own names
        " ON layer.fid = tree.id WHERE tree.maxx >= :west AND tree.minx <= :east AND tree.maxy >= :south AND tree.miny <= :north"
        f" AND {where} ORDER BY layer.fid LIMIT {MOST_FEATURES}"
    )


def embedded_layer(name: str, zoom: int, rows: Sequence[Sequence[object]]) -> MvtLayer:
    """The rows of :func:`embedded_rows` as a layer to be encoded."""
    layer = TILE_LAYERS[name]
    columns = layer.columns(zoom)
    ids, blobs, *values = zip(*rows, strict=True) if rows else ((), (), *[() for _ in columns])
    kinds = {column.name: column.kind for column in layer.contract.columns}
    for place, column in enumerate(columns):
        if kinds[column] == "bool":  # which SQLite keeps as 0 and 1
            values[place] = tuple(None if value is None else bool(value) for value in values[place])
    properties = [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]
    return MvtLayer(name, geopackage.from_blobs(blobs), ids, properties)
