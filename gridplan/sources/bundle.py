"""Town bundles: a town as one GeoPackage, or as a folder of GeoParquet."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError

from gridplan.contracts import PLAN, REPORT, TOWN, conform
from gridplan.errors import InputError, OutputError
from gridplan.replacing import replacing
from gridplan.report import Report
from gridplan.sources.checked import checked_town, file_source
from gridplan.sources.town import Town

#: The GeoPackage driver stamps its tables with the date; a fixed one keeps the same town the same bytes.
STAMP = "2020-01-01T00:00:00Z"
TABLES = ("report", "meta")
#: Layers of a plan bundle and of a store, which have some named as those of a town besides.
_OF_PLANS = {"plans", "grids"}


def write_town(town: Town, path: Path | str) -> Path:
    """The path written: a GeoPackage where it ends in ``.gpkg``, else a folder of GeoParquet.

    Parameters
    ----------
    town : the town; it is written in its own CRS, and ``read_town`` turns it to EPSG:4326.
    path : what is there is replaced; a folder only if it holds a town bundle or nothing.

    Raises
    ------
    OutputError
        GP601 it cannot be written; GP607 something else than a town bundle is there. What was there before is then still there.

    Notes
    -----
    The same town gives the same bytes with the same versions of GDAL and pyarrow. ``report`` and ``source`` go into the
    tables ``report`` and ``meta``. Nothing half-written is left behind: the bundle is built beside its place and moved there.
    """
    path = Path(path)
    tables: dict[str, pd.DataFrame] = dict(town.layers())
    tables["report"] = town.report.rows
    tables["meta"] = pd.DataFrame({"key": list(town.source), "value": list(town.source.values())}, dtype="str")
    if path.suffix == ".gpkg":
        write_layers(tables, path)
    else:
        _write_folder(tables, path)
    return path


def read_town(path: Path | str) -> Town:
    """The town of a bundle, in EPSG:4326, held against the contracts.

    Parameters
    ----------
    path : a GeoPackage, or a folder with one ``.parquet`` a layer. Layers: ``communities`` and ``buildings`` or ``atoms``;
        optional ``streets``, ``barriers``, ``compounds``, ``services``, ``special_sites``, ``areas``, ``report``, ``meta``.
        Others are left alone.

    Raises
    ------
    InputError
        GP101 no such file; GP108 it cannot be opened; GP109 the layer communities is missing; GP132 there are neither buildings
        nor atoms; GP146 it is a plan bundle or a store; GP102-GP107 a table breaks its contract; GP112 communities overlap;
        GP117 atoms of unknown communities; GP160-GP162 areas, or parents of communities, that do not make a tree.

    Examples
    --------
    >>> import tempfile
    >>> from gridplan.sources import demo_town, read_town, write_town
    >>> town = demo_town()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = read_town(write_town(town, f"{folder}/town.gpkg"))
    >>> again.communities.equals(town.communities)
    True
    """
    path = Path(path)
    if not path.exists():
        raise InputError("GP101", path=str(path))
    tables = _read_folder(path) if path.is_dir() else _read_geopackage(path)
    if not set(tables) & set(TOWN):
        raise InputError("GP109", table="communities", present=", ".join(sorted(tables)) or "-")
    report = tables.pop("report", None)
    rows = Report.empty() if report is None else Report(conform(report, REPORT).fillna({"detail": ""}))
    meta = tables.pop("meta", None)
    if meta is not None:
        meta = conform(meta, PLAN["meta"])
        source = dict(zip(meta["key"], meta["value"], strict=True))
    else:
        source = {} if path.is_dir() else file_source("town", path)
    return checked_town(tables, report=rows, source=source)


def write_layers(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Writes tables as the layers of a GeoPackage that is there whole or not at all; GP601 where it cannot be."""
    with replacing(path, refusals=(DataSourceError,)) as draft, _dated():
        draft.unlink()
        for name, table in tables.items():
            # Arrow keeps whole numbers that may be empty as whole numbers.
            kind = {"geometry_type": _geometry_type(table)} if isinstance(table, gpd.GeoDataFrame) else {}
            pyogrio.write_dataframe(table, draft, layer=name, driver="GPKG", append=draft.exists(), use_arrow=True, **kind)


def _geometry_type(table: gpd.GeoDataFrame) -> str:
    kinds = sorted(set(table.geometry.geom_type.dropna()))
    if len(kinds) == 1:
        return str(kinds[0])
    single = {kind.removeprefix("Multi") for kind in kinds}
    return f"Multi{single.pop()}" if len(single) == 1 and single != {"Point"} else "Unknown"


@contextmanager
def _dated() -> Iterator[None]:
    """GDAL writes the fixed date while this holds."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_folder(tables: dict[str, pd.DataFrame], path: Path) -> None:
    """The folder, built beside its place and moved there."""
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as beside:
            built = Path(beside) / path.name
            built.mkdir()
            for name, table in tables.items():
                table.to_parquet(built / f"{name}.parquet", index=False)
            _replace_folder(built, path, Path(beside) / "old")
    except OSError as error:
        raise OutputError("GP601", path=str(path), why=error.strerror or str(error)) from error


def _replace_folder(built: Path, path: Path, aside: Path) -> None:
    """Moves the new folder to its place, and never over something that is not a bundle."""
    if path.is_dir():
        strange = sorted(
            item.name for item in path.iterdir() if item.name not in {f"{name}.parquet" for name in (*TOWN, *TABLES)}
        )
        if strange:
            raise OutputError("GP607", path=str(path), found=strange[0])
        os.replace(path, aside)
    elif path.exists():
        raise OutputError("GP607", path=str(path), found=path.name)
    os.replace(built, path)
    shutil.rmtree(aside, ignore_errors=True)


def _read_geopackage(path: Path) -> dict[str, pd.DataFrame]:
    try:
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if set(names) >= _OF_PLANS:
            raise InputError("GP146", path=str(path))
        return {
            name: pyogrio.read_dataframe(path, layer=name) for name in names if name in TOWN or name in TABLES
        } or dict.fromkeys(names, pd.DataFrame())
    except DataSourceError as error:
        raise InputError("GP108", path=str(path), why=str(error)) from error


def _read_folder(path: Path) -> dict[str, pd.DataFrame]:
    tables: dict[str, pd.DataFrame] = {}
    for item in sorted(path.glob("*.parquet")):
        try:
            tables[item.stem] = pd.read_parquet(item) if item.stem in TABLES else gpd.read_parquet(item)
        except (OSError, ValueError) as error:
            if item.stem in TOWN or item.stem in TABLES:
                raise InputError("GP108", path=str(item), why=str(error)) from error
    return {name: table for name, table in tables.items() if name in TOWN or name in TABLES} or tables
