"""One layer of one file, whatever its format, with its coordinate reference system and its text readable."""

import codecs
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridplan import crs as reference
from gridplan.contracts import SHOWN
from gridplan.errors import InputError
from gridplan.report import Report

FORMATS = (".gpkg", ".geojson", ".json", ".shp", ".parquet", ".geoparquet", ".csv")
LONGITUDE = ("lon", "lng", "long", "longitude", "经度")
LATITUDE = ("lat", "latitude", "纬度")
EASTING = ("x", "easting")
NORTHING = ("y", "northing")
WKT = ("wkt", "geometry", "geom", "the_geom")


def read_layer(path: Path, *, table: str, layer: str | None = None, crs: str | None = None) -> tuple[gpd.GeoDataFrame, Report]:
    """The layer as a GeoDataFrame with a CRS, and a report of an encoding that had to be found out.

    Parameters
    ----------
    path : GeoPackage, GeoJSON, Shapefile, GeoParquet, or CSV (comma, semicolon or tab) with longitude and latitude, x and y,
        or WKT.
    table : what it is to become, for messages; also the layer that is taken of several where it has this name.
    layer : name of the layer, for a GeoPackage.
    crs : stands where the file states none, or states degrees that its coordinates exceed.

    Raises
    ------
    InputError
        GP101 no such file; GP105 no CRS; GP106 an unusable one; GP108 cannot be opened; GP109 no such layer; GP119 unknown
        format; GP120 several layers; GP121 unreadable text; GP122 no coordinates; GP123 unusable coordinates; GP138 no
        geometry.
    """
    if path.suffix.lower() == ".csv":
        check_file(path, FORMATS)
        try:
            frame, report = _read_csv(path, crs)
        except (OSError, ValueError) as error:
            raise InputError("GP108", path=str(path), why=str(error)) from error
    else:
        opened, report = read_shapes(path, table=table, layer=layer)
        if not isinstance(opened, gpd.GeoDataFrame):
            raise InputError("GP138", path=str(path))
        frame = opened
    frame = _referenced(frame, table, crs)
    return frame.set_geometry(shapely.force_2d(frame.geometry.to_numpy()), crs=frame.crs), report


def check_file(path: Path, formats: Sequence[str]) -> None:
    """Nothing, where the file is there and its name says that it is of one of the formats; else GP101, GP119."""
    if not path.is_file():
        raise InputError("GP101", path=str(path))
    if path.suffix.lower() not in formats:
        raise InputError("GP119", path=str(path), suffix=path.suffix.lower(), known=", ".join(formats))


def read_shapes(path: Path, *, table: str, layer: str | None = None) -> tuple[pd.DataFrame, Report]:
    """The layer of a GeoPackage, GeoJSON, Shapefile or GeoParquet as it is, of whatever CRS, or of none.

    A layer that is a table without geometry is a DataFrame.

    Raises
    ------
    InputError
        GP101, GP108, GP109, GP119, GP120, GP121 as :func:`read_layer`.
    """
    check_file(path, FORMATS)
    suffix = path.suffix.lower()
    report = Report.empty()
    try:
        if suffix in (".parquet", ".geoparquet"):
            frame = gpd.read_parquet(path)
        elif suffix == ".shp":
            frame, report = _read_shapefile(path)
        elif suffix == ".gpkg":
            frame = pyogrio.read_dataframe(path, layer=_layer(path, layer, table))
        else:
            frame, report = _read_geojson(path)
    except (DataSourceError, DataLayerError, OSError, ValueError) as error:
        raise InputError("GP108", path=str(path), why=str(error)) from error
    return frame, report


def read_text_table(path: Path, *, blank_rows: bool = False) -> tuple[pd.DataFrame, Report]:
    """A CSV file with every column as text, read as UTF-8 or else GB18030, which is reported; separated as its header is.

    The index is 0 for the line after the first one of the file, blank lines counted, as spreadsheets number them less 2. Rows
    that hold nothing are left out, unless ``blank_rows``.

    Raises
    ------
    InputError
        GP108 it cannot be opened, or rows have more cells than the header; GP121 unreadable text.
    """
    lead, separator = _header(path)
    # As text: 000123 is an id, and the contracts turn to numbers what are numbers.
    texts = {"dtype": "str", "keep_default_na": False, "na_values": [""], "index_col": False, "skip_blank_lines": False}
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", pd.errors.ParserWarning)
                frame = pd.read_csv(path, sep=separator, encoding=encoding, skiprows=lead, **texts)
        except UnicodeDecodeError as error:
            why = error
        except (pd.errors.ParserError, pd.errors.EmptyDataError, pd.errors.ParserWarning) as error:
            raise InputError("GP108", path=str(path), why=str(error)) from error
        else:
            frame.index = pd.RangeIndex(lead, lead + len(frame))
            return frame if blank_rows else frame[~_blank(frame)], _encoding_report(path, encoding)
    raise InputError("GP121", path=str(path), column="-", example=f"byte {why.start}")


