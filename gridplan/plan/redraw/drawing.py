"""A drawing: which atoms are in which grid, which sections in which unit; codes, findings and totals kept up. Immutable."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import Ints
from gridplan.messages import Phrase
from gridplan.plan.redraw.ground import Ground, land_of
from gridplan.plan.redraw.judging import judge_grids, judge_units
from gridplan.plan.redraw.labels import Labels
from gridplan.plan.redraw.naming import holder, inherited, is_own, new_code
from gridplan.plan.redraw.zones import Came, Found, GridZone
from gridplan.schemes.model import Level


@dataclass(frozen=True)
class Constraint:
    """What holds besides the scheme: ``kind`` of ``contracts.ground.CONSTRAINTS``, atoms (rows), or a line in degrees.

    ``shut``: pairs of atoms whose border a line of ``cannot_cross`` crosses.
    """

    number: int
    kind: str
    atoms: tuple[int, ...] = ()
    line: tuple[tuple[float, float], ...] = ()
    shut: frozenset[tuple[int, int]] = frozenset()
    note: str | None = None


@dataclass(frozen=True)
class Edit:
    """One step of the history: the operation as JSON text, who did it, when and why."""

    operation: str
    who: str | None = None
    at: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Totals:
    """Sums over a drawing."""

    households: int = 0
    grids: int = 0
    grids_proved: int = 0
    grids_open: int = 0
    units: int = 0
    units_proved: int = 0
    units_open: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*(a + b for a, b in zip(self._values(), other._values(), strict=True)))

    def __sub__(self, other: "Totals") -> "Totals":
        return Totals(*(a - b for a, b in zip(self._values(), other._values(), strict=True)))

    def _values(self) -> tuple[int, ...]:
        return tuple(vars(self).values())

    @classmethod
    def of(cls, grid: GridZone) -> "Totals":
        """Those of one grid."""
        found = [all(one.proof for one in unit.found) for unit, _ in grid.units_found]
        proved, left = grid.status == "proved", grid.status == "open"
        return cls(grid.households, 1, int(proved), int(left), len(grid.units), sum(found), len(found) - sum(found))


@dataclass(frozen=True, eq=False)
class Drawing:
    """The grids by number, in the order of their making, over a ground; the modules of this package say how they change.

    ``of_cell``: number of the grid of each cell. ``where``: the grids that hold land of each former grid. ``locked``: numbers of
    grids that keep their land. ``staff``: posts and persons of grids. ``names`` given to communities and areas, by level and
    code. ``edits`` since the parent. ``known_as``: the id that a store gave the plan. ``outcome``: what the
    last operation says of itself. ``node_codes``: by row, where they are not what was read and nothing else would say so.
    """

    ground: Ground
    grids: Mapping[int, GridZone]
    of_cell: Labels
    where: Mapping[int, tuple[int, ...]]
    next_number: int
    totals: Totals
    locked: frozenset[int] = frozenset()
    constraints: tuple[Constraint, ...] = ()
    staff: tuple[tuple[int, str, str], ...] = ()
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    known_as: str | None = None
    outcome: Mapping[str, int | bool | None] = field(default_factory=dict)
    node_codes: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, int]:
        """The number of each grid by its code."""
        return {grid.code: number for number, grid in self.grids.items()}

    def number_of(self, code: str) -> int:
        """The number of the grid with this code.

        Raises
        ------
        RuleError
            GP231 there is none.
        """
        if code not in self.by_code:
            known = ", ".join(sorted(self.by_code)[:5])
            raise RuleError("GP231", what=Phrase("redraw.what.grid"), code=code[:80], known=known)
        return self.by_code[code]

    @cached_property
    def id(self) -> str:
        """The id of the plan: what a store keeps it as, else a hash of the parent and of every edit since."""
        if self.known_as is not None:
            return self.known_as
        steps = [[edit.operation, edit.who, edit.at, edit.note] for edit in self.edits]
        return hashlib.sha256(json.dumps([self.ground.parent, steps], ensure_ascii=False).encode()).hexdigest()[:12]

    @cached_property
    def shut(self) -> frozenset[tuple[int, int]]:
        """Pairs of atoms whose border no grid may cross."""
        return frozenset().union(*(constraint.shut for constraint in self.constraints))

    @cached_property
    def land(self) -> Ints:
        """The connected land of each cell, special grids left out."""
        free = np.ones(len(self.ground.cell_ids), dtype=np.bool_)
        for grid in self.grids.values():
            if grid.special:
                free[list(grid.cells)] = False
        return land_of(self.ground.cells, free)

    def holding(self, cells: Iterable[int]) -> list[GridZone]:
        """The grids that hold these cells, by number."""
        return [self.grids[number] for number in sorted({self.of_cell[cell] for cell in cells})]


def with_grids(drawing: Drawing, made: Sequence[GridZone], gone: Iterable[int] = (), *, same_land: bool = True) -> Drawing:
    """The drawing with these grids for those of their numbers and those ``gone``; codes, findings and totals follow.

    Parameters
    ----------
    made : grids with all their cells; the cells of all of them together are those of the grids that they replace.
    same_land : whether no grid has become special or ordinary, and no households have changed.

    Notes
    -----
    Cost: what the grids hold, and one look at each grid of their communities.
    """
    removed = sorted({*gone, *(grid.number for grid in made if grid.number in drawing.grids)})
    before = [drawing.grids[number] for number in removed]
    after = placed(drawing, made, gone)
    grids = dict(after.grids)
    formers = sorted({former for grid in (*before, *made) for former in grid.came})
    where = after.where
    fresh = {grid.number for grid in made}
    fresh |= _code_grids(drawing.ground, grids, where, fresh, formers)
    for number in sorted(fresh):
        was = drawing.grids.get(number)
        # On the same land what was proved of a unit holds on.
        kept = same_land and was is not None and was.cells == grids[number].cells and was.special == grids[number].special
        grids[number] = _code_units(drawing.ground, grids[number], kept=kept)
    ended = set(removed) - set(grids)
    after = replace(after, grids=grids)
    if same_land:
        # What is connected does not depend on lines, and is kept.
        vars(after)["land"] = drawing.land
    judged = _judge(after, grids, fresh, {grid.community for grid in (*before, *made)}, anew=not same_land)
    touched = sorted(fresh | judged | ended)
    totals = sum((Totals.of(grids[number]) for number in touched if number in grids), drawing.totals)
    totals -= sum((Totals.of(drawing.grids[number]) for number in touched if number in drawing.grids), Totals())
    # The drawing is not seen by anyone yet.
    vars(after)["totals"] = totals
    return after


def placed(drawing: Drawing, made: Sequence[GridZone], gone: Iterable[int] = ()) -> Drawing:
    """The drawing with these grids for those of their numbers and those ``gone``, just as they are; totals stay as they were."""
    removed = sorted({*gone, *(grid.number for grid in made if grid.number in drawing.grids)})
    before = [drawing.grids[number] for number in removed]
    grids = {number: grid for number, grid in drawing.grids.items() if number not in set(removed)} | {
        one.number: one for one in made
    }
    of_cell = drawing.of_cell
    for grid in made:
        was = drawing.grids.get(grid.number)
        own = set() if was is None else set(was.cells)
        of_cell = of_cell.changed([cell for cell in grid.cells if cell not in own], grid.number)
    ended = set(removed) - set(grids)
    formers = sorted({former for grid in (*before, *made) for former in grid.came})
    return replace(
        drawing,
        grids=grids,
        of_cell=of_cell,
        where=_where(drawing, grids, made, formers),
        next_number=max([drawing.next_number, *(grid.number + 1 for grid in made)]),
        locked=drawing.locked - ended,
        staff=tuple(row for row in drawing.staff if row[0] not in ended) if ended else drawing.staff,
    )


def altered(drawing: Drawing, **changes: Any) -> Drawing:  # fields of the drawing
    """The drawing with other values in some fields, on the same land: what is connected is kept, not found again."""
    after = replace(drawing, **changes)
    if "land" in vars(drawing):
        vars(after)["land"] = drawing.land
    return after


def with_findings(drawing: Drawing, found: Mapping[int, tuple[Found, ...]]) -> Drawing:
    """The drawing in which just this is found of these grids."""
    if not found:
        return drawing
    grids = {**drawing.grids, **{number: replace(drawing.grids[number], found=found[number]) for number in sorted(found)}}
    totals = sum((Totals.of(grids[number]) for number in found), drawing.totals)
    totals -= sum((Totals.of(drawing.grids[number]) for number in found), Totals())
    return altered(drawing, grids=grids, totals=totals)


def _where(
    drawing: Drawing, grids: Mapping[int, GridZone], made: Sequence[GridZone], formers: Sequence[int]
) -> dict[int, tuple[int, ...]]:
    """The grids that hold land of each former grid, those of ``formers`` found anew."""
    where = dict(drawing.where)
    for former in formers:
        others = [number for number in where.get(former, ()) if number in grids and former in grids[number].came]
        where[former] = tuple(sorted({*others, *(grid.number for grid in made if former in grid.came)}))
    return where


def _code_grids(
    ground: Ground, grids: dict[int, GridZone], where: Mapping[int, Sequence[int]], fresh: set[int], formers: Sequence[int]
) -> set[int]:
    """Gives codes to the grids that the ``formers`` may have given some; the numbers of those that got another one."""
    level, known = ground.scheme.grids, ground.grids
    held = {
        former: holder(former, {number: grids[number].came for number in where[former]}) for former in formers if where[former]
    }
    codes: dict[int, str] = {}
    for number in sorted({*fresh, *(number for former in formers for number in where[former])}):
        grid = grids[number]
        for former in grid.came:
            if former not in held:
                held[former] = holder(former, {other: grids[other].came for other in where[former]})
        parent = ground.communities[grid.community]
        code = inherited(grid.came, [former for former in grid.came if held[former] == number], known, parent)
        if code is None and is_own(grid.code, parent, level, known):
            code = grid.code
        codes[number] = code or ""
    for number in [number for number, code in codes.items() if not code]:
        parent = ground.communities[grids[number].community]
        others = (codes.get(other, grid.code) for other, grid in grids.items() if grid.community == grids[number].community)
        codes[number] = new_code(level, parent, known, _numbers(others, level))
    changed = {number for number, code in codes.items() if grids[number].code != code}
    for number in sorted(changed):
        grids[number] = replace(grids[number], code=codes[number])
    return changed


def _code_units(ground: Ground, grid: GridZone, *, kept: bool) -> GridZone:
    """The grid with the codes and findings of its units."""
    level, known, units = ground.scheme.units, ground.units, grid.units
    holders: dict[int, dict[int, Came]] = {}
    for place, unit in enumerate(units):
        for former in unit.came:
            holders.setdefault(former, {})[place] = unit.came
    held: dict[int, list[int]] = {}
    for former, candidates in holders.items():
        place = holder(former, candidates)
        # Where most of it went to another grid, nobody here is its successor.
        if 2 * candidates[place][former][0] >= known.before[former]:
            held.setdefault(place, []).append(former)
    codes = [inherited(unit.came, held.get(place, ()), known, grid.code) or "" for place, unit in enumerate(units)]
    taken = set(codes)
    for place, unit in enumerate(units):
        if not codes[place] and unit.code not in taken and is_own(unit.code, grid.code, level, known):
            codes[place] = unit.code
            taken.add(unit.code)
    for place, code in enumerate(codes):
        if not code:
            codes[place] = new_code(level, grid.code, known, _numbers(codes, level))
    given = iter(codes)
    plots = tuple(
        replace(
            plot,
            units=tuple(unit if unit.code == code else replace(unit, code=code) for unit in plot.units for code in [next(given)]),
        )
        for plot in grid.plots
    )
    return replace(grid, plots=judge_units(ground, grid, plots, kept=kept))


def _numbers(codes: Iterable[str], level: Level) -> list[int]:
    """The numbers of codes in their parents."""
    return [level.code.split(code)[1] for code in codes if code]


def _judge(drawing: Drawing, grids: dict[int, GridZone], fresh: set[int], communities: set[int], *, anew: bool) -> set[int]:
    """Says what is found of the grids of these communities; the numbers of those of which something else is found now."""
    changed = set()
    for community in sorted(communities):
        here = [grid for grid in grids.values() if grid.community == community]
        changing = frozenset(grid.number for grid in here) if anew else frozenset(fresh)
        found = judge_grids(drawing.ground, here, drawing.land, changing)
        for grid in here:
            if grid.found != found.get(grid.number, ()):
                grids[grid.number] = replace(grid, found=found.get(grid.number, ()))
                changed.add(grid.number)
    return changed
