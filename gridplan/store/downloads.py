"""A whole plan as one file for other programs: its bundle, GeoJSON, Shapefiles, KML. The same bytes from the same plan."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from gridplan.contracts import PLAN
from gridplan.plan import Plan
from gridplan.spreadsheets import harmless
from gridplan.store.bundle import write_plan
from gridplan.store.exchange import TEXT_LIMIT, export_layer
from gridplan.store.forms import ENCODINGS

#: A clock in the archive would make two downloads of one plan differ.
_STAMP = (2000, 1, 1, 0, 0, 0)
#: What KML itself calls a placemark by; our ids are something else.
_KML_NAMES = {"name": "Name", "id": "source_id"}


def without_report(plan: Plan) -> Plan:
    """The plan without what is for planners: its report names rows of household ledgers, the others say who does what."""
    kept = {name: getattr(plan, name).iloc[:0] for name in ("report", "assignments", "history")}
    return replace(plan, **kept)


def write_download(plan: Plan, form: str, path: Path, *, encoding: str = ENCODINGS[0]) -> None:
    """Writes the whole plan to ``path`` in one of :data:`gridplan.store.forms.FORMS`.

    Parameters
    ----------
    encoding : of the text in Shapefiles, one of :data:`gridplan.store.forms.ENCODINGS`.

    Notes
    -----
    ``gpkg`` is the plan bundle, the same bytes as :func:`gridplan.write_plan`. ``geojson`` is a zip of all layers. ``shapefile``
    is a zip: a Shapefile for each layer and type of geometry, a CSV (UTF-8) for each table without geometry, and
    ``columns.csv``, which tells the columns that have another name there and how many texts were cut at 254 bytes. ``kml`` has
    the layers with geometry as folders. Shapes that another program left with coordinates which are no numbers are left out of
    both, shapes off the world out of KML.
    """
    _WRITERS[form](plan, path, encoding)


def _geojson(plan: Plan, path: Path, encoding: str) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for layer in PLAN:
            export_layer(plan, layer, Path(folder) / f"{layer}.geojson")
        _zip(Path(folder), path)


def _shapefiles(plan: Plan, path: Path, encoding: str) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        folder = Path(place)
        notes: list[tuple[str, str, str, int]] = []
        for layer, contract in PLAN.items():
            frame = getattr(plan, layer)
            if not contract.geometry:
                export_layer(plan, layer, folder / f"{layer}.csv")
                continue
            frame, cut = _shortened(frame.set_geometry(gpd.GeoSeries(_placed(frame), index=frame.index, crs=frame.crs)), encoding)
            for name, part in _by_type(layer, frame):
                renamed = export_layer(replace(plan, **{layer: part}), layer, folder / f"{name}.shp", encoding=encoding)
                told = dict.fromkeys(cut) | renamed
                notes += [(name, renamed.get(column, column), column, cut.get(column, 0)) for column in told]
        _write_notes(notes, folder / "columns.csv")
        _zip(folder, path)


def _kml(plan: Plan, path: Path, encoding: str) -> None:
    for layer, contract in PLAN.items():
        if not contract.geometry:
            continue
        frame = _drawable(getattr(plan, layer))
        named = frame if "name" in frame else frame.assign(name=frame["code" if "code" in frame else "id"])
        # A driver of its own for KML loses the names of folders and the types of columns.
        pyogrio.write_dataframe(
            named.rename(columns=_KML_NAMES), path, driver="LIBKML", layer=layer, append=path.exists(), geometry_type="Unknown"
        )


def _drawable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The table with shapes that KML takes: others may have left some that cross themselves, are empty or off the world."""
    shapes = _placed(frame)
    bounds = shapely.bounds(shapes)
    shapes[(np.abs(bounds) > (180, 90, 180, 90)).any(axis=1)] = None
    shapes = shapely.make_valid(shapes)
    shapes[shapely.is_empty(shapes)] = None
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _placed(frame: gpd.GeoDataFrame) -> np.ndarray:
    """The shapes of a table, without those that have coordinates which are no numbers."""
    shapes = np.array(frame.geometry.array, dtype=object)
    coordinates, rows = shapely.get_coordinates(shapes, return_index=True)
    shapes[rows[~np.isfinite(coordinates).all(axis=1)]] = None
    return shapes


def _bundle(plan: Plan, path: Path, encoding: str) -> None:
    write_plan(plan, path)


def _shortened(frame: gpd.GeoDataFrame, encoding: str) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """The table with its texts cut to what a Shapefile keeps, between two characters; and how many were, by column."""
    cut: dict[str, int] = {}
    changed = {}
    for name in frame.columns:
        if not pd.api.types.is_string_dtype(frame[name].dtype) or name == frame.geometry.name:
            continue
        values = frame[name]
        long = values.map(lambda text: isinstance(text, str) and len(text.encode(encoding)) > TEXT_LIMIT).astype(bool)
        if long.any():
            cut[str(name)] = int(long.sum())
            changed[name] = values.where(~long, values[long].map(lambda text: _cut(text, encoding)))
    return frame.assign(**changed), cut


def _cut(text: str, encoding: str) -> str:
    return text.encode(encoding)[:TEXT_LIMIT].decode(encoding, errors="ignore")


def _by_type(layer: str, frame: gpd.GeoDataFrame) -> list[tuple[str, gpd.GeoDataFrame]]:
    """The table, or a part for each type of geometry with the type in its name, since a Shapefile keeps one type."""
    kind = frame.geometry.geom_type.str.removeprefix("Multi").fillna("")
    kinds = sorted(set(kind) - {""})
    if len(kinds) < 2:
        return [(layer, frame)]
    return [(f"{layer}_{one.lower()}", frame[(kind == one).to_numpy()].reset_index(drop=True)) for one in kinds]


def _write_notes(notes: list[tuple[str, str, str, int]], path: Path) -> None:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("file", "column in the Shapefile", "column in the plan", "texts cut at 254 bytes"))
    rows.writerows([harmless(cell) for cell in note] for note in notes)
    path.write_text(text.getvalue(), encoding="utf-8-sig")


def _zip(folder: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for file in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(file.name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


_WRITERS: Mapping[str, Callable[[Plan, Path, str], None]] = {
    "gpkg": _bundle,
    "geojson": _geojson,
    "shapefile": _shapefiles,
    "kml": _kml,
}