def _blank(frame: pd.DataFrame) -> pd.Series:
    """Rows that hold nothing; a line of spaces is one."""
    blank = frame.iloc[:, 1:].isna().all(axis=1)
    first = frame.iloc[:, 0]
    return blank & (first.isna() | (first.str.strip() == ""))


def _header(path: Path) -> tuple[int, str]:
    """The blank lines before the header, and the comma, semicolon or tab of which it has most outside quotes; else the comma."""
    lead, header = 0, b""
    with path.open("rb") as stream:
        for line in stream:
            header = line
            if line.removeprefix(codecs.BOM_UTF8).strip():
                break
            lead += 1
    # Bytes do: neither UTF-8 nor GB18030 has one of these inside another character.
    header = re.sub(rb'"[^"]*"', b"", header)
    return lead, max((",", ";", "\t"), key=lambda sign: header.count(sign.encode()))


def _encoding_report(path: Path, encoding: str) -> Report:
    return Report.of("import", "report.encoding", [path.name] if encoding == "gb18030" else [])


def _layer(path: Path, layer: str | None, table: str) -> str:
    present = sorted(str(name) for name in pyogrio.list_layers(path)[:, 0])
    if layer is not None:
        if layer not in present:
            raise InputError("GP109", table=layer, present=", ".join(present))
        return layer
    if len(present) == 1 or table in present:
        return table if table in present else present[0]
    raise InputError("GP120", path=str(path), count=len(present), present=", ".join(present))


def _read_shapefile(path: Path) -> tuple[gpd.GeoDataFrame, Report]:
    """A Shapefile. What its .cpg says is tried first, then UTF-8, then GB18030, which a .dbf cannot name."""
    stated = path.with_suffix(".cpg")
    first = stated.read_text(encoding="ascii", errors="replace").strip() if stated.exists() else "UTF-8"
    for encoding in (first, "GB18030"):
        try:
            frame = pyogrio.read_dataframe(path, encoding=encoding)
        except (UnicodeDecodeError, LookupError) as error:
            why = error
        else:
            return frame, _encoding_report(path, "gb18030" if encoding != first else "")
    raise InputError("GP121", path=str(path), column="-", example=str(why))


def _read_geojson(path: Path) -> tuple[gpd.GeoDataFrame, Report]:
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise InputError("GP121", path=str(path), column="-", example=f"byte {error.start}") from error
        return pyogrio.read_dataframe(text.encode("utf-8")), _encoding_report(path, "gb18030")
    return pyogrio.read_dataframe(path), Report.empty()


def _read_csv(path: Path, crs: str | None) -> tuple[gpd.GeoDataFrame, Report]:
    frame, report = read_text_table(path)
    east, north, wkt = (_named(frame, names) for names in (LONGITUDE, LATITUDE, WKT))
    # Columns called longitude and latitude state degrees; only the datum is taken on trust. x and y state nothing.
    implied: str | None = "EPSG:4326"
    if east is None or north is None:
        east, north, implied = _named(frame, EASTING), _named(frame, NORTHING), None
    stated: str | None
    if east is not None and north is not None:
        x, y = (pd.to_numeric(frame[name], errors="coerce").to_numpy(float) for name in (east, north))
        bad = ~(np.isfinite(x) & np.isfinite(y))
        shapes = shapely.points(np.where(bad, 0, x), np.where(bad, 0, y))
        stated, columns = crs or implied, f"{east}, {north}"
    elif wkt is not None:
        shapes = shapely.from_wkt(frame[wkt].where(frame[wkt].notna(), None).to_numpy(dtype=object), on_invalid="ignore")
        bad = shapely.is_missing(shapes)
        stated, columns = crs, wkt
    else:
        raise InputError("GP122", path=str(path), present=", ".join(map(str, frame.columns)))
    if bad.any():
        rows = [f"line {row + 2}" for row in frame.index[bad][:SHOWN]]
        raise InputError("GP123", path=str(path), count=int(bad.sum()), columns=columns, ids=", ".join(rows))
    attributes = frame.drop(columns=[wkt] if wkt else []).reset_index(drop=True)
    return gpd.GeoDataFrame(attributes, geometry=shapes, crs=None if stated is None else _crs(stated)), report


def _named(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    return next((str(column) for name in names for column in frame.columns if str(column).strip().casefold() == name), None)


def _crs(text: str) -> CRS:
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise InputError("GP118", name="crs", value=text, expected="EPSG:n, such as EPSG:4326") from error


def _referenced(frame: gpd.GeoDataFrame, table: str, crs: str | None) -> gpd.GeoDataFrame:
    if crs is not None:
        if frame.crs is None:
            return frame.set_crs(_crs(crs))
        try:
            reference.checked(frame, table)
        except InputError:
            return frame.set_crs(_crs(crs), allow_override=True)
    reference.checked(frame, table)
    return frame
