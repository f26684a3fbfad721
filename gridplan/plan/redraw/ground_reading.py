"""The ground of a plan read from its tables."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridplan.contracts.ground import BORDERS
from gridplan.divide.asked import with_lines
from gridplan.errors import RuleError
from gridplan.graph.adjacency import most, number_compounds, total
from gridplan.graph.atom_graph import AtomGraph, Floats, Ints
from gridplan.graph.moments import polygon_moments
from gridplan.plan.land import to_metres
from gridplan.plan.redraw.ground import Formers, Ground
from gridplan.plan.succession import origin
from gridplan.plan.tables import Tables
from gridplan.schemes.model import Scheme, parse_scheme


def read_ground(tables: Tables) -> Ground:
    """The ground of a plan.

    Raises
    ------
    RuleError
        GP230 the plan has no atoms.

    Notes
    -----
    About 1 s for 50,000 atoms. A plan that was itself redrawn keeps the parent that it was redrawn from.
    """
    facts = dict(zip(tables.meta["key"], tables.meta["value"], strict=True))
    atoms, pieces, sections = tables.atoms, tables.pieces, tables.sections
    if not len(atoms) or sections["piece"].isna().any():
        raise RuleError("GP230", plan=str(facts.get("plan", "-")))
    scheme = parse_scheme(str(facts["scheme"]), "meta")
    metres = CRS(facts["crs"])
    piece_graph = _piece_graph(pieces, tables.borders, atoms, metres)
    cell_of_piece = pd.Index(atoms["id"]).get_indexer(pieces["atom"]).astype(np.int64)
    cell_graph = _cell_graph(atoms, piece_graph, cell_of_piece, metres)
    piece_of_section = pd.Index(pieces["id"]).get_indexer(sections["piece"]).astype(np.int64)
    goes_on = bool(atoms["former"].notna().all())
    own = str(facts.get("plan", ""))
    spent = tables.voided[tables.voided["voided_by"] != own] if goes_on else tables.voided
    was_grid = atoms["former"] if goes_on else atoms["grid"]
    was_piece, was_section = (pieces["former"], sections["former"]) if goes_on else (pieces["unit"], sections["unit"])
    before = (sections["households_before"] if goes_on else sections["households"]).fillna(0).to_numpy(np.int64)
    grid_codes = sorted(set(was_grid))
    unit_codes = sorted({*was_piece, *was_section})
    former_cell, former_piece, former_section = (
        pd.Index(codes).get_indexer(values).astype(np.int64)
        for codes, values in ((grid_codes, was_grid), (unit_codes, was_piece), (unit_codes, was_section))
    )
    of_cell = former_cell[cell_of_piece[piece_of_section]]
    communities = tables.communities["code"].tolist()
    return Ground(
        tables=tables,
        scheme=scheme,
        metres=metres,
        parent=str(facts.get("parent", "")) if goes_on else own,
        cells=with_lines(cell_graph, scheme.grids),
        pieces=with_lines(piece_graph, scheme.units),
        all_cells=cell_graph,
        people=atoms["population"].fillna(-1).to_numpy(np.int64),
        cell_ids=atoms["id"].tolist(),
        piece_ids=pieces["id"].tolist(),
        cell_of_piece=cell_of_piece,
        stacked=pieces["stacked"].to_numpy(np.bool_),
        piece_of_section=piece_of_section,
        section_households=sections["households"].to_numpy(np.int64),
        section_before=before,
        communities=communities,
        kinds=tables.communities["kind"].tolist(),
        community=pd.Index(communities).get_indexer(atoms["community"]).astype(np.int64),
        former_cell=former_cell,
        former_piece=former_piece,
        former_section=former_section,
        grids=_formers(grid_codes, of_cell, before, scheme, spent, "grid"),
        units=_formers(unit_codes, former_section, before, scheme, spent, "unit"),
    )


def _formers(codes: list[str], of: Ints, before: Ints, scheme: Scheme, voided: pd.DataFrame, level: str) -> Formers:
    pattern = scheme.level(level).code
    spent = voided["code"][voided["level"] == level].tolist()
    places = [origin(code, pattern) for code in codes]
    used: dict[str, set[int]] = {}
    for place in (*places, *(origin(code, pattern) for code in spent)):
        if place is not None:
            used.setdefault(place[0], set()).add(place[1])
    return Formers(
        codes=codes,
        parents=[None if place is None else place[0] for place in places],
        before=np.bincount(of, before, minlength=len(codes)).astype(np.int64),
        used={parent: frozenset(numbers) for parent, numbers in used.items()},
        voided=frozenset(spent),
    )


def _piece_graph(pieces: gpd.GeoDataFrame, borders: pd.DataFrame, atoms: gpd.GeoDataFrame, metres: CRS) -> AtomGraph:
    """The graph over the pieces, edges ordered by (i, j)."""
    index = pd.Index(pieces["id"])
    a, b = (index.get_indexer(borders[name]).astype(np.int64) for name in ("a", "b"))
    known = (a >= 0) & (b >= 0)
    i, j = np.minimum(a, b)[known], np.maximum(a, b)[known]
    order = np.lexsort((j, i))
    compound = pieces["atom"].map(atoms.set_index("id")["compound"])
    kind = pd.Index(BORDERS).get_indexer(borders["kind"]).astype(np.int64)[known][order]
    length, street = (borders[name].to_numpy(np.float64)[known][order] for name in ("length_m", "street_m"))
    return _graph(pieces, metres, compound, (i[order], j[order], length, kind, street))


def _cell_graph(atoms: gpd.GeoDataFrame, pieces: AtomGraph, cell_of_piece: Ints, metres: CRS) -> AtomGraph:
    """The graph over the cells: borders between pieces of two cells added up."""
    a, b = cell_of_piece[pieces.i], cell_of_piece[pieces.j]
    outer = a != b
    key = np.minimum(a, b)[outer] * len(atoms) + np.maximum(a, b)[outer]
    pair, of = np.unique(key, return_inverse=True)
    length, street = (total(of, values[outer], len(pair)) for values in (pieces.length, pieces.street))
    kind = most(of, pieces.kind[outer], pieces.length[outer], len(pair))
    graph = _graph(atoms, metres, atoms["compound"], (pair // len(atoms), pair % len(atoms), length, kind, street))
    if atoms["population"].isna().any():
        return graph
    return replace(graph, population=atoms["population"].to_numpy(np.int64))


def _graph(
    table: gpd.GeoDataFrame, metres: CRS, compound: pd.Series, edges: tuple[Ints, Ints, Floats, Ints, Floats]
) -> AtomGraph:
    moments = polygon_moments(to_metres(np.asarray(table.geometry.array, dtype=object), metres))
    return AtomGraph(
        table["households"].to_numpy(np.int64),
        number_compounds(compound.reset_index(drop=True), len(table)),
        moments.area,
        moments.x,
        moments.y,
        moments.polar,
        moments.perimeter,
        *edges,
    )
