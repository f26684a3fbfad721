"""The zones of a drawing: grids, the plots of land in them, the units on each plot. Immutable, shared from plan to plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import pi

import numpy as np

from gridplan.graph.atom_graph import Ints
from gridplan.plan.redraw.ground import Ground

Came = dict[int, tuple[int, int, int, int]]
"""What came from each former zone: households then, households now, sections, atoms or pieces."""


@dataclass(frozen=True)
class Found:
    """One finding on a zone, in words; ``proof``: whether no legal answer exists."""

    code: str
    measure: float
    limit: float
    proof: bool
    message: str
    message_zh: str
    waiver: str | None
    waiver_zh: str | None


@dataclass(frozen=True)
class UnitZone:
    """A unit: its code, its sections (rows), its households, what is found of it."""

    code: str
    sections: tuple[int, ...]
    households: int
    came: Came
    found: tuple[Found, ...] = ()


@dataclass(frozen=True)
class Plot:
    """Land of a unit, or of several that lie above one another on the piece ``tower`` (-1: none); rows of pieces, ascending."""

    pieces: tuple[int, ...]
    tower: int
    units: tuple[UnitZone, ...]


@dataclass(frozen=True, eq=False)
class GridZone:
    """A grid: its number in the drawing, its cells (rows, ascending), its plots by first piece, and sums over its cells.

    ``people`` is None where a cell with households does not say how many. ``name``: what a planner called it, else None.
    ``thing``: id of what it stands for.
    """

    number: int
    community: int
    cells: tuple[int, ...]
    plots: tuple[Plot, ...]
    code: str
    name: str | None
    special: bool
    thing: str | None
    households: int
    people: int | None
    buildings: int
    area_m2: float
    perimeter_m: float
    came: Came
    found: tuple[Found, ...] = ()

    @property
    def units(self) -> list[UnitZone]:
        """The units of all plots."""
        return [unit for plot in self.plots for unit in plot.units]

    @cached_property
    def units_found(self) -> list[tuple[UnitZone, Plot]]:
        """The units of which something is found, and their plots."""
        return [(unit, plot) for plot in self.plots for unit in plot.units if unit.found]

    @property
    def compactness(self) -> float:
        """Polsby-Popper, from the sums."""
        return 4 * pi * self.area_m2 / self.perimeter_m**2 if self.perimeter_m else 0.0

    @property
    def status(self) -> str:
        """ok, proved or open."""
        return "ok" if not self.found else "proved" if all(found.proof for found in self.found) else "open"


def make_grid(
    ground: Ground,
    number: int,
    cells: Sequence[int],
    plots: tuple[Plot, ...],
    *,
    like: GridZone | None = None,
    code: str = "",
    special: bool | None = None,
    thing: str | None = None,
    found: tuple[Found, ...] = (),
) -> GridZone:
    """The grid of these cells (ascending, of one community), with its sums; code, name and kind are those of ``like``."""
    graph, rows = ground.cells, np.array(cells, dtype=np.int64)
    inside = set(cells)
    # Each border between two of its cells counts for both.
    inner = sum(length for cell in cells for other, length in ground.borders_of_cell[cell] if other in inside)
    people = ground.people[rows]
    unknown = bool(((people < 0) & (graph.households[rows] > 0)).any())
    return GridZone(
        number=number,
        community=int(ground.community[rows[0]]),
        cells=tuple(cells),
        plots=plots,
        code=code if like is None else like.code,
        name=None if like is None else like.name,
        special=bool(special) if special is not None or like is None else like.special,
        thing=thing if like is None else like.thing,
        households=int(graph.households[rows].sum()),
        people=None if unknown else int(np.maximum(people, 0).sum()),
        buildings=int(ground.buildings_of_cell[rows].sum()),
        area_m2=float(graph.area[rows].sum()),
        perimeter_m=max(float(graph.perimeter[rows].sum()) - inner, 0.0),
        came=_came(ground, rows),
        found=found,
    )


def make_unit(
    ground: Ground, sections: Iterable[int], pieces: Sequence[int], *, code: str = "", found: tuple[Found, ...] = ()
) -> UnitZone:
    """The unit of these sections; where it has none, its ``pieces`` say where it came from."""
    rows = np.array(sorted(sections), dtype=np.int64)
    came: Came = {}
    former, then, now = (
        values[rows].tolist() for values in (ground.former_section, ground.section_before, ground.section_households)
    )
    for zone, before, today in zip(former, then, now, strict=True):
        _add(came, zone, before, today, 1, 0)
    for piece in () if len(rows) else pieces:
        _add(came, int(ground.former_piece[piece]), 0, 0, 0, 1)
    return UnitZone(code, tuple(rows.tolist()), sum(now), came, found)


def _came(ground: Ground, rows: Ints) -> Came:
    """Where the cells of a grid came from."""
    came: Came = {}
    values = (ground.former_cell, ground.before_of_cell, ground.cells.households, ground.sections_of_cell)
    for zone, before, today, items in zip(*(column[rows].tolist() for column in values), strict=True):
        _add(came, zone, before, today, items, 1)
    return came


def _add(came: Came, zone: int, before: int, today: int, items: int, land: int) -> None:
    old = came.get(zone, (0, 0, 0, 0))
    came[zone] = (old[0] + before, old[1] + today, old[2] + items, old[3] + land)
