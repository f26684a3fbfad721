"""Grids that an office has already, taken over: a town and its grids go in, a plan of them comes out."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan import crs
from gridplan.contracts import conform
from gridplan.contracts.model import POLYGON, Column, Contract
from gridplan.divide.given import given_grids
from gridplan.divide.wanted import Wanted, wanted_by_column, wanted_by_polygons
from gridplan.errors import InputError
from gridplan.pipeline import Options, finish, prepare
from gridplan.plan import Plan
from gridplan.plan.layers import REPORTED, report_table
from gridplan.progress import Progress, silent
from gridplan.schemes import Scheme
from gridplan.sources import Town
from gridplan.sources.layer import read_layer, read_text_table
from gridplan.sources.texts import label_of


class Given(TypedDict, total=False):
    """One of ``column`` and ``grids`` of :func:`plan_given`."""

    column: Mapping[str, object]
    grids: gpd.GeoDataFrame


_TEXTS = tuple(Column(name, "text", name, nullable=True) for name in ("label", "name", "kind"))
GRIDS = Contract("grids", _TEXTS, POLYGON)
"""The polygons of grids: code or name, name, and whether special."""


def plan_given(
    town: Town,
    *,
    column: str | Mapping[str, object] | pd.Series | None = None,
    grids: gpd.GeoDataFrame | None = None,
    scheme: Scheme | str = "default",
    seed: int = 0,
    options: Options | None = None,
    progress: Progress = silent,
) -> tuple[Plan, pd.DataFrame]:
    """The plan with the grids that an office has already, and a report of everything that did not fit.

    Parameters
    ----------
    town : as :func:`plan_town` takes it.
    column : code or name of the grid by id of the building (or given area); or the column of the town's table that has it.
    grids : polygons with ``code`` or ``name`` (or both), and perhaps ``kind``, where ``special`` makes a grid special; any CRS.
        A cell goes to the polygon that holds most of its land. The table ``grids`` of a plan will do.
    scheme, seed, options, progress : as of :func:`plan_town`; units are cut by the engine inside the grids.

    Returns
    -------
    Plan
        A code that the scheme's pattern can have under its community is kept; other grids get new numbers and keep what they were
        called as their name. Grids out of range are proved to be so by arithmetic, or have the finding GP217.
    DataFrame
        ``reason``, ``id`` (of an atom or building, or code or name of a grid), ``detail``, ``message``, ``message_zh``; the rows
        are in the plan's layer ``report`` too. What becomes of what
        does not fit: :func:`gridplan.divide.given.given_grids`.

    Raises
    ------
    InputError
        GP147 not just one of ``column`` and ``grids``; GP131 no such column; GP148 nothing in it is a grid of this town; GP105,
        GP106 the CRS and GP107 the shapes of ``grids``; and as :func:`plan_town`.

    Examples
    --------
    >>> import gridplan as gp
    >>> plan, report = gp.plan_given(gp.demo_town(), grids=gp.read_plan("old.gpkg").grids)  # doctest: +SKIP
    """
    if (column is None) == (grids is None):
        raise InputError("GP147")
    values = None if column is None else _values(town, column)
    polygons = None if grids is None else _polygons(grids)
    ready = prepare(town, scheme=scheme, seed=seed, options=options, progress=progress)
    if polygons is not None:
        wanted = wanted_by_polygons(ready.atoms, crs.to_crs(polygons, ready.town.crs))
    else:
        assert values is not None, "one of the two is there"
        wanted = wanted_by_column(ready.atoms, values)
    if (wanted.of_cell < 0).all():
        raise InputError("GP148", count=len(wanted.labels), atoms=len(wanted.of_cell))
    made, report = given_grids(ready.atoms, ready.cells, wanted, ready.scheme.grids, ready.search)
    atoms = replace(ready.atoms, report=ready.atoms.report + report)
    plan = finish(replace(ready, atoms=atoms), made, basis=_basis(wanted))
    return plan, report_table(report)[REPORTED]


def read_given(path: str | Path, *, column: str | None = None) -> Given:
    """What :func:`plan_given` takes, from a file: polygons, or a CSV table without shapes that has ``id`` and the grid of each.

    Parameters
    ----------
    path : GeoPackage, GeoJSON, Shapefile, GeoParquet; or CSV with ``id`` of a building and its grid.
    column : which column has the code or name; where None, those of a table that :func:`plan_given` knows, ``grid`` of a CSV.

    Raises
    ------
    InputError
        GP101-GP123 the file cannot be read; GP131 it has no such column.
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        if not path.is_file():
            raise InputError("GP101", path=str(path))
        table, _ = read_text_table(path)
        name = column or "grid"
        _present(table, ["id", name])
        return {"column": dict(zip(table["id"].map(label_of), table[name], strict=True))}
    grids, _ = read_layer(path, table="grids")
    if column is not None:
        _present(grids, [column])
        others = [name for name in ("name", "kind") if name in grids.columns and name != column]
        grids = grids[[*others, column, grids.geometry.name]].rename(columns={column: "code"})
    return {"grids": grids}


def _present(table: pd.DataFrame, names: list[str]) -> None:
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise InputError("GP131", table="grids", columns=", ".join(missing), present=", ".join(map(str, table.columns)))


def _values(town: Town, column: str | Mapping[str, object] | pd.Series) -> Mapping[str, object]:
    """The grid of each building by its id."""
    if not isinstance(column, str):
        return {label_of(name): value for name, value in column.items()}
    name = "atoms" if town.atoms is not None else "buildings"
    table = town.atoms if town.atoms is not None else town.buildings
    assert table is not None, "a town has buildings or atoms"
    if column not in table.columns:
        raise InputError("GP131", table=name, columns=column, present=", ".join(map(str, table.columns)))
    return dict(zip(table["id"], table[column], strict=True))


def _polygons(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The grids with ``label``, ``name`` and ``kind`` as texts, empty where there is none."""
    if not {"code", "name"} & set(grids.columns):
        raise InputError("GP131", table="grids", columns="code | name", present=", ".join(map(str, grids.columns)))
    crs.checked(grids, "grids")
    named = {name: grids[name].to_numpy() for name in ("name", "kind") if name in grids.columns}
    table = gpd.GeoDataFrame(
        {"label": grids["code" if "code" in grids.columns else "name"].to_numpy(), **named},
        geometry=grids.geometry.array,
        crs=grids.crs,
    )
    table = conform(table, GRIDS)
    texts = {name: [label_of(value) for value in table[name]] for name in ("label", "name", "kind")}
    texts["label"] = [label or name for label, name in zip(texts["label"], texts["name"], strict=True)]
    return table.assign(**texts)


def _basis(wanted: Wanted) -> str:
    """A hash of which grid each atom was given, as the plan's id counts it."""
    whole = hashlib.sha256(wanted.of_cell.astype(np.int64).tobytes())
    whole.update("\n".join([*wanted.labels, *map(str, sorted(wanted.names.items())), *map(str, sorted(wanted.special))]).encode())
    return whole.hexdigest()
