"""Grids brought back into range with few households moved; all other lines and codes stay."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridplan.divide.grids import in_town
from gridplan.divide.held import Held, repaired_part
from gridplan.graph.atom_graph import Ints
from gridplan.partition import Repair, Rule
from gridplan.plan.layers import told
from gridplan.plan.redraw.assign import assigned
from gridplan.plan.redraw.drawing import Constraint, Drawing, altered, with_findings
from gridplan.plan.redraw.engine import recut, untidy
from gridplan.plan.redraw.zones import Found


@dataclass(frozen=True)
class _Done:
    """The repair of one community: its atoms, the number of the grid of each label, the answer."""

    rows: Ints
    numbers: list[int]
    answer: Repair


def repaired(drawing: Drawing, grids: Sequence[int] | None, *, most_moved: int | None, seed: int = 0) -> Drawing:
    """The drawing with its grids in range again, with as few households moved as were found; their units are cut anew.

    Parameters
    ----------
    grids : only these and the grids beside them may change; None: all. Locked and special ones never do.
    most_moved : households that may move at most, in each community.

    Returns
    -------
    Drawing
        Its ``outcome`` has ``moved`` (households that are in a grid of another code now), ``bound`` (no repair moves fewer; None
        where nothing is known) and ``proved`` (``moved`` is the least). A grid that is still out of range has a finding with a
        proof, or one that says why not.
    """
    ground = drawing.ground
    free = _free(drawing, grids)
    wanted = sorted({drawing.grids[number].community for number in free})
    proved = True
    bound: int | None = 0
    after = drawing
    found: dict[int, Found] = {}
    for community in wanted:
        rule = ground.grid_rule(community)
        if rule is None:
            continue
        done = _of_community(drawing, community, rule, free, most_moved, seed)
        labels = done.numbers + [
            after.next_number + place for place in range(int(done.answer.zone.max()) + 1 - len(done.numbers))
        ]
        cells: dict[int, list[int]] = {number: [] for number in labels}
        for row, label in zip(done.rows.tolist(), done.answer.zone.tolist(), strict=True):
            cells[labels[label]].append(row)
        kept = {
            number: own
            for number, own in cells.items()
            if number not in drawing.grids or tuple(own) != drawing.grids[number].cells
        }
        after = assigned(after, kept) if kept else after
        for label, verdict in done.answer.verdicts.items():
            found[labels[label]] = Found(**told(in_town(verdict, done.rows), ground.cell_ids, None))
        unknown = done.answer.bound is None and done.answer.moved > 0
        bound = None if bound is None or unknown else bound + (done.answer.bound or 0)
        proved = proved and done.answer.proved
    mine = [number for number in untidy(after) if number in free or number not in drawing.grids]
    after = recut(after, mine, seed=seed)
    after = with_findings(after, {number: (one,) for number, one in found.items() if after.grids[number].found})
    moved = _moved(drawing, after)
    proved = proved and moved == bound
    return altered(after, outcome={"moved": moved, "bound": bound, "proved": proved})


def _moved(before: Drawing, after: Drawing) -> int:
    """Households in a grid of another code."""
    codes = []
    for drawing in (before, after):
        code = np.empty(drawing.next_number, dtype=object)
        for number, grid in drawing.grids.items():
            code[number] = grid.code
        codes.append(code[drawing.of_cell.array()])
    return int(before.ground.cells.households[codes[0] != codes[1]].sum())


def _free(drawing: Drawing, grids: Sequence[int] | None) -> set[int]:
    """The numbers of the grids that may change."""
    open_ = {number for number, grid in drawing.grids.items() if number not in drawing.locked and not grid.special}
    if grids is None:
        return open_
    near = set(grids)
    for number in grids:
        for cell in drawing.grids[number].cells:
            near |= {drawing.of_cell[other] for other, _ in drawing.ground.near_cells[cell]}
    return open_ & near


def _of_community(drawing: Drawing, community: int, rule: Rule, free: set[int], most_moved: int | None, seed: int) -> _Done:
    ground = drawing.ground
    special = [number for number, grid in drawing.grids.items() if grid.special]
    # Land of special grids is no land that others could have.
    rows = np.flatnonzero((ground.community == community) & ~np.isin(drawing.of_cell.array(), special))
    number = drawing.of_cell.array()[rows]
    numbers, zone = np.unique(number, return_inverse=True)
    answer = repaired_part(
        ground.cells,
        rows,
        zone.astype(np.int64),
        rule,
        held_by(drawing.constraints),
        fixed=~np.isin(number, sorted(free)),
        most_moved=most_moved,
        objective=ground.objective,
        seed=seed,
    )
    return _Done(rows, numbers.tolist(), answer)


def held_by(constraints: Sequence[Constraint]) -> Held:
    """What the constraints hold."""
    return Held(
        together=[one.atoms for one in constraints if one.kind == "must_link"],
        apart=[one.atoms for one in constraints if one.kind == "cannot_link"],
        shut=frozenset(pair for one in constraints for pair in one.shut),
    )
