"""The ceiling that the database sets: statements alone by ``pgbench``, without any server before it.

The statement that gridplan runs is not copied here but taken from the database's own log while gridplan answers one request.
"""

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg
import shapely

from benchmarks.api.load import CONNECTIONS
from benchmarks.api.plan import CELL, COLUMNS, PLAN_ID, ROWS, SOUTH, WEST
from benchmarks.api.servers import Server, answers
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


@contextmanager
def _logging(store: str) -> Iterator[None]:
    """Has the server write every statement into its log."""
    with psycopg.connect(store, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.5)
        try:
            yield
        finally:
            connection.execute("ALTER SYSTEM RESET log_statement")
            connection.execute("SELECT pg_reload_conf()")


def statements(store: str, server: Server, path: str) -> list[tuple[str, dict[int, str]]]:
    """The statements on the units that the server runs for the path, and their parameters by number."""
    with psycopg.connect(store) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    log = Path(row[0]).parent / "log"
    for _ in range(6):  # a prepared statement is told the same way, but let the server settle
        assert answers(server.url + path)
    with _logging(store):
        before = log.stat().st_size
        assert answers(server.url + path)
        time.sleep(0.2)
    with log.open("rb") as file:
        file.seek(before)
        told = file.read().decode()
    # A statement of several lines is continued by lines that begin with a tab.
    entries = re.split(r"\n(?!\t)", told)
    found = []
    for place, entry in enumerate(entries):
        match = re.search(r"LOG:  execute [^:]*: (.*)", entry, re.DOTALL)
        if match and re.search(r"\bunits\b", match[1]):
            detail = entries[place + 1] if place + 1 < len(entries) and "DETAIL:  " in entries[place + 1] else ""
            values = re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", detail)
            found.append((match[1].replace("\n\t", "\n"), {int(number): value for number, value in values}))
    return found


def own_statement(store: str, server: Server, path: str, box: tuple[float, ...] | None) -> str | None:
    """The script for pgbench of the one statement on the units that the server runs for the path; None where there are several.

    Where a box is named, the parameters that hold its edges are drawn anew each time.
    """
    told = statements(store, server, path)
    if len(told) != 1:
        return None
    statement, values = told[0]

    def put(match: re.Match[str]) -> str:
        value = values[int(match[1])]
        return value if box is None else _drawn(value, box)

    return (_PLACE if box else "") + re.sub(r"\$(\d+)", put, statement) + ";\n"


def _drawn(value: str, box: tuple[float, ...]) -> str:
    """The parameter as it was, or what is drawn in its place where it is an edge of the box or the box as WKB."""
    text = value.strip("'")
    if text.startswith("\\x"):
        try:
            same = np.allclose(shapely.from_wkb(text[2:]).bounds, box, rtol=0, atol=5e-7)
        except shapely.errors.ShapelyError:
            return value
        return f"ST_AsBinary(ST_MakeEnvelope({', '.join(_BOX)}))" if same else value
    for edge, drawn in zip(box, _BOX, strict=True):
        try:
            if abs(float(text) - edge) < 5e-7:
                return f"({drawn})"
        except ValueError:
            return value
    return value
