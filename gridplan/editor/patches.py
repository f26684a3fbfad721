"""What differs between two states of a plan, as the editor is told of it."""

import numpy as np

from gridplan.editor.rows import Row, finding_rows, grid_rows, history, shut, totals
from gridplan.plan import Plan


def patch(before: Plan | None, after: Plan) -> Row:
    """Changed and new grids, codes that are gone, atoms that are in another grid, findings, totals and history.

    ``before`` None: everything of ``after``, told as ``whole``, since codes that are gone are not known. Plans that come from one
    another share what is the same, so the cost is that of what changed, and of a look at each grid.
    """
    new = after.drawing
    old_grids = {} if before is None else before.drawing.grids
    was_locked, was_staff = (frozenset(), ()) if before is None else (before.drawing.locked, before.drawing.staff)
    said = set(was_locked ^ new.locked) | {row[0] for row in set(was_staff) ^ set(new.staff)}
    changed = [number for number, grid in new.grids.items() if old_grids.get(number) is not grid or number in said]
    moved: dict[int, str] = {}
    for number in changed:
        grid, old = new.grids[number], old_grids.get(number)
        # With another code all its atoms are told, since the editor knows grids by their codes.
        known = frozenset(old.cells) if old is not None and old.code == grid.code else frozenset()
        moved |= {cell: grid.code for cell in grid.cells if cell not in known}
    gone = [grid.code for grid in old_grids.values() if grid.code not in new.by_code]
    return {
        "grids": grid_rows(after, changed),
        "gone": sorted(gone),
        "whole": before is None,
        "atoms": {"row": sorted(moved), "grid": [moved[cell] for cell in sorted(moved)]},
        "counts": _counts(before, after),
        "shut": shut(after),
        "findings": finding_rows(after),
        "totals": totals(after),
        "history": history(after),
    }


def _counts(before: Plan | None, after: Plan) -> Row:
    """Households of the atoms that have others than before."""
    new = after.drawing.ground.cells.households
    old = None if before is None else before.drawing.ground.cells.households
    rows = np.arange(len(new)) if old is None else np.flatnonzero(old != new) if old is not new else new[:0]
    return {"row": rows.tolist(), "households": new[rows].tolist()}
