"""The units of all grids."""

from dataclasses import replace

import numpy as np
import pandas as pd

from gridplan.atoms import Atoms
from gridplan.divide.asked import engine_rule, with_lines
from gridplan.divide.grids import Grids
from gridplan.divide.search import Search
from gridplan.graph.atom_graph import AtomGraph
from gridplan.partition import Rule, Units, partition_units, units_of_cells
from gridplan.schemes import Level
from gridplan.schemes import Rule as Asked


def divide_units(atoms: Atoms, pieces: AtomGraph, grids: Grids, level: Level, search: Search) -> Units:
    """The units of every grid, by the rule for the kind of its community.

    Parameters
    ----------
    atoms : with ``communities``, ``cells``, ``pieces`` and ``sections``.
    pieces : the graph over ``atoms.pieces``.
    grids : the grids that the units lie in.
    level : the level of the units.
    search : weights, effort, seed and progress.

    Notes
    -----
    Land of a special grid where no one lives is a unit without a finding. Where the scheme wants a unit for ``each``
    building there is one for each cell with households.
    """
    grid = grids.of_cell[atoms.pieces["cell"].to_numpy()]
    stacked = atoms.pieces["stacked"].to_numpy()
    section_piece = atoms.sections["piece"].to_numpy(dtype=np.int64)
    graph = with_lines(pieces, level)
    if each_building(atoms, level):
        cell = atoms.pieces["cell"].to_numpy(dtype=np.int64)
        return units_of_cells(graph, grid=grid, cell=cell, section_piece=section_piece)
    units = partition_units(
        graph,
        grid=grid,
        stacked=stacked,
        section_piece=section_piece,
        section_households=atoms.sections["households"].to_numpy(dtype=np.int64),
        rules=unit_rules(atoms, grids, level),
        objective=search.objective,
        effort=search.effort,
        seed=search.seed,
        progress=search.progress,
    )
    grid_of_unit = np.zeros(max(units.verdicts, default=-1) + 1, dtype=np.int64)
    for of, place in ((units.of_piece, grid), (units.of_section, grid[section_piece])):
        known = (of >= 0) & (of < len(grid_of_unit))
        grid_of_unit[of[known]] = place[known]
    kept = {
        unit: verdict
        for unit, verdict in units.verdicts.items()
        if not (grids.special[grid_of_unit[unit]] and verdict.measure == 0)
    }
    return replace(units, verdicts=kept)


def each_building(atoms: Atoms, level: Level) -> bool:
    """Whether each building is a unit."""
    return all(level.rule(str(kind)).each == "building" for kind in atoms.communities["kind"])


def unit_rules(atoms: Atoms, grids: Grids, level: Level) -> list[Rule]:
    """The rule of the units of each grid, by the kind of its community; for levels whose units have a range."""
    kinds = atoms.communities.set_index("code")["kind"]
    community_of_grid = pd.Series(atoms.cells["community"].to_numpy()).groupby(grids.of_cell).first()
    return [_range(level, level.rule(str(kinds[code]))) for code in community_of_grid]


def _range(level: Level, asked: Asked) -> Rule:
    rule = engine_rule(level, asked)
    assert rule is not None, "units are either all one for each building, or all have a range of households"
    return rule
