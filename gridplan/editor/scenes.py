"""All that the editor draws of a plan, as values that JSON can hold."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from gridplan.contracts.ground import BORDERS
from gridplan.editor.places import places
from gridplan.editor.rows import Row, finding_rows, grid_rows, history, shut, totals
from gridplan.maps.polylines import Ints
from gridplan.maps.topology import make_topology
from gridplan.plan.model import Plan
from gridplan.sources.town import Town

Columns = dict[str, list[Any]]


def scene(plan: Plan, *, revision: int = 0, state: str = "draft", editable: bool = True, town: Town | None = None) -> Row:
    """The plan as the editor draws it: arcs and shapes, atoms, their borders, grids, findings, totals and history.

    Parameters
    ----------
    plan : with the layers ``atoms``, ``pieces`` and ``borders``.
    revision : of the plan where it is kept.
    state : draft, submitted, approved, adopted or archived.
    editable : whether the reader may edit it.
    town : the town that was planned: its addresses, and its compounds and special sites by name, are found too.

    Notes
    -----
    Coordinates are rounded to 1e-6 degrees (at most 11 cm); the plan itself is not. Linear in the number of vertices.
    """
    shapes = {"atoms": plan.atoms.geometry.to_numpy(), "communities": plan.communities.geometry.to_numpy()}
    topology = make_topology(shapes)
    grid = pd.Index(plan.grids["code"])
    community = pd.Index(plan.communities["code"])
    return {
        "plan": plan.id,
        "name": plan.fact("name"),
        "revision": revision,
        "state": state,
        "editable": editable,
        "origin": list(topology.origin),
        "arcs": [_steps(arc) for arc in topology.arcs.each()],
        "communities": {
            **_columns(plan.communities, ("code", "name", "kind", "households")),
            "shape": topology.layers["communities"].nested(),
        },
        "atoms": {
            **_columns(plan.atoms, ("id", "households", "population", "compound")),
            "grid": grid.get_indexer(plan.atoms["grid"]).tolist(),
            "community": community.get_indexer(plan.atoms["community"]).tolist(),
            "shape": topology.layers["atoms"].nested(),
        },
        "places": places(plan, town),
        "borders": _borders(plan),
        "shut": shut(plan),
        "grids": grid_rows(plan),
        "findings": finding_rows(plan),
        "totals": totals(plan),
        "history": history(plan),
    }


def _steps(points: Ints) -> list[int]:
    """The first point, then the steps from each point to the next, flat."""
    steps = points.copy()
    steps[1:] -= points[:-1]
    flat: list[int] = steps.ravel().tolist()
    return flat


def _borders(plan: Plan) -> Columns:
    """Pairs of rows of atoms that share a line, each once, with the kind that most of the line lies along.

    ``joins`` is 1 where a grid may hold together across the line.
    """
    atom_of = pd.Index(plan.atoms["id"]).get_indexer(plan.pieces["atom"])
    piece = pd.Index(plan.pieces["id"])
    one, other = (atom_of[piece.get_indexer(plan.borders[side])] for side in ("a", "b"))
    table = pd.DataFrame({"a": np.minimum(one, other), "b": np.maximum(one, other)})
    table["kind"] = pd.Index(BORDERS).get_indexer(plan.borders["kind"])
    table["length"] = plan.borders["length_m"].to_numpy()
    summed = table[table["a"] != table["b"]].groupby(["a", "b", "kind"], as_index=False)["length"].sum()
    most = summed.sort_values(["a", "b", "length", "kind"]).drop_duplicates(["a", "b"], keep="last")
    cells, count = plan.drawing.ground.cells, len(plan.atoms)
    pairs = most["a"].to_numpy() * count + most["b"].to_numpy()
    most["joins"] = np.isin(pairs, cells.i * count + cells.j).astype(np.int64)
    return {name: most[name].tolist() for name in ("a", "b", "kind", "joins")}


def _columns(table: pd.DataFrame, names: Iterable[str]) -> Columns:
    """The columns as lists; a missing value is None, a float keeps 3 decimals."""
    made: Columns = {}
    for name in names:
        values = table[name]
        if pd.api.types.is_float_dtype(values.dtype):
            values = values.round(3)
        made[name] = [None if pd.isna(value) else value for value in values.tolist()]
    return made
