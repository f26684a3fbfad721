"""All that the editor draws of a plan, as values that JSON can hold."""

import json
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import pandas as pd

from gridplan.contracts.ground import BORDERS
from gridplan.maps.topology import make_topology
from gridplan.plan.model import Plan
from gridplan.schemes import KINDS, Range, parse_scheme

Row = dict[str, Any]  # whatever JSON can hold
Columns = dict[str, list[Any]]

_GRID = ("code", "name", "kind", "community", "households", "population", "units", "buildings", "area_m2", "compactness")
_FINDING = ("code", "level", "zone", "measure", "limit", "message", "message_zh", "waiver", "waiver_zh", "proof")


def scene(plan: Plan, *, revision: int = 0, state: str = "draft", editable: bool = True, undo: int = 0, redo: int = 0) -> Row:
    """The plan as the editor draws it: arcs and shapes, atoms, their borders, grids, findings, totals and history.

    Parameters
    ----------
    plan : with the layers ``atoms``, ``pieces`` and ``borders``.
    revision : of the plan where it is kept.
    state : draft, submitted, approved, adopted or archived.
    editable : whether the reader may edit it.
    undo, redo : how many edits can be undone, and done again.

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
        "arcs": topology.arcs,
        "communities": {
            **_columns(plan.communities, ("code", "name", "kind", "households")),
            "shape": topology.layers["communities"],
        },
        "atoms": {
            **_columns(plan.atoms, ("id", "households", "population", "compound")),
            "grid": grid.get_indexer(plan.atoms["grid"]).tolist(),
            "community": community.get_indexer(plan.atoms["community"]).tolist(),
            "shape": topology.layers["atoms"],
        },
        "borders": _borders(plan),
        "grids": grid_rows(plan),
        "findings": finding_rows(plan),
        "totals": totals(plan),
        "history": {"undo": undo, "redo": redo, "edits": edit_rows(plan)},
    }


def grid_rows(plan: Plan, codes: Collection[str] | None = None) -> list[Row]:
    """A row for each grid, in the order of the plan; only those of ``codes`` where given."""
    grids = plan.grids if codes is None else plan.grids[plan.grids["code"].isin(list(codes))]
    ranges = _ranges(plan)
    locked = locked_grids(plan)
    staff = plan.assignments.groupby("grid", sort=False)["person"].agg(", ".join).to_dict()
    columns = _columns(grids, (*_GRID, "status", "reason"))
    rows = []
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        span = ranges.get(row["kind"])
        row["number"] = row["code"].removeprefix(row["community"]) or row["code"]
        row |= {"low": None, "high": None, "target": None} if span is None else _span(span)
        row |= {"locked": row["code"] in locked, "staff": staff.get(row["code"])}
        rows.append(row)
    return rows


def finding_rows(plan: Plan) -> list[Row]:
    """A row for each finding, with the code of its grid (None where it is of no one grid) and a box around its place."""
    grid_of = dict(zip(plan.units["code"], plan.units["grid"], strict=True)) | {code: code for code in plan.grids["code"]}
    columns = _columns(plan.findings, _FINDING)
    columns["grid"] = [grid_of.get(zone) for zone in columns["zone"]]
    bounds = plan.findings.geometry.bounds.round(6).to_numpy()
    columns["bbox"] = [None if np.isnan(box).any() else box.tolist() for box in bounds]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def totals(plan: Plan) -> Row:
    """Households, grids, units, and how many grids keep their range, carry a proof, or are open."""
    status = plan.grids["status"].value_counts()
    return {
        "households": int(plan.grids["households"].sum()),
        "grids": len(plan.grids),
        "units": len(plan.units),
        "in_range": int(status.get("ok", 0)),
        "proved": int(status.get("proved", 0)),
        "open": int(status.get("open", 0)),
    }


def edit_rows(plan: Plan) -> list[Row]:
    """The edits since the parent plan: number, name of the operation, who, when, note."""
    columns = _columns(plan.history, ("number", "operation", "who", "at", "note"))
    columns["operation"] = [json.loads(operation)["operation"] for operation in columns["operation"]]
    columns["when"] = columns.pop("at")
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def locked_grids(plan: Plan) -> frozenset[str]:
    """The codes of the grids that are locked."""
    items = plan.constraints.loc[plan.constraints["kind"] == "lock", "items"]
    return frozenset(code for item in items for code in json.loads(item))


def _ranges(plan: Plan) -> dict[str, Range]:
    """The range of households of the grids of each kind that has one."""
    level = parse_scheme(plan.fact("scheme"), "meta").grids
    spans = {kind: level.rule(kind).households for kind in KINDS}
    return {kind: span for kind, span in spans.items() if span is not None}


def _span(span: Range) -> Row:
    return {"low": span.low, "high": span.high, "target": span.target}


def _borders(plan: Plan) -> Columns:
    """Pairs of rows of atoms that share a line, each once, with the kind that most of the line lies along."""
    atom_of = pd.Index(plan.atoms["id"]).get_indexer(plan.pieces["atom"])
    piece = pd.Index(plan.pieces["id"])
    one, other = (atom_of[piece.get_indexer(plan.borders[side])] for side in ("a", "b"))
    table = pd.DataFrame({"a": np.minimum(one, other), "b": np.maximum(one, other)})
    table["kind"] = pd.Index(BORDERS).get_indexer(plan.borders["kind"])
    table["length"] = plan.borders["length_m"].to_numpy()
    summed = table[table["a"] != table["b"]].groupby(["a", "b", "kind"], as_index=False)["length"].sum()
    most = summed.sort_values(["a", "b", "length", "kind"]).drop_duplicates(["a", "b"], keep="last")
    return {name: most[name].tolist() for name in ("a", "b", "kind")}


def _columns(table: pd.DataFrame, names: Iterable[str]) -> Columns:
    """The columns as lists; a missing value is None, a float keeps 3 decimals."""
    made: Columns = {}
    for name in names:
        values = table[name]
        if pd.api.types.is_float_dtype(values.dtype):
            values = values.round(3)
        made[name] = [None if pd.isna(value) else value for value in values.tolist()]
    return made
