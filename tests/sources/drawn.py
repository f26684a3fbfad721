"""Small hand-drawn inputs: squares of 0.001 degrees near Guiyang, and the files they are written to."""

from pathlib import Path

import geopandas as gpd
import shapely

WEST, SOUTH, STEP = 106.0, 26.0, 0.001


def square(column: float, row: float, *, size: float = 1.0) -> shapely.Polygon:
    """A square of ``size`` steps (100 m east, 111 m north) at a column and row."""
    x, y = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(x, y, x + size * STEP, y + size * STEP)


def buildings(**columns: list[object]) -> gpd.GeoDataFrame:
    """Small squares in a row, one a value."""
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[square(2 * k, 0, size=0.3) for k in range(count)], crs=4326)


def communities(*codes: str) -> gpd.GeoDataFrame:
    """Squares of ten steps side by side."""
    shapes = [square(10 * k - 1, -1, size=10) for k in range(len(codes))]
    return gpd.GeoDataFrame({"code": list(codes), "name": list(codes), "kind": "urban"}, geometry=shapes, crs=4326)


def saved(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """The table written to ``path``."""
    frame.to_file(path)
    return path


OSM = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6">
  <bounds minlat="26.0" minlon="106.0" maxlat="26.01" maxlon="106.01"/>
{things}
</osm>
"""


def osm(
    path: Path, ways: dict[int, tuple[list[tuple[float, float]], dict[str, str]]], doors: dict[int, str] | None = None
) -> Path:
    """An OpenStreetMap file of ways: number -> corners in steps, tags; a way that ends where it began is closed.

    Nodes are numbered 1, 2, ... by corner; ``doors`` gives a node an ``entrance``.
    """
    numbers: dict[tuple[float, float], int] = {}
    for corners, _ in ways.values():
        for corner in corners:
            numbers.setdefault(corner, len(numbers) + 1)
    lines = []
    for (x, y), number in numbers.items():
        door = f'<tag k="entrance" v="{doors[number]}"/>' if doors and number in doors else ""
        lines.append(f'<node id="{number}" version="1" lon="{WEST + x * STEP}" lat="{SOUTH + y * STEP}">{door}</node>')
    for number, (corners, tags) in sorted(ways.items()):
        refs = "".join(f'<nd ref="{numbers[corner]}"/>' for corner in corners)
        lines.append(f'<way id="{number}" version="1">{refs}{"".join(f"<tag k={k!r} v={v!r}/>" for k, v in tags.items())}</way>')
    path.write_text(OSM.format(things="\n".join(lines)), encoding="utf-8")
    return path


def ring(x: float, y: float, *, size: float = 0.3) -> list[tuple[float, float]]:
    """Corners of a closed square in steps."""
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
