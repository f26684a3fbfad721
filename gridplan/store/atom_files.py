"""Atoms of a plan as a file that people edit in another program, and what they made of it."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan import crs
from gridplan.errors import InputError
from gridplan.plan import Plan
from gridplan.plan.by import By
from gridplan.plan.layers import report_table
from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.orders import is_name
from gridplan.plan.redraw.taking import takeable
from gridplan.report import Report
from gridplan.sources.layer import read_layer, read_text_table
from gridplan.sources.texts import label_of
from gridplan.store.exchange import export_layer

STAGE = "redraw"
SHOWN = ["reason", "id", "detail", "message", "message_zh"]
SAME_DEGREES = 1e-7
"""Coordinates that differ by less (1 cm) are the same: formats and programs round them."""
NOBODY = By()


def write_atoms(plan: Plan, path: str | Path, *, encoding: str = "UTF-8") -> None:
    """Writes the atoms of a plan with the code of the ``grid`` of each, to be edited: GeoPackage, GeoJSON or Shapefile by ending.

    Parameters
    ----------
    encoding : of the text in a Shapefile: UTF-8, or GB18030 for programs that read no .cpg.

    Raises
    ------
    OutputError
        As :func:`export_layer`.
    """
    export_layer(plan, "atoms", path, encoding=encoding)


def read_atoms(plan: Plan, path: str | Path, *, column: str = "grid", by: By = NOBODY) -> tuple[Plan, pd.DataFrame]:
    """The plan redrawn as a file of its atoms says, and a report of everything in it that was not taken over.

    Parameters
    ----------
    path : GeoPackage, GeoJSON, Shapefile, GeoParquet or CSV with the column ``id`` of :func:`write_atoms`; other rows and columns
        may be missing. Shapes are looked at only to say which were changed.
    column : the code of the grid that each atom is to be in, or the name of one; any other text is the name of a new grid.
    by : who, when and why, for the history.

    Returns
    -------
    Plan
        The plan itself where nothing changes. Codes stay with the land as after :meth:`Plan.assign`.
    DataFrame
        ``reason``, ``id`` (of an atom; of a new grid its name), ``detail``, ``message``, ``message_zh``. An atom that cannot be
        where the file has it stays where it was.

    Raises
    ------
    InputError
        GP101-GP123 the file cannot be read; GP131 it has no such column.
    RuleError
        GP230 the plan has no atoms; GP267 a community has no codes left.
    """
    drawing = plan.drawing
    table, report = _read(Path(path), column)
    rows, report = _known(drawing, table, report)
    report += _moved_shapes(plan, rows)
    target, names, unusable = _targets(plan, drawing, rows)
    taken, kept = takeable(drawing, target)
    ids = drawing.ground.cell_ids
    for reason in sorted({reason for reason, _ in kept.values()}):
        mine = [row for row in sorted(kept) if kept[row][0] == reason]
        report += Report.of(STAGE, reason, [ids[row] for row in mine], [kept[row][1] for row in mine])
    report += unusable
    fresh: dict[str, list[str]] = {}
    for row, number in sorted(taken.items()):
        if number in names:
            fresh.setdefault(names[number], []).append(ids[row])
    old = {ids[row]: drawing.grids[number].code for row, number in sorted(taken.items()) if number not in names}
    after = plan.assign(old, new=fresh or None, by=by) if taken else plan
    code = {grid.name: grid.code for number, grid in after.drawing.grids.items() if number not in drawing.grids}
    report += Report.of(STAGE, "report.redraw_new", fresh, [f"{code[name]}: {len(atoms)} atoms" for name, atoms in fresh.items()])
    return after, report_table(report)[SHOWN]


@dataclass(frozen=True)
class _Rows:
    """The rows of a file that are atoms of the plan: row of each atom, what the file says of it, its shape there if any."""

    atom: list[int]
    label: list[str]
    shape: np.ndarray | None


def _read(path: Path, column: str) -> tuple[pd.DataFrame, Report]:
    """The table of the file, with the texts ``id`` and ``label``, and ``geometry`` in degrees where it has shapes."""
    if path.suffix.lower() == ".csv":
        if not path.is_file():
            raise InputError("GP101", path=str(path))
        frame, report = read_text_table(path)
    else:
        frame, report = read_layer(path, table="atoms")
    missing = [name for name in ("id", column) if name not in frame.columns]
    if missing:
        raise InputError("GP131", table="atoms", columns=", ".join(missing), present=", ".join(map(str, frame.columns)))
    table = pd.DataFrame({"id": [label_of(name) for name in frame["id"]], "label": [label_of(text) for text in frame[column]]})
    if isinstance(frame, gpd.GeoDataFrame):
        table["geometry"] = crs.to_lonlat(frame).geometry.to_numpy()
    return table, report


def _known(drawing: Drawing, table: pd.DataFrame, report: Report) -> tuple[_Rows, Report]:
    """The rows that can be used, each atom once; and those that cannot, with the atoms that have none."""
    known = drawing.ground.row_of_cell
    strange = [not name or name not in known for name in table["id"]]
    unknown = [name or f"row {row + 1}" for row, name in table["id"][strange].items()]
    report += Report.of(STAGE, "report.redraw_unknown_id", unknown, table["label"][strange])
    table = table[~np.array(strange, dtype=bool)]
    several = table.groupby("id")["label"].transform("nunique") > 1
    twice = sorted(set(table["id"][several]))
    said = [", ".join(sorted(table["label"][table["id"] == name])) for name in twice]
    report += Report.of(STAGE, "report.redraw_twice", twice, said)
    missing = [name for name in drawing.ground.cell_ids if name not in set(table["id"])]
    report += Report.of(STAGE, "report.redraw_missing", missing)
    table = table[~several].drop_duplicates("id")
    blank = table["label"] == ""
    report += Report.of(STAGE, "report.redraw_blank", table["id"][blank])
    shapes = table["geometry"].to_numpy(dtype=object) if "geometry" in table else None
    return _Rows([known[name] for name in table["id"]], table["label"].tolist(), shapes), report


def _moved_shapes(plan: Plan, rows: _Rows) -> Report:
    """The atoms that have another shape in the file."""
    if rows.shape is None or not len(rows.atom):
        return Report.empty()
    own = np.asarray(plan.atoms.geometry.array, dtype=object)[rows.atom]
    single = np.array([shapely.get_geometry(shape, 0) if _is_one(shape) else shape for shape in rows.shape], dtype=object)
    same = shapely.equals_exact(shapely.normalize(own), shapely.normalize(single), SAME_DEGREES)
    ids = plan.atoms["id"].to_numpy(dtype=object)[rows.atom]
    return Report.of(STAGE, "report.redraw_shape", ids[~same])


def _is_one(shape: shapely.Geometry | None) -> bool:
    return shape is not None and shape.geom_type == "MultiPolygon" and len(shape.geoms) == 1


def _targets(plan: Plan, drawing: Drawing, rows: _Rows) -> tuple[dict[int, int], dict[int, str], Report]:
    """The number of the grid that each atom is to be in; the names of new ones by number; and texts that can be no name."""
    community = drawing.ground.community
    of_name: dict[str, list[int]] = {}
    for code, name in zip(plan.grids["code"], plan.grids["name"], strict=True):
        number = drawing.by_code[code]
        of_name.setdefault(name, []).append(number)
    target: dict[int, int] = {}
    fresh: dict[str, int] = {}
    bad: list[tuple[str, str]] = []
    for row, label in zip(rows.atom, rows.label, strict=True):
        named = of_name.get(label, [])
        named = [number for number in named if drawing.grids[number].community == community[row]] or named
        if label in drawing.by_code:
            target[row] = drawing.by_code[label]
        elif len(named) == 1:
            target[row] = named[0]
        elif label and is_name(label):
            target[row] = fresh.setdefault(label, drawing.next_number + len(fresh))
        elif label:
            bad.append((drawing.ground.cell_ids[row], label[:80]))
    names = {number: name for name, number in fresh.items()}
    return target, names, Report.of(STAGE, "report.redraw_name", [name for name, _ in bad], [text for _, text in bad])
