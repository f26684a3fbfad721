"""The units of a plan before, kept inside the grids of today: where they would be out of range, few households move."""

from dataclasses import dataclass, replace

import numpy as np

from gridplan.atoms import Atoms
from gridplan.divide.asked import with_lines
from gridplan.divide.grids import Grids, in_town
from gridplan.divide.search import Search
from gridplan.divide.spread import spread
from gridplan.divide.units import each_building, unit_rules
from gridplan.graph.atom_graph import AtomGraph, Floats, Ints
from gridplan.partition import Rule, Units, Verdict, repair
from gridplan.partition.by_hand import verdicts_by_hand
from gridplan.partition.groups import numbered, parts, soft_edges
from gridplan.partition.measures import terms
from gridplan.partition.rules import excess
from gridplan.schemes import Level


@dataclass(frozen=True)
class Former:
    """The number of the unit before of each piece and of each section, -1 where it is new."""

    of_piece: Ints
    of_section: Ints


def kept_units(
    atoms: Atoms, pieces: AtomGraph, grids: Grids, level: Level, search: Search, *, units: Units, former: Former
) -> Units:
    """The units with the lines of those before, wherever these serve no worse than the engine's.

    Parameters
    ----------
    atoms, pieces, grids, level, search : as :func:`gridplan.divide.units.divide_units` takes them.
    units : what the engine cuts.
    former : the units before.

    Notes
    -----
    Land that holds together without towers keeps its units where after a repair no more of them are out of range than of the
    engine's; the floors of a tower keep theirs where all are in range. A unit that is the engine's has the engine's verdict.
    """
    if each_building(atoms, level):
        return units
    keeping = _Keeping(atoms, with_lines(pieces, level), grids, unit_rules(atoms, grids, level), search, units, former)
    for number in range(len(grids.special)):
        keeping.keep_flat(number)
    for tower in np.flatnonzero(keeping.stacked).tolist():
        keeping.keep_floors(tower)
    return keeping.finished()


class _Keeping:
    """Units in the making: labels of pieces and sections, those of the engine to begin with."""

    def __init__(
        self, atoms: Atoms, graph: AtomGraph, grids: Grids, rules: list[Rule], search: Search, units: Units, former: Former
    ) -> None:
        self.graph, self.rules, self.search, self.units, self.former = graph, rules, search, units, former
        self.grid: Ints = grids.of_cell[atoms.pieces["cell"].to_numpy()]
        self.stacked = atoms.pieces["stacked"].to_numpy(dtype=np.bool_)
        self.piece_of_section = atoms.sections["piece"].to_numpy(dtype=np.int64)
        self.households = atoms.sections["households"].to_numpy(dtype=np.int64)
        self.of_piece, self.of_section = units.of_piece.copy(), units.of_section.copy()
        self.verdicts = dict(units.verdicts)
        self.objective: Floats = units.objective.copy()
        self.next = int(max(units.of_piece.max(initial=-1), units.of_section.max(initial=-1))) + 1

    def keep_flat(self, number: int) -> None:
        """The units of a grid on land without towers."""
        flat = np.flatnonzero((self.grid == number) & (self.of_piece >= 0)).astype(np.int64)
        rule, graph = self.rules[number], self.graph.subgraph(flat)
        soft = soft_edges(graph, rule)
        part = parts(len(graph), graph.i[soft], graph.j[soft])
        for one in range(int(part.max(initial=-1)) + 1):
            self._keep_part(flat[part == one], rule)
        if len(flat):
            self.objective[number] = sum(terms(graph, numbered(self.of_piece[flat]), rule, self.search.objective).values())

    def _keep_part(self, rows: Ints, rule: Rule) -> None:
        graph, before = self.graph.subgraph(rows), self.former.of_piece[rows]
        if (before < 0).all():
            return
        zone = numbered(spread(graph, before, np.arange(len(rows))))
        kept = repair(graph, zone, rule, objective=self.search.objective, seed=self.search.seed).zone
        cut = self.of_piece[rows]
        bad = verdicts_by_hand(graph, numbered(kept), rule)
        if len(bad) > len(self.verdicts.keys() & set(cut.tolist())):
            return
        own = numbered(kept)
        if (own == numbered(cut)).all():
            return
        engine = {tuple(rows[cut == unit].tolist()): self.verdicts.get(unit) for unit in np.unique(cut).tolist()}
        for unit in np.unique(cut).tolist():
            self.verdicts.pop(unit, None)
        for unit in range(int(own.max()) + 1):
            pieces, found = rows[own == unit], in_town(bad[unit], rows) if unit in bad else None
            self._put(pieces, engine.get(tuple(pieces.tolist())) or found)

    def _put(self, pieces: Ints, verdict: Verdict | None) -> None:
        """A new unit of these pieces and their sections."""
        self.of_piece[pieces] = self.next
        self.of_section[np.isin(self.piece_of_section, pieces)] = self.next
        if verdict is not None:
            self.verdicts[self.next] = verdict
        self.next += 1

    def keep_floors(self, tower: int) -> None:
        """The units of a tower, and of the land that joins it: that of its lowest."""
        rows, rule = np.flatnonzero(self.piece_of_section == tower), self.rules[int(self.grid[tower])]
        before = self.former.of_section[rows]
        starts = np.flatnonzero(np.diff(before, prepend=-1) != 0)
        sizes = [int(size) for size in np.add.reduceat(self.households[rows], starts)] if len(rows) else []
        again = len(np.unique(before)) < len(starts)
        if not len(rows) or (before < 0).any() or again or rule.population is not None or any(excess(rule, one) for one in sizes):
            return
        run = np.searchsorted(starts, np.arange(len(rows)), side="right") - 1
        for unit in np.unique(self.of_section[rows]).tolist():
            self.verdicts.pop(unit, None)
        self.of_section[rows] = self.next + run
        joined = (self.units.stack_of == tower) & (np.arange(len(self.graph)) != tower)
        self.of_section[joined[self.piece_of_section]] = self.next
        self.next += len(starts)

    def finished(self) -> Units:
        """The units, numbered by grid, then by first piece and floor."""
        used = np.unique(np.concatenate([self.of_piece[self.of_piece >= 0], self.of_section]))
        first = np.full((3, self.next), np.iinfo(np.int64).max, dtype=np.int64)
        own = np.flatnonzero(self.of_piece >= 0)
        np.minimum.at(first[1], self.of_piece[own], own)
        np.minimum.at(first[1], self.of_section, self.piece_of_section)
        np.minimum.at(first[2], self.of_section, np.arange(len(self.of_section)))
        first[0, used] = self.grid[first[1, used]]
        order = used[np.lexsort(first[::-1, used])]
        number = np.full(self.next + 1, -1, dtype=np.int64)  # the last stands for the label -1
        number[order] = np.arange(len(order))
        return replace(
            self.units,
            of_piece=number[self.of_piece],
            of_section=number[self.of_section],
            verdicts={int(number[unit]): verdict for unit, verdict in sorted(self.verdicts.items()) if number[unit] >= 0},
            objective=self.objective,
        )
