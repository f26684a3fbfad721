"""Tables of cells, pieces and sections of buildings."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.atoms.cells import Land
from gridplan.atoms.clean import Placed
from gridplan.atoms.coverage import Geometries, Ints, dissolve, run_starts
from gridplan.atoms.model import Atoms
from gridplan.atoms.sections import Share, make_sections, unique_ids
from gridplan.atoms.seeds import Seeds
from gridplan.atoms.tables import cell_order, face_ids, outlines, population_of, site_column
from gridplan.report import Report


def atoms_of_buildings(
    placed: Placed,
    seeds: Seeds,
    land: Land,
    communities: gpd.GeoDataFrame,
    compounds: gpd.GeoDataFrame | None,
    sites: Geometries,
    unit_high: int,
) -> Atoms:
    """The atoms of clean buildings on their land, with what the cells did to them in the report; ``sites``: ids."""
    buildings = placed.buildings
    ids = buildings["id"].to_numpy()
    cells, rank = _cells(placed, seeds, land, communities, sites)
    order = np.lexsort((np.arange(len(land.pieces)), rank[land.cell]))
    piece_rank = np.argsort(order)
    cell_of_piece = rank[land.cell][order]
    shares = _shares(buildings, seeds, land, piece_rank, _beneath(placed, seeds, land, cells, rank))
    sections, stacked, report = make_sections(shares, len(order), unit_high)
    counts = pd.Series(cell_of_piece)
    number = (counts.groupby(counts).cumcount() + 1).where(counts.groupby(counts).transform("size") > 1, 0)
    base = cells["id"].iloc[cell_of_piece].reset_index(drop=True)
    pieces = gpd.GeoDataFrame(
        {
            "id": unique_ids(base, number, set(cells["id"])),
            "cell": cell_of_piece,
            "households": np.bincount(sections["piece"], sections["households"], len(order)).astype(np.int64),
            "stacked": stacked,
        },
        geometry=land.pieces[order],
        crs=communities.crs,
    )
    shown = buildings[["id", "households", "population", "estimated"]].copy()
    home = {share.building: int(cell_of_piece[share.piece]) for share in shares}
    shown.insert(1, "cell", [home[name] for name in ids] if len(ids) else np.empty(0, dtype=np.int64))
    shown = gpd.GeoDataFrame(shown, geometry=buildings.geometry.array, crs=communities.crs)
    cells["households"] = np.bincount(shown["cell"], shown["households"], len(cells)).astype(np.int64)
    cells["population"] = population_of(shown, len(cells))
    cells["compound"] = _compound(cells, buildings["compound"], shown["cell"], compounds)
    cells = cells[["id", "community", "compound", "site", "households", "population", "geometry"]]
    report = _said(placed, seeds, land, shown, cells, communities) + report
    return Atoms(cells, pieces, sections, shown, outlines(communities, cells), report)


def _cells(
    placed: Placed, seeds: Seeds, land: Land, communities: gpd.GeoDataFrame, sites: Geometries
) -> tuple[gpd.GeoDataFrame, Ints]:
    """The cells in order of community and id, and the row of each cell of ``land`` in them."""
    number, first, row = np.unique(land.cell, return_index=True, return_inverse=True)
    shapes = dissolve(land.pieces, row, len(number))
    community = land.community[first]
    of_seed = number < len(seeds.host)
    ids = np.empty(len(number), dtype=object)
    names = placed.buildings["id"].to_numpy()
    ids[of_seed] = names[seeds.host[number[of_seed]]]
    ids[~of_seed] = face_ids(shapes[~of_seed], community[~of_seed], set(names))
    order = cell_order(ids, community)
    rank = np.full(int(number.max()) + 1, -1, dtype=np.int64)
    rank[number[order]] = np.arange(len(order))
    codes = communities["code"].to_numpy()[community[order]]
    table = {
        "id": pd.Series(ids[order]).astype("str"),
        "community": pd.Series(codes).astype("str"),
        "site": site_column(sites, land.site[first][order]),
    }
    return gpd.GeoDataFrame(table, geometry=shapes[order], crs=communities.crs), rank


def _beneath(placed: Placed, seeds: Seeds, land: Land, cells: gpd.GeoDataFrame, rank: Ints) -> dict[int, int]:
    """The piece that guests stand on which do not stand on the cell of their host, by row of the building.

    The land between a host and its guest can fall to a third building; a guest is then counted where it stands.
    """
    shapes = np.asarray(placed.buildings.geometry.array)
    at = rank[seeds.cell_of_building]
    guests = np.setdiff1d(np.arange(len(shapes)), seeds.host)
    home = np.asarray(cells.geometry.array)[at[guests]]
    apart = ~shapely.intersects(home, shapes[guests])
    apart |= (shapely.area(shapes[guests]) > 0) & shapely.touches(home, shapes[guests])
    apart |= at[guests] < 0
    lost = guests[apart]
    row, piece = shapely.STRtree(land.pieces).query(shapes[lost], predicate="intersects")
    same = land.community[piece] == placed.community[lost[row]]
    row, piece = row[same], piece[same]
    size = np.round(shapely.area(shapely.intersection(shapes[lost[row]], land.pieces[piece])), 3)
    order = np.lexsort((piece, -size, row))
    first = order[run_starts(row[order])]
    return dict(zip(lost[row[first]].tolist(), piece[first].tolist(), strict=True))


def _shares(buildings: gpd.GeoDataFrame, seeds: Seeds, land: Land, rank: Ints, beneath: dict[int, int]) -> list[Share]:
    """The parts of buildings on pieces, in order of piece and then of building; the host of a cell first."""
    names = buildings["id"].to_numpy()
    levels = buildings["levels"].to_numpy(dtype=np.float64, na_value=np.nan)
    households = buildings["households"].to_numpy()
    shapes = np.asarray(buildings.geometry.array)
    area = shapely.area(shapes)
    seed_area = shapely.area(seeds.shape)
    host = seeds.host[seeds.cell]
    found: list[tuple[int, int, int, Share]] = []
    for row in range(len(seeds.shape)):
        piece, building = int(rank[land.piece_of_seed[row]]), int(host[row])
        share = Share(str(names[building]), piece, int(seeds.households[row]), float(seed_area[row]), float(levels[building]))
        found.append((piece, 0, row, share))
    start = np.searchsorted(seeds.cell, np.arange(len(seeds.host) + 1))
    is_host = np.zeros(len(names), dtype=bool)
    is_host[seeds.host] = True
    for guest in np.flatnonzero(~is_host).tolist():
        cell = seeds.cell_of_building[guest]
        options = np.arange(start[cell], start[cell + 1])
        away = np.round(shapely.distance(shapely.point_on_surface(shapes[guest]), seeds.shape[options]), 3)
        piece = int(rank[beneath.get(guest, int(land.piece_of_seed[options[int(np.argmin(away))]]))])
        share = Share(str(names[guest]), piece, int(households[guest]), float(area[guest]), float(levels[guest]))
        found.append((piece, 1, guest, share))
    return [share for *_, share in sorted(found, key=lambda item: item[:3])]


def _compound(cells: gpd.GeoDataFrame, named: pd.Series, cell_of: pd.Series, compounds: gpd.GeoDataFrame | None) -> pd.Series:
    """The compound most buildings of a cell name (the first among equals), else the one its inner point lies in."""
    known = pd.DataFrame({"cell": cell_of, "compound": named}).dropna()
    sizes = known.groupby(["cell", "compound"]).size().rename("count").reset_index()
    sizes = sizes.sort_values(["cell", "count", "compound"], ascending=[True, False, True], kind="stable")
    result = sizes.drop_duplicates("cell").set_index("cell")["compound"].reindex(range(len(cells)))
    if compounds is not None and len(compounds):
        ordered = compounds.sort_values("id", kind="stable")
        inner = shapely.point_on_surface(np.asarray(cells.geometry.array))
        row, hit = shapely.STRtree(np.asarray(ordered.geometry.array)).query(inner, predicate="within")
        around = pd.Series(ordered["id"].to_numpy()[hit], index=row).sort_index(kind="stable")
        around = around[~around.index.duplicated()].reindex(range(len(cells)))
        result = result.where(result.notna(), around)
    return result.astype("str").where(result.notna())


def _said(
    placed: Placed, seeds: Seeds, land: Land, shown: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, communities: gpd.GeoDataFrame
) -> Report:
    """What the cells did to buildings and communities."""
    names = placed.buildings["id"].to_numpy()
    home = cells["id"].to_numpy()[shown["cell"]]
    guests = home != names
    report = Report.of("cells", "report.shares_land", names[guests], home[guests])
    report += Report.of("cells", "report.strayed", names[seeds.host[land.strayed]])
    settled = set(cells["community"].iloc[shown["cell"]])
    bare = [code for code in communities["code"] if code not in settled]
    return report + Report.of("cells", "report.no_buildings", bare)
