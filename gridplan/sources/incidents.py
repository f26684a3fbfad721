"""Incidents from files of any office: every row is accounted for, taken or left out by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridplan.contracts import REGISTERS, conform
from gridplan.crs import to_crs
from gridplan.errors import InputError
from gridplan.progress import Progress, silent
from gridplan.report import Report
from gridplan.sources.columns import renamed
from gridplan.sources.datum import DATUMS, Datum
from gridplan.sources.incident_places import STAGE, places
from gridplan.sources.incident_rows import left_out, mended_texts, mended_times, read_stages, read_times
from gridplan.sources.incident_words import checked_stages
from gridplan.sources.layer import FORMATS as LAYERS
from gridplan.sources.layer import check_file, read_shapes, read_text_table
from gridplan.sources.local_times import DayOrder

File = Path | str
FORMATS = (*LAYERS, ".xlsx")
PLACES = ("lon", "lat", "x", "y", "wkt")
_CONTRACT = REGISTERS["incidents"]
#: What a file must have, under whatever name.
_NEEDED = ("kind", "reported_at")


@dataclass(frozen=True)
class IncidentImport:
    """What was read: the incidents, the rows that were left out, and what was found on the way.

    Attributes
    ----------
    incidents : GeoDataFrame in EPSG:4326 with the columns of the register ``incidents``; a row without a place has no geometry.
    left_out : columns ``file``, ``row`` (as spreadsheets number it: the header is 1), ``id``, ``reason`` (a key of the
        messages) and ``detail``; ``len(incidents) + len(left_out)`` is ``rows``.
    report : stage ``incidents``: what was left out and everything that was mended, emptied or doubted, by id.
    rows : how many rows the files have.
    """

    incidents: gpd.GeoDataFrame
    left_out: pd.DataFrame
    report: Report
    rows: int


def read_incidents(
    files: File | Sequence[File],
    *,
    columns: Mapping[str, str] | None = None,
    crs: str | None = None,
    datum: Datum = "wgs84",
    time_zone: str | None = None,
    dates: DayOrder | None = None,
    stages: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> IncidentImport:
    r"""The incidents in these files, every row of them accounted for.

    Parameters
    ----------
    files : CSV, Excel (first sheet), GeoJSON, GeoPackage, Shapefile or GeoParquet; several are put one after the other.
    columns : column of the register, or ``lon``, ``lat``, ``x``, ``y``, ``wkt`` -> column in the file. What is not named is
        looked for under the names in ``gridplan.sources.columns.NAMES["incidents"]``.
    crs : of ``x``, ``y``, ``wkt``, and of layers that state none; in feet as well as in metres, such as ``"EPSG:2263"``.
    datum : of what is in degrees; ``gcj02`` and ``bd09`` are moved to WGS 84.
    time_zone : of times that say none, such as ``"Asia/Shanghai"``.
    dates : ``mdy`` or ``dmy``, where the year comes last and no day above 12 tells.
    stages : word in the file -> stage; it stands above ``gridplan.sources.incident_words.STAGE_WORDS``. Without a column of
        stages an incident is as far as its times say.

    Raises
    ------
    InputError
        GP101, GP108, GP109, GP119-GP121 a file cannot be read; GP105, GP172 no CRS; GP116, GP131 columns; GP118 an option is
        not of its kind; GP170 local times without a zone; GP171 day or month; GP179 there is no kind or no time of report.

    Notes
    -----
    Left out are rows without kind or time of report, with an id that no address can hold, with an unknown stage, and with an id
    that an earlier row has, whether they say the same or not. A time that lies before an earlier step, or belongs to a step
    that the stage has not reached, is emptied; its value is in the report. A local time that the clock showed twice is the
    first of both; one that it never showed is the first one after. Measured: 1 million rows of CSV with five times 24 s and
    1.3 GB.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from gridplan.sources import read_incidents
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "a.csv")
    ...     _ = file.write_text("编号,事件类型,状态,上报时间,经度,纬度\n1,噪声,已受理,2026-03-01 08:30,104.06,30.67\n", "utf-8")
    ...     read = read_incidents(file, time_zone="Asia/Shanghai")
    >>> read.incidents[["id", "stage", "reported_at"]].values.tolist()
    [['1', 'accepted', '2026-03-01T00:30:00Z']]
    """
    if datum not in DATUMS:
        raise InputError("GP118", name="datum", value=datum, expected=" | ".join(DATUMS))
    words, reference = checked_stages(stages or {}), _crs(crs)
    paths = [Path(files)] if isinstance(files, Path | str) else [Path(file) for file in files]
    steps = len(paths) + 3
    opened = []
    for number, path in enumerate(paths):
        progress("stage.import", number, steps)
        opened.append(_opened(path, columns or {}))
    table = pd.concat([each.table for each in opened], ignore_index=True)
    report = sum((each.report for each in opened), Report.empty())
    progress("stage.import", steps - 3, steps)
    moments = read_times(table, order=dates, zone=time_zone)
    stage, named = read_stages(table, moments, words)
    left = left_out(table, stage, moments["reported_at"])
    taken = ~table.index.isin(left.index)
    progress("stage.import", steps - 2, steps)
    rows = table[taken]
    times, timed = mended_times(rows["id"], stage[taken], {name: each.of(taken) for name, each in moments.items()})
    texts, worded = mended_texts(rows)
    points, placed = places(rows, _shapes(opened, taken), crs=reference, datum=datum)
    progress("stage.import", steps - 1, steps)
    values = {**texts, "stage": stage[taken], **times}
    frame = pd.DataFrame({name: values[name] for name in _CONTRACT.names()}, index=rows.index).reset_index(drop=True)
    incidents = gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")
    progress("stage.import", steps, steps)
    said = [Report.of(STAGE, reason, _called(mine), mine["detail"]) for reason, mine in left.groupby("reason")]
    report = sum([named, *said, timed, worded, placed], report)
    return IncidentImport(gpd.GeoDataFrame(conform(incidents, _CONTRACT)), left.reset_index(drop=True), report, len(table))


@dataclass(frozen=True)
class _Opened:
    """A file as texts by the names of the contract, with its own ``file`` and ``row``; shapes where it has some."""

    table: pd.DataFrame
    shapes: gpd.GeoSeries | None
    report: Report


def _opened(path: Path, columns: Mapping[str, str]) -> _Opened:
    check_file(path, FORMATS)
    frame, report = _read(path)
    shapes = frame.geometry if isinstance(frame, gpd.GeoDataFrame) and frame._geometry_column_name in frame.columns else None
    plain = pd.DataFrame(frame.drop(columns=[] if shapes is None else [shapes.name]))
    plain.columns = plain.columns.astype(str).str.strip()
    found, named = renamed(plain, "incidents", columns)
    missing = [name for name in _NEEDED if name not in found.columns]
    if missing:
        raise InputError("GP179", table=path.name, column=", ".join(missing), present=", ".join(plain.columns), first=missing[0])
    names = [*_CONTRACT.names(), *(name for name in PLACES if name in found.columns)]
    texts = pd.DataFrame({name: _texts(found.get(name), found.index) for name in names})
    blank = texts.isna().all(axis=1)
    unnamed = (texts["id"].isna() & ~blank).to_numpy()
    if unnamed.any():
        # The same row has the same id whenever it is read.
        numbers = pd.util.hash_pandas_object(texts[unnamed], index=False)
        texts.loc[unnamed, "id"] = [f"row-{number:016x}" for number in numbers]
        report += Report.of(STAGE, "report.incident_no_id", texts["id"][unnamed])
    return _Opened(texts.assign(file=path.name, row=texts.index + 2), shapes, report + named)


def _read(path: Path) -> tuple[pd.DataFrame, Report]:
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return read_text_table(path, blank_rows=True)
    if suffix != ".xlsx":
        return read_shapes(path, table="incidents")
    try:
        return pd.read_excel(path, dtype="str", engine="openpyxl"), Report.empty()
    except (BadZipFile, ValueError, KeyError, OSError) as error:
        raise InputError("GP108", path=str(path), why=str(error)) from error


def _texts(values: pd.Series | None, index: pd.Index) -> pd.Series:
    """The values as texts without blanks around them; missing where nothing is left."""
    if values is None:
        return pd.Series(np.nan, index=index, dtype="str")
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    elif values.dtype.kind == "M":
        values = values.dt.strftime("%Y-%m-%dT%H:%M:%S")
    texts = values.astype("str").where(values.notna()).str.strip()
    return texts.mask(texts == "")


def _shapes(opened: Sequence[_Opened], taken: NDArray[np.bool_]) -> gpd.GeoSeries | None:
    """The shapes of the rows that are taken, of all files; None where no file has any."""
    known = [each.shapes.crs for each in opened if each.shapes is not None]
    if not known:
        return None
    parts = [gpd.GeoSeries([None] * len(each.table), crs=known[0]) if each.shapes is None else each.shapes for each in opened]
    stated = [
        part if part.crs == known[0] or part.crs is None else to_crs(part.to_frame("geometry"), known[0]).geometry
        for part in parts
    ]
    joined = np.concatenate([part.to_numpy() for part in stated])
    return gpd.GeoSeries(joined[taken], crs=known[0])


def _called(left: pd.DataFrame) -> pd.Series:
    """What rows that were left out are called: their id, or where they stand."""
    return left["id"].where(left["id"].notna(), left["file"] + " " + left["row"].astype("str"))


def _crs(text: str | None) -> CRS | None:
    if text is None:
        return None
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise InputError("GP118", name="crs", value=text, expected="EPSG:n, such as EPSG:2263") from error
