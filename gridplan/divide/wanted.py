"""Grids that an office has already: which of them each cell is to be in, by a column of names or by polygons."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.atoms import Atoms
from gridplan.graph.atom_graph import Ints
from gridplan.partition.standing import STRAY
from gridplan.report import Report
from gridplan.sources.texts import label_of

STAGE = "given"
WHOLE = 0.9
"""A cell of which less than this share lies in its polygon, or as much more than all of it in several, is reported."""
LEAST = 0.01
"""A cell of which no polygon has this share lies outside all of them."""


@dataclass(frozen=True)
class Wanted:
    """The number of the given grid that each cell is to be in (-1: none); by grid: its code or name, empty where it has none.

    ``names``: what grids are called beside their code. ``special``: those that the office has as special. ``report``: what did
    not fit so far.
    """

    of_cell: Ints
    labels: list[str]
    names: dict[int, str] = field(default_factory=dict)
    special: frozenset[int] = frozenset()
    report: Report = field(default_factory=Report.empty)


def wanted_by_column(atoms: Atoms, values: Mapping[str, object]) -> Wanted:
    """The grids that ``values`` name, by id of a building (or given area).

    A cell that several buildings share goes to the grid with most of their households; the others are reported.
    """
    known = set(atoms.buildings["id"])
    table = pd.DataFrame({"cell": atoms.buildings["cell"].to_numpy(), "id": atoms.buildings["id"].to_numpy()})
    table["households"] = atoms.buildings["households"].to_numpy()
    table["label"] = [label_of(values.get(name)) for name in table["id"]]
    unknown = sorted(str(name) for name in values if name not in known)
    report = Report.of(STAGE, "report.given_unknown_id", unknown, [label_of(values[name]) for name in unknown])
    named = table[table["label"] != ""]
    labels = sorted(set(named["label"]))
    sums = named.groupby(["cell", "label"])["households"].agg(["sum", "count"]).reset_index()
    best = sums.sort_values(["cell", "sum", "count", "label"], ascending=[True, False, False, True]).drop_duplicates("cell")
    of_cell = np.full(len(atoms.cells), -1, dtype=np.int64)
    of_cell[best["cell"].to_numpy(np.int64)] = pd.Index(labels).get_indexer(best["label"])
    chosen = named["cell"].map(best.set_index("cell")["label"])
    other = named[named["label"] != chosen]
    details = [f"{own} -> {taken}" for own, taken in zip(other["label"], chosen[other.index], strict=True)]
    return Wanted(of_cell, labels, report=report + Report.of(STAGE, "report.given_shared_land", other["id"], details))


def wanted_by_polygons(atoms: Atoms, grids: gpd.GeoDataFrame) -> Wanted:
    """The polygon that holds most of the land of each cell; ties go to the first by label.

    A polygon has no cells of a community in which less than ``STRAY`` of its land lies.

    ``grids``: in the CRS of the atoms; text columns ``label`` (code or name), ``name`` and ``kind``, any of them empty. Rows with
    the same label are one grid, each row without a label is one.
    """
    shapes = np.asarray(grids.geometry.array, dtype=object)
    rows = [f"row {number + 1}" for number in range(len(grids))]
    called = [label or row for label, row in zip(grids["label"], rows, strict=True)]
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    broken = ~empty & ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    blank = [label == "" for label in grids["label"]]
    said = [
        ("report.given_no_shape", empty),
        ("report.given_repaired", broken),
        ("report.given_unnamed", np.array(blank) & ~empty),
        ("report.given_same_name", (grids["label"].duplicated() & (grids["label"] != "")).to_numpy() & ~empty),
    ]
    report = Report.empty()
    for reason, where in said:
        report += Report.of(STAGE, reason, [called[row] for row in np.flatnonzero(where)])
    keys = sorted({(label, row if not label else "") for label, row in zip(grids["label"], rows, strict=True)})
    number = {key: place for place, key in enumerate(keys)}
    of_row = np.array([number[label, "" if label else row] for label, row in zip(grids["label"], rows, strict=True)], np.int64)
    of_row[empty] = -1
    lands = np.array([shapely.union_all(shapes[of_row == place]) for place in range(len(keys))], dtype=object)
    called = [label or row for label, row in keys]
    of_cell, found = _most(atoms, lands, called)
    nobody = sorted(set(range(len(called))) - set(of_cell.tolist()))
    found += Report.of(STAGE, "report.given_unused", [called[number] for number in nobody])
    names = {place: name for place, name in zip(of_row.tolist(), grids["name"], strict=True) if place >= 0 and name}
    special = frozenset(place for place, kind in zip(of_row.tolist(), grids["kind"], strict=True) if kind == "special")
    return Wanted(of_cell, [label for label, _ in keys], names, special - {-1}, report + found)


def wanted_by_plan(atoms: Atoms, former: Ints, grids: gpd.GeoDataFrame) -> Wanted:
    """The grids of the plan before: the one that each cell was in, and where that is not known, the one that holds its land.

    ``former``: the row of ``grids`` of each cell, -1 where it is new. ``grids``: in the CRS of the atoms, with ``code``, ``name``
    and ``kind``.
    """
    codes = grids["code"].tolist()
    new = np.flatnonzero(former < 0)
    fresh = replace(atoms, cells=atoms.cells.iloc[new].reset_index(drop=True))
    of_cell = former.copy()
    of_cell[new], report = _most(fresh, np.asarray(grids.geometry.array, dtype=object), codes)
    special = frozenset(np.flatnonzero(grids["kind"] == "special").tolist())
    return Wanted(of_cell, codes, dict(enumerate(grids["name"])), special, report)


def _most(atoms: Atoms, lands: np.ndarray, called: list[str]) -> tuple[Ints, Report]:
    """The land that holds most of each cell (-1: none), and the cells that lie in several or not whole in theirs."""
    cells = np.asarray(atoms.cells.geometry.array, dtype=object)
    place, cell = shapely.STRtree(cells).query(lands, predicate="intersects")
    shared = shapely.area(shapely.intersection(cells[cell], lands[place])) / shapely.area(cells[cell])
    pairs = pd.DataFrame({"cell": cell, "land": place, "share": np.round(shared, 6)})
    pairs["community"] = atoms.cells["community"].to_numpy()[cell]
    pairs["area"] = shared * shapely.area(cells[cell])
    here = pairs.groupby(["land", "community"])["area"].transform("sum")
    # What lies over a border by a little is drawn a little off.
    meant = here >= STRAY * pairs.groupby("land")["area"].transform("sum")
    total = pairs[pairs["share"] >= LEAST].groupby("cell")["share"].sum()
    pairs = pairs[(pairs["share"] >= LEAST) & meant].sort_values(["cell", "share", "land"], ascending=[True, False, True])
    best = pairs.drop_duplicates("cell").set_index("cell")
    of_cell = np.full(len(cells), -1, dtype=np.int64)
    of_cell[best.index.to_numpy(np.int64)] = best["land"].to_numpy(np.int64)
    ids = atoms.cells["id"].to_numpy(dtype=object)
    report = Report.empty()
    several, divided = total.index[(total > 2 - WHOLE) & total.index.isin(best.index)], best.index[best["share"] < WHOLE]
    for reason, rows in (("report.given_overlap", several), ("report.given_divided", divided)):
        details = [f"{called[int(best['land'][row])]}: {best['share'][row]:.2f}" for row in rows]
        report += Report.of(STAGE, reason, ids[np.asarray(rows, dtype=np.int64)], details)
    return of_cell, report
