"""The ceiling that the database sets: statements alone by ``pgbench``, without any server before it."""

import re
import subprocess
import tempfile

from benchmarks.api.load import CONNECTIONS
from benchmarks.api.plan import CELL, COLUMNS, PLAN_ID, ROWS, SOUTH, WEST
from benchmarks.api.work import PAGE, SIDE, ZOOM, tile_range
from tests.provide.debian import server_programs

_FEATURE = (
    '\'{"type":"Feature","id":\' || to_json(code)::text || \',"geometry":\' || ST_AsGeoJSON(geom, 9)'
    " || ',\"properties\":' || json_build_object('code', code, 'grid', grid, 'households', households, 'stacked', stacked,"
    " 'floor_from', floor_from, 'floor_to', floor_to)::text || '}'"
)
_PLACE = f"\\set x random(0, {round((COLUMNS * CELL - SIDE) * 1e6)})\n\\set y random(0, {round((ROWS * CELL - SIDE) * 1e6)})\n"
_BOX = (
    f"{WEST} + :x * 1e-6::float8",
    f"{SOUTH} + :y * 1e-6::float8",
    f"{WEST + SIDE} + :x * 1e-6::float8",
    f"{SOUTH + SIDE} + :y * 1e-6::float8",
)
PLAIN_BBOX = (
    f"{_PLACE}SELECT count(*), string_agg({_FEATURE}, ',') FROM units"
    f" WHERE plan = '{PLAN_ID}' AND ST_Intersects(geom, ST_MakeEnvelope({', '.join(_BOX)}, 4326));\n"
)
PLAIN_PAGE = (
    f"SELECT count(*), string_agg({_FEATURE}, ',') FROM"
    f" (SELECT * FROM units WHERE plan = '{PLAN_ID}' ORDER BY fid LIMIT {PAGE}) page;\n"
)
_COLUMNS, _ROWS = tile_range()
_TILE = f"ST_TileEnvelope({ZOOM}, :column, :row)"
PLAIN_TILE = (
    f"\\set column random({_COLUMNS[0]}, {_COLUMNS[-1]})\n\\set row random({_ROWS[0]}, {_ROWS[-1]})\n"
    "SELECT ST_AsMVT(tile, 'units') FROM (SELECT code, grid, households, stacked, floor_from, floor_to,"
    f" ST_AsMVTGeom(ST_Transform(geom, 3857), {_TILE}) AS geom FROM units"
    f" WHERE plan = '{PLAN_ID}' AND ST_Intersects(geom, ST_Transform({_TILE}, 4326))) tile;\n"
)
PLAIN = {"bbox": PLAIN_BBOX, "page": PLAIN_PAGE, "tile": PLAIN_TILE}
"""The same answers made in SQL by ``ST_AsGeoJSON`` and ``ST_AsMVT``, by the key of the work."""


def per_second(store: str, script: str, *, seconds: int) -> float:
    """How often a second the statement is answered, to as many connections as the load has."""
    programs = server_programs()
    assert programs is not None
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        options = ["-n", f"-c{CONNECTIONS}", "-j2", f"-T{seconds}", "-Mprepared", f"-f{file.name}", store]
        told = subprocess.run([str(programs / "pgbench"), *options], capture_output=True, text=True, check=True).stdout
    return float(re.search(r"tps = ([0-9.]+) \(without", told)[1])  # type: ignore[index]  # pgbench always says so
