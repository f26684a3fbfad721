"""Communities, the areas above them, and the lines of streets, roads, river and railway."""

import numpy as np
import shapely

from gridplan.simulation.coverage import Borders, Floats, Geometries, Ints, dissolve
from gridplan.simulation.divisions import Divisions
from gridplan.simulation.names import short_name
from gridplan.simulation.roads import Roads
from gridplan.simulation.seats import BLOCK, Sites
from gridplan.simulation.tables import Rows

#: Every so many blocks a street is a main street.
MAIN_STREET = 4


def write_frame(
    divisions: Divisions,
    cells: Geometries,
    town: Ints,
    community: Ints,
    *,
    kind: list[str],
    growth: Floats | None,
    built: list[int],
    rows: Rows,
) -> None:
    """Writes the communities in ``built`` and the areas above them: towns, counties, and a city as far as its counties are there.

    Parameters
    ----------
    cells : polygons, with the row of the ``town`` and of the ``community`` of each.
    kind, growth : of every community.
    """
    table = divisions.communities
    shapes = dissolve(cells, community, len(table))
    rows.add(
        "communities",
        shapes[built],
        code=table["code"].to_numpy()[built],
        name=[short_name(table["name"].iloc[row]) for row in built],
        kind=[kind[row] for row in built],
        parent=table["town"].to_numpy()[built],
        growth=None if growth is None else growth[built],
    )
    towns, counties = divisions.towns, divisions.counties
    of_town = towns["county"].map({code: row for row, code in enumerate(counties["code"])}).to_numpy(np.int64)
    kept = np.flatnonzero(towns["code"].isin(set(table["town"].iloc[built])))
    above = np.unique(of_town[kept])
    whole = dissolve(cells, of_town[town], len(counties))
    top = divisions.code if divisions.code not in set(counties["code"]) else None
    if top is not None:
        rows.add(
            "areas",
            dissolve(cells, np.zeros(len(cells), np.int64), 1),
            code=top,
            name=divisions.name,
            level="city",
            parent=None,
        )
    rows.add(
        "areas",
        whole[above],
        code=counties["code"].to_numpy()[above],
        name=counties["name"].to_numpy()[above],
        level="county",
        parent=top,
    )
    rows.add(
        "areas",
        dissolve(cells, town, len(towns))[kept],
        code=towns["code"].to_numpy()[kept],
        name=towns["name"].to_numpy()[kept],
        level="town",
        parent=towns["county"].to_numpy()[kept],
    )


def write_streets(sites: Sites, cells: Geometries, borders: Borders, roads: Roads, here: np.ndarray, rows: Rows) -> None:
    """Writes the streets between the blocks that are ``here`` and the country roads that touch the cells there."""
    area = shapely.union_all(cells[here])
    shapely.prepare(area)
    block = sites.kind == BLOCK
    street = (block[borders.i] | block[borders.j]) & (here[borders.i] | here[borders.j])
    i, j = borders.i[street], borders.j[street]
    across = sites.row[i] == sites.row[j]
    line = np.where(across, np.maximum(sites.column[i], sites.column[j]), np.maximum(sites.row[i], sites.row[j]))
    main = line % MAIN_STREET == 0
    segments = shapely.linestrings(borders.ends[street].reshape(-1, 2, 2))
    for is_main, kind in ((True, "major"), (False, "minor")):
        merged = shapely.get_parts(shapely.line_merge(shapely.union_all(segments[main == is_main])))
        country = roads.line[roads.major == is_main]
        for lines in (merged, country[shapely.intersects(area, country)]):
            rows.add("streets", lines, **{"class": kind, "name": None})


def write_barriers(area: shapely.Geometry, lines: dict[str, shapely.Geometry | None], rows: Rows) -> None:
    """Writes the parts of the lines, by kind of barrier, that touch the area."""
    for kind, line in lines.items():
        parts = np.array([] if line is None else shapely.get_parts(line), dtype=object)
        rows.add("barriers", parts[shapely.intersects(area, parts)], kind=kind)
