"""Layers of a plan as files of other programs: GeoJSON, GeoPackage, Shapefile, CSV. And labels of the engine."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import sqlalchemy as sa

from gridplan.contracts import PLAN, Contract
from gridplan.errors import OutputError, StoreError
from gridplan.plan import Plan
from gridplan.replacing import check_ending, replacing, replacing_together
from gridplan.spreadsheets import csv_bytes
from gridplan.store.bundle import REFUSALS, finish, only_type
from gridplan.store.dialects import WRITE, GeoPackage, geopackage_engine
from gridplan.store.frames.rows import frame_collection, insert
from gridplan.store.tables import layer_table

#: Names of more than the ten bytes that a Shapefile keeps, and what they are called there.
SHAPEFILE_NAMES: Mapping[str, str] = {"compactness": "compact", "communities": "n_commun"}
#: Bytes of a text that a Shapefile keeps.
TEXT_LIMIT = 254
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def export_layer(plan: Plan, layer: str, path: str | Path, *, encoding: str = "UTF-8") -> dict[str, str]:
    """Writes one layer to ``path`` in the format of its ending; the columns that had to be renamed, old name to new.

    The file appears whole or not at all, and has the same bytes from the same plan.

    Parameters
    ----------
    layer : a name of ``gridplan.contracts.PLAN``.
    path : ``.geojson`` or ``.json`` (RFC 7946, nine decimals, a plain table with null geometry), ``.gpkg`` (every column
        typed), ``.shp`` (with .cpg; names of more than ten bytes by :data:`SHAPEFILE_NAMES`), or for layers
        without geometry ``.csv`` (UTF-8 with a byte order mark, as spreadsheets need it for Chinese).
    encoding : of the text in a Shapefile: UTF-8, or GB18030 for programs that read no .cpg.

    Raises
    ------
    StoreError
        GP408 no such layer.
    OutputError
        GP601 it cannot be written there; GP602 unknown ending; GP603 a Shapefile of a plain table; GP604 a CSV of a
        layer with geometry; GP605 text too long and GP606 mixed geometry types for a Shapefile.
    """
    if layer not in PLAN:
        raise StoreError("GP408", layer=layer, known=", ".join(PLAN))
    return write_layer(getattr(plan, layer), PLAN[layer], path, encoding=encoding)


def write_layer(frame: pd.DataFrame, contract: Contract, path: str | Path, *, encoding: str = "UTF-8") -> dict[str, str]:
    """Writes a table that keeps ``contract`` (EPSG:4326 where it has a geometry), as :func:`export_layer` does a layer of a plan.

    Raises
    ------
    OutputError
        GP601-GP606, as there.
    """
    check_layer_file(contract, path)
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return _write_shapefile(frame, contract, path, encoding)
    if suffix == ".gpkg":
        _write_geopackage(frame, contract, path)
    else:
        with replacing(path, refusals=REFUSALS) as draft:
            draft.write_bytes(csv_bytes(frame) if suffix == ".csv" else frame_collection(frame, contract) + b"\n")
    return {}


def check_layer_file(contract: Contract, path: str | Path) -> None:
    """Nothing, where :func:`write_layer` writes a table of this contract to a file of this name.

    Raises
    ------
    OutputError
        GP602 unknown ending; GP603 a Shapefile of a plain table; GP604 a CSV of a layer with geometry.
    """
    suffix = Path(path).suffix.lower()
    known = [".geojson", ".gpkg", ".shp" if contract.geometry else ".csv"]
    lost = {".csv": "GP604"} if contract.geometry else {".shp": "GP603"}
    if suffix in lost:
        raise OutputError(lost[suffix], layer=contract.name, suffix=suffix, known=", ".join(known))
    check_ending(path, [*known, ".json"])


def _write_geopackage(frame: pd.DataFrame, contract: Contract, path: Path) -> None:
    with replacing(path, refusals=REFUSALS) as draft:
        types = {contract.name: only_type(frame)} if isinstance(frame, gpd.GeoDataFrame) else {}
        dialect = GeoPackage(types)
        table = layer_table(sa.MetaData(), contract.name, contract, dialect.geometry_type)
        engine = geopackage_engine(draft, "bundle")
        try:
            with engine.execution_options(**{WRITE: True}).begin() as connection:
                dialect.prepare(connection, [table])
                insert(connection, dialect, table, frame, contract)
        finally:
            engine.dispose()
        finish(draft)


def _write_shapefile(frame: gpd.GeoDataFrame, contract: Contract, path: Path, encoding: str) -> dict[str, str]:
    found = sorted({str(kind).removeprefix("Multi") for kind in frame.geometry.geom_type.dropna()})
    if len(found) > 1:
        raise OutputError("GP606", layer=contract.name, found=", ".join(found))
    for column in contract.columns:
        if column.kind == "text":
            sizes = [len(str(value).encode(encoding)) for value in frame[column.name].dropna()]
            long = sum(size > TEXT_LIMIT for size in sizes)
            if long:
                raise OutputError("GP605", layer=contract.name, count=long, column=column.name, limit=TEXT_LIMIT)
    renamed = {name: SHAPEFILE_NAMES[name] for name in contract.names() if name in SHAPEFILE_NAMES}
    with replacing_together(path, _SHAPEFILE_PARTS, refusals=REFUSALS) as draft:
        pyogrio.write_dataframe(
            frame.rename(columns=renamed),
            draft,
            driver="ESRI Shapefile",
            encoding=encoding,
            geometry_type=found[0] if found else contract.geometry[0],
            # The .dbf would hold today's date, and two exports of one plan would differ.
            layer_options={"DBF_DATE_LAST_UPDATE": "2000-01-01"},
            promote_to_multi=False,
        )
    return renamed


def write_labels(zone: np.ndarray, path: str | Path) -> None:
    """Writes the zone of each atom, in the order of the atoms, as a table with the column ``zone``: CSV or Parquet.

    Raises
    ------
    OutputError
        GP601 it cannot be written there.
    """
    with replacing(Path(path), refusals=REFUSALS) as draft:
        table = pd.DataFrame({"zone": np.asarray(zone, dtype=np.int64)})
        if Path(path).suffix.lower() == ".csv":
            table.to_csv(draft, index=False)
        else:
            table.to_parquet(draft, index=False)
