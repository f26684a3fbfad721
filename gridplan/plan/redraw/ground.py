"""What does not change while lines are redrawn: atoms, pieces, sections, their borders, rules, and where they came from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridplan.divide.asked import engine_rule
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.groups import parts
from gridplan.partition.model import Objective, Rule
from gridplan.plan.land import Shapes
from gridplan.plan.redraw.lookups import Lookups
from gridplan.plan.tables import Tables
from gridplan.schemes.model import Scheme

Near = list[list[tuple[int, float]]]
"""The neighbours of each row, and the metres of border with each."""


@dataclass(frozen=True)
class Formers:
    """The zones of one level in the parent plan.

    ``codes`` sorted, and the code of the ``parents`` of each; ``before``: households that each had; ``used``: by the code of
    the parent the numbers that may not be given to a new zone; ``voided``: codes that ended before.
    """

    codes: list[str]
    parents: list[str | None]
    before: Ints
    used: Mapping[str, frozenset[int]]
    voided: frozenset[str]


@dataclass(frozen=True, eq=False)
class Ground:
    """Frozen arrays over n cells (atoms), m pieces and k sections, and the tables of the plan that they were read from.

    ``cells`` and ``pieces``: graphs as the level of the grids and of the units sees them. ``community``: number of the
    community of each cell, in the order of ``communities``. ``former_cell``, ``former_piece``, ``former_section``: number of
    the zone of the parent plan that each was in, and ``section_before`` the households then.
    ``united``: land of zones by their pieces, as far as it was ever asked for.
    ``all_cells``: the graph of the cells with every border. ``people`` of each cell, -1 where not known.
    """

    tables: Tables
    scheme: Scheme
    metres: CRS
    parent: str
    cells: AtomGraph
    pieces: AtomGraph
    all_cells: AtomGraph
    people: Ints
    cell_ids: list[str]
    piece_ids: list[str]
    cell_of_piece: Ints
    stacked: NDArray[np.bool_]
    piece_of_section: Ints
    section_households: Ints
    section_before: Ints
    communities: list[str]
    kinds: list[str]
    community: Ints
    former_cell: Ints
    former_piece: Ints
    former_section: Ints
    grids: Formers
    units: Formers
    united: dict[tuple[int, ...], shapely.Geometry] = field(default_factory=dict)

    def spent(self, level: str) -> frozenset[str]:
        """The codes of a level that were voided before."""
        return (self.grids if level == "grid" else self.units).voided

    @cached_property
    def grid_names(self) -> dict[str, str]:
        """What grids were called, by code."""
        return dict(zip(self.tables.grids["code"], self.tables.grids["name"], strict=True))

    @cached_property
    def community_names(self) -> list[str]:
        """The names of the communities."""
        names: list[str] = self.tables.communities["name"].tolist()
        return names

    @cached_property
    def areas_of_community(self) -> list[list[int]]:
        """The rows of the areas that each community lies in, or is: those that hold its inner point."""
        found: list[list[int]] = [[] for _ in self.communities]
        points = shapely.point_on_surface(np.asarray(self.tables.communities.geometry.array))
        lands = np.asarray(self.tables.areas.geometry.array, dtype=object)
        for community, area in zip(*shapely.STRtree(lands).query(points, predicate="within").tolist(), strict=True):
            found[community].append(area)
        return found

    @cached_property
    def facts(self) -> dict[str, str]:
        """What ``meta`` said, by key."""
        meta = self.tables.meta
        return {str(key): str(value) for key, value in zip(meta["key"], meta["value"], strict=True)}

    @cached_property
    def lookups(self) -> Lookups:
        """What lies where in the tables."""
        return Lookups(self)

    @cached_property
    def row_of_cell(self) -> dict[str, int]:
        """The row of each atom by its id."""
        return {name: row for row, name in enumerate(self.cell_ids)}

    @cached_property
    def near_cells(self) -> Near:
        """Neighbours of each cell that a grid may hold together with it."""
        return _near(self.cells)

    @cached_property
    def borders_of_cell(self) -> Near:
        """Every neighbour of each cell, also those that no grid may hold together with it."""
        return _near(self.all_cells)

    @cached_property
    def near_pieces(self) -> Near:
        """Neighbours of each piece that a unit may hold together with it."""
        return _near(self.pieces)

    @cached_property
    def pieces_of_cell(self) -> list[list[int]]:
        """The pieces of each cell."""
        return _members(self.cell_of_piece, len(self.cell_ids))

    @cached_property
    def sections_of_piece(self) -> list[list[int]]:
        """The sections on each piece, in the order of their rows: from the ground up."""
        return _members(self.piece_of_section, len(self.piece_ids))

    @cached_property
    def sections_of_building(self) -> dict[str, list[int]]:
        """The sections of each building, by its id."""
        found: dict[str, list[int]] = {}
        for row, name in enumerate(self.tables.sections["building"].tolist()):
            found.setdefault(name, []).append(row)
        return found

    @cached_property
    def floors(self) -> Ints:
        """The first floor of each section, 0 where it has none."""
        return np.asarray(self.tables.sections["floor_from"].fillna(0).to_numpy(np.int64))

    @cached_property
    def before_of_cell(self) -> Ints:
        """Households that the sections of each cell had in the parent plan."""
        cell = self.cell_of_piece[self.piece_of_section]
        return np.bincount(cell, self.section_before, minlength=len(self.cell_ids)).astype(np.int64)

    @cached_property
    def sections_of_cell(self) -> Ints:
        """How many sections each cell has."""
        return np.bincount(self.cell_of_piece[self.piece_of_section], minlength=len(self.cell_ids))

    @cached_property
    def buildings_of_cell(self) -> Ints:
        """How many buildings stand on each cell."""
        buildings = self.tables.sections.drop_duplicates("building")["piece"]
        rows = pd.Index(self.piece_ids).get_indexer(buildings)
        return np.bincount(self.cell_of_piece[rows], minlength=len(self.cell_ids))

    @cached_property
    def piece_shapes(self) -> Shapes:
        """The land of each piece in longitude and latitude."""
        return np.asarray(self.tables.pieces.geometry.array, dtype=object)

    @cached_property
    def objective(self) -> Objective:
        """The weights that the plan was made with, and is redrawn with; those of gridplan where it tells none."""
        stated = json.loads(self.facts.get("parameters") or "{}")
        return Objective(**stated.get("objective", {}))

    def grid_rule(self, community: int) -> Rule | None:
        """The rule of the grids of a community; None where the scheme gives no range of households."""
        return self._rules[self.kinds[community]][0]

    def unit_rule(self, community: int) -> Rule | None:
        """The rule of its units."""
        return self._rules[self.kinds[community]][1]

    @cached_property
    def _rules(self) -> dict[str, tuple[Rule | None, Rule | None]]:
        """The rules of grids and units by kind of community."""
        levels = self.scheme.grids, self.scheme.units
        found = {kind: [engine_rule(level, level.rule(kind)) for level in levels] for kind in sorted(set(self.kinds))}
        return {kind: (grids, units) for kind, (grids, units) in found.items()}

    def recounted(self, sections: Ints) -> "Ground":
        """The same ground with other households of each section."""
        pieces = np.bincount(self.piece_of_section, sections, minlength=len(self.piece_ids)).astype(np.int64)
        cells = np.bincount(self.cell_of_piece, pieces, minlength=len(self.cell_ids)).astype(np.int64)
        counted = replace(
            self,
            section_households=sections,
            cells=replace(self.cells, households=cells),
            pieces=replace(self.pieces, households=pieces),
        )
        # What was found of the land does not depend on households.
        vars(counted).update({name: value for name, value in vars(self).items() if name not in vars(counted)})
        return counted


def _near(graph: AtomGraph) -> Near:
    near: Near = [[] for _ in range(len(graph))]
    for a, b, length in zip(graph.i.tolist(), graph.j.tolist(), graph.length.tolist(), strict=True):
        near[a].append((b, length))
        near[b].append((a, length))
    return near


def _members(of: Ints, count: int) -> list[list[int]]:
    members: list[list[int]] = [[] for _ in range(count)]
    for row, owner in enumerate(of.tolist()):
        members[owner].append(row)
    return members


def connected(rows: Sequence[int], near: Near, shut: frozenset[tuple[int, int]] = frozenset()) -> list[list[int]]:
    """The connected parts of some rows, each ascending, by their first; no part crosses a pair that is ``shut``."""
    left = set(rows)
    found = []
    for start in rows:
        if start not in left:
            continue
        left.discard(start)
        part, ahead = [start], [start]
        while ahead:
            row = ahead.pop()
            for other, _ in near[row]:
                if other in left and (not shut or ((row, other) if row < other else (other, row)) not in shut):
                    left.discard(other)
                    part.append(other)
                    ahead.append(other)
        found.append(sorted(part))
    return found


def land_of(graph: AtomGraph, free: NDArray[np.bool_]) -> Ints:
    """The connected land of each cell that is ``free``; others are land of their own."""
    both = free[graph.i] & free[graph.j]
    return parts(len(graph), graph.i[both], graph.j[both])
