"""What ``meta`` says of a plan that was redrawn: its id, what it counts, what its lines cost."""

import json

import numpy as np

from gridplan.partition.measures import TERMS, terms
from gridplan.plan.redraw.drawing import Drawing

#: Bounds are those of the search; what was drawn by hand has none.
SEARCHED = ("bound", "gap", "units_objective", "units_bound", "units_optimal")


def drawn_facts(drawing: Drawing) -> dict[str, str]:
    """The facts that lines and counts change, by key; all others are as they were read."""
    known, total, value = drawing.ground.facts, drawing.totals, _terms(drawing)
    counts = json.loads(known.get("counts", "{}")) | {
        "communities": len({grid.community for grid in drawing.grids.values()}),
        "grids": total.grids,
        "grids_in_range": total.grids - total.grids_proved - total.grids_open,
        "grids_proved": total.grids_proved,
        "grids_open": total.grids_open,
        "units": total.units,
        "units_in_range": total.units - total.units_proved - total.units_open,
        "units_proved": total.units_proved,
        "units_open": total.units_open,
        "households": total.households,
    }
    return {key: "" for key in SEARCHED if key in known} | {
        "plan": drawing.id,
        "parent": drawing.ground.parent,
        "counts": json.dumps(counts),
        "objective": f"{sum(value.values()):.6f}",
        "terms": json.dumps({name: round(value[name], 6) for name in TERMS}),
    }


def _terms(drawing: Drawing) -> dict[str, float]:
    """The terms of the objective over all communities, special grids left out."""
    ground = drawing.ground
    found = dict.fromkeys(TERMS, 0.0)
    of_cell = drawing.of_cell.array()
    ordinary = ~np.isin(of_cell, [number for number, grid in drawing.grids.items() if grid.special])
    for community in range(len(ground.communities)):
        rule = ground.grid_rule(community)
        rows = np.flatnonzero((ground.community == community) & ordinary)
        if rule is not None and len(rows):
            zone = np.unique(of_cell[rows], return_inverse=True)[1].astype(np.int64)
            for name, value in terms(ground.cells.subgraph(rows), zone, rule, ground.objective).items():
                found[name] += value
    return found
