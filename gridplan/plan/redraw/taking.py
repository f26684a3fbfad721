"""Lines redrawn in another program taken over: as much of an assignment as is legal, and why the rest is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gridplan.errors import RuleError
from gridplan.plan.redraw.assign import check_link
from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.ground import connected

Reason = tuple[str, str]
"""Message key and detail."""


@dataclass
class _Taking:
    """The grid that each moved atom goes to (by row), and the reason why others stay where they were."""

    drawing: Drawing
    target: dict[int, int]
    kept: dict[int, Reason] = field(default_factory=dict)

    def keep(self, rows: Sequence[int], reason: str, detail: str) -> None:
        """These atoms stay where they were."""
        for row in rows:
            if self.target.pop(row, None) is not None:
                self.kept[row] = (reason, detail)

    def name(self, number: int) -> str:
        """The code of a grid, or that it is new."""
        return self.drawing.grids[number].code if number in self.drawing.grids else "(new)"

    def now(self, row: int) -> int:
        """The grid that an atom would be in."""
        return self.target.get(row, self.drawing.of_cell[row])


def takeable(drawing: Drawing, target: Mapping[int, int]) -> tuple[dict[int, int], dict[int, Reason]]:
    """The part of ``target`` (grid by atom; new grids have numbers of their own) that can be taken, and why the rest cannot.

    Left as they were are atoms that would leave or join a locked or special grid, or a grid of another community; atoms that
    must, or may not, be together; and atoms that would put a grid in parts: of those that joined it the ones in its smaller
    parts, else the ones that left it between its parts.
    """
    taking = _Taking(drawing, {row: number for row, number in target.items() if drawing.of_cell[row] != number})
    _one_by_one(taking)
    while _links(taking) or _parts(taking):
        pass
    return taking.target, taking.kept


def _one_by_one(taking: _Taking) -> None:
    """Leaves what is refused for one atom, wherever the others go."""
    drawing, community = taking.drawing, taking.drawing.ground.community
    homes: dict[int, dict[int, int]] = {}
    for row, number in taking.target.items():
        if number not in drawing.grids:
            here = homes.setdefault(number, {})
            here[int(community[row])] = here.get(int(community[row]), 0) + int(drawing.ground.cells.households[row]) + 1
    home = {number: min(here, key=lambda one: (-here[one], one)) for number, here in homes.items()}
    for row, number in list(taking.target.items()):
        both = [drawing.grids[one] for one in (drawing.of_cell[row], number) if one in drawing.grids]
        locked = [grid.code for grid in both if grid.number in drawing.locked]
        special = [grid.code for grid in both if grid.special]
        there = drawing.grids[number].community if number in drawing.grids else home[number]
        if locked:
            taking.keep([row], "report.redraw_locked", locked[0])
        elif special:
            taking.keep([row], "report.redraw_special", special[0])
        elif community[row] != there:
            taking.keep([row], "report.redraw_community", f"{taking.name(number)}: {drawing.ground.communities[there]}")


def _links(taking: _Taking) -> bool:
    """Leaves what breaks a constraint between atoms; whether there was any."""
    for constraint in taking.drawing.constraints:
        if not any(row in taking.target for row in constraint.atoms):
            continue
        try:
            check_link(taking.drawing, constraint, [taking.now(row) for row in constraint.atoms])
        except RuleError:
            taking.keep(constraint.atoms, "report.redraw_linked", str(constraint.number))
            return True
    return False


def _parts(taking: _Taking) -> bool:
    """Leaves what puts a grid in parts; whether there was any."""
    drawing = taking.drawing
    came: dict[int, set[int]] = {}
    left: dict[int, set[int]] = {}
    for row, number in taking.target.items():
        came.setdefault(number, set()).add(row)
        left.setdefault(drawing.of_cell[row], set()).add(row)
    before = len(taking.target)
    for number in sorted({*came, *left}):
        own = set(drawing.grids[number].cells) if number in drawing.grids else set()
        rows = sorted((own - left.get(number, set())) | came.get(number, set()))
        parts = connected(rows, drawing.ground.near_cells, drawing.shut)
        if len(parts) < 2:
            continue
        main = max(parts, key=lambda part: (_size(drawing, own.intersection(part)), _size(drawing, part), -part[0]))
        _leave(taking, number, own, left.get(number, set()), [part for part in parts if part is not main])
    return len(taking.target) < before


def _size(drawing: Drawing, rows: Sequence[int] | set[int]) -> tuple[int, int]:
    return sum(int(drawing.ground.cells.households[row]) for row in rows), len(rows)


def _leave(taking: _Taking, number: int, own: set[int], left: set[int], stray: Sequence[Sequence[int]]) -> None:
    """Leaves what makes the parts ``stray`` of a grid: those that joined it there, else those that left it beside them."""
    near = taking.drawing.ground.near_cells
    gone = connected(sorted(left), near)
    for part in stray:
        joined = [row for row in part if row not in own]
        if len(joined) == len(part):
            taking.keep(joined, "report.redraw_parts", taking.name(number))
            continue
        beside = {other for row in part for other, _ in near[row]}
        for group in gone:
            if not beside.isdisjoint(group):
                taking.keep(group, "report.redraw_parts", taking.name(number))
