"""From an assignment of cells and pieces to a plan: land, codes, names, findings, provenance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pyproj import CRS

from gridplan import crs
from gridplan.atoms.model import Atoms
from gridplan.divide import Areas, Grids
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.model import Units
from gridplan.plan import ground, layers
from gridplan.plan.areas import Named, area_table, code_areas, community_frame
from gridplan.plan.codes import number_zones, read_zones
from gridplan.plan.heritage import Heritage, no_lineage, no_voided
from gridplan.plan.land import Measures, Shapes, measure, to_metres, unite
from gridplan.plan.matching import LevelZones, Zoning
from gridplan.plan.model import Plan
from gridplan.plan.nodes import node_table
from gridplan.plan.posts import post_table
from gridplan.plan.provenance import counts, meta_table
from gridplan.schemes.model import Level, Scheme


@dataclass(frozen=True)
class _UnitLand:
    """Land of the units: units stacked on one land all have the number of the first of them in ``land``.

    ``of_piece``: the land of each piece. ``shapes`` in degrees, one a unit; ``grid`` of each; ``own``: the first on its land.
    """

    land: Ints
    of_piece: Ints
    shapes: Shapes
    grid: Ints

    @property
    def own(self) -> Ints:
        """The units that are the first, or only, on their land."""
        return np.flatnonzero(self.land == np.arange(len(self.land)))


def make_plan(
    atoms: Atoms,
    *,
    grids: Grids,
    units: Units,
    borders: AtomGraph,
    scheme: Scheme,
    facts: Mapping[str, str],
    areas: Sequence[Areas] = (),
    named: Named | None = None,
    parent: Plan | None = None,
) -> Plan:
    """The plan that an assignment describes, in longitude and latitude, every table ordered by code or id.

    Parameters
    ----------
    atoms
        Cells, pieces and sections in the local metre CRS.
    grids
        The grid (0..g-1, none empty, each in one community) of each cell; why one is out of range or not connected (the fact
        ``atom`` is a row of ``atoms.cells``); which are special and what they stand for.
    units
        The units. The fact ``atom`` of their verdicts is a row of ``atoms.pieces``.
    borders
        The graph over ``atoms.pieces``.
    scheme
        Gives the patterns of the codes; its text is kept in ``meta``.
    facts
        The rest of ``meta``, JSON where a value is a table: at least ``provenance.FACTS``.
    areas
        The levels above the grids, from the largest down, over ``atoms.communities``.
    named
        Names of compounds and special sites, and the administrative areas above the communities, where these are known.
    parent
        The plan that this one comes after: its codes are kept by their successors (``succession.succeed``), its voided codes
        stay voided, and ``lineage`` says what became of each.

    Returns
    -------
    Plan
        Units are unions of pieces, grids of the land of their units, communities of their grids, so that all share their
        vertices. A grid's population is the sum of its cells', missing where a cell with households has none.
        Coordinates are rounded to 1e-9 degree where the land stays a valid coverage so, else left as they are.

    Raises
    ------
    KeyError
        One of ``provenance.FACTS`` is missing.
    RuleError
        GP260 more grids or units than the pattern has codes, GP267 than it has left; nothing is made then.

    Notes
    -----
    Cost: O(vertices log vertices); a few seconds for 100,000 cells.
    """
    named = named or Named()
    grid_of_cell = grids.of_cell
    names = atoms.cells["community"].to_numpy(dtype=object)
    first_cell = np.unique(grid_of_cell, return_index=True)[1]
    community_of_grid = [str(name) for name in names[first_cell]]
    metres = CRS(atoms.cells.crs)
    pieces, decimals = ground.piece_shapes(atoms)
    land = _unit_land(atoms, units, grid_of_cell, pieces)
    group = np.full(len(land.grid), -1, dtype=np.int64)
    group[land.own] = land.grid[land.own]
    grid_degrees = unite(land.shapes, group, len(first_cell))
    grid_measures, unit_measures = (measure(to_metres(shapes, metres)) for shapes in (grid_degrees, land.shapes))

    levels = {
        "grid": LevelZones(land.grid[units.of_section], grid_degrees),
        "unit": LevelZones(units.of_section, land.shapes),
    }
    heritage = None if parent is None else Heritage.of(parent, Zoning.in_making(atoms, levels))
    grid_codes = _codes(scheme.grids, community_of_grid, grid_measures, heritage, given=grids.codes)
    floors = layers.unit_floors(atoms.sections, units.of_section, land.land)
    parents = [grid_codes[grid] for grid in land.grid]
    unit_codes = _codes(scheme.units, parents, unit_measures, heritage, then=floors["order"].to_numpy(np.int64))
    codes = {"grid": grid_codes, "unit": unit_codes}

    unit_table = layers.unit_table(unit_codes, parents, floors, land.shapes)
    grid_table = layers.grid_table(
        grid_codes,
        grid_degrees,
        measures=grid_measures,
        atoms=atoms,
        grids=grids,
        community=community_of_grid,
        units=np.bincount(land.grid, minlength=len(grid_codes)),
        names=layers.grid_names(grid_codes, grids, community_of_grid, atoms, scheme, named.things),
    )
    communities = layers.community_table(atoms.communities, grid_table, decimals)
    frame = community_frame(communities, grid_table, atoms.communities["code"].tolist(), metres)
    coded = code_areas(areas, frame, scheme.place or "")
    return Plan(
        areas=area_table(named.areas, coded, frame),
        communities=communities,
        grids=grid_table,
        units=unit_table,
        buildings=layers.building_table(atoms.buildings, grid_codes, grid_of_cell, decimals),
        sections=layers.section_table(atoms, unit_codes, units.of_section),
        nodes=node_table(atoms, scheme.of("nodes"), grid_codes, grid_of_cell),
        posts=post_table(
            [(zones.areas.level, zones.codes, zones.households) for zones in coded]
            + [
                (scheme.grids, grid_table["code"].tolist(), grid_table["households"].tolist()),
                (scheme.units, unit_table["code"].tolist(), unit_table["households"].tolist()),
            ]
        ),
        findings=layers.finding_table(
            *(
                layers.Zones(zones.areas.level.name, zones.codes, zones.shapes, zones.verdicts, list(atoms.communities["code"]))
                for zones in coded
            ),
            layers.Zones("grid", grid_codes, grid_degrees, grids.verdicts, list(atoms.cells["id"])),
            layers.Zones("unit", unit_codes, land.shapes, units.verdicts, list(atoms.pieces["id"]), parents),
        ),
        lineage=no_lineage() if heritage is None else heritage.lineage(codes),
        voided=no_voided() if heritage is None else heritage.voided(codes, facts["plan"]),
        meta=meta_table(facts, scheme, crs.name(metres), counts(grid_table, unit_table, units.verdicts)),
        report=layers.report_table(atoms.report),
        atoms=ground.atom_table(atoms, pieces, [grid_codes[grid] for grid in grid_of_cell]),
        pieces=ground.piece_table(atoms, pieces, [unit_codes[unit] for unit in land.of_piece]),
        borders=ground.border_table(atoms, borders),
    )


def _codes(
    level: Level,
    parents: Sequence[str],
    zones: Measures,
    heritage: Heritage | None,
    *,
    then: Ints | None = None,
    given: Mapping[int, str] | None = None,
) -> list[str]:
    """The codes of a level: given, numbered, or where there is a former plan, inherited."""
    if heritage is None:
        return number_zones(parents, zones, level, then=then, given=given)
    return heritage.codes(level, parents, read_zones(parents, zones, then=then))


def _unit_land(atoms: Atoms, units: Units, grid_of_cell: Ints, pieces: Shapes) -> _UnitLand:
    """Which land each unit lies on; ``pieces`` in degrees.

    A piece of ``stack_of`` another belongs to the land of that piece; the units of a stacked piece share it all.
    """
    count = int(max(units.of_piece.max(initial=-1), units.of_section.max(initial=-1))) + 1
    piece_of_section = atoms.sections["piece"].to_numpy(np.int64)
    lowest = np.full(len(pieces), count, dtype=np.int64)
    np.minimum.at(lowest, piece_of_section, units.of_section)
    # The land of each piece is named by the first unit on it.
    land_of_piece = np.where(units.of_piece >= 0, units.of_piece, lowest[units.stack_of])
    land = np.arange(count)
    land[units.of_section] = land_of_piece[piece_of_section]
    first_piece = np.full(count, len(pieces), dtype=np.int64)
    np.minimum.at(first_piece, land_of_piece, np.arange(len(pieces)))
    cell_of_unit = atoms.pieces["cell"].to_numpy(np.int64)[first_piece[land]]
    return _UnitLand(land, land_of_piece, unite(pieces, land_of_piece, count)[land], grid_of_cell[cell_of_unit])
