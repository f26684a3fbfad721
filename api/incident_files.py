"""Incidents that are sent as a file in the body of a request: kept in a file of ours while they are read, then in the store."""

import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.requests import Request

from api.bodies import GEOJSON, GEOPACKAGE, media_type
from api.incident_models import FoundTold, ImportKnown, ImportTold, LeftOut
from api.ogc.parameters import once
from api.strict_json import strict_json
from api.writers import write
from gridplan.errors import InputError, RequestError
from gridplan.messages import Language, Phrase, text
from gridplan.store import Editor, Store

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Media type -> ending of the name.
FILES = {"text/csv": ".csv", _EXCEL: ".xlsx", GEOJSON: ".geojson", GEOPACKAGE: ".gpkg"}
#: The most that an Excel file may be unpacked, bytes.
_UNPACKED = 512 * 2**20
#: Ids and rows that are told of what was found.
_SHOWN, _ROWS = 20, 1000
_OPTIONS = ("time_zone", "crs", "datum", "dates", "columns", "stages", "replace", "lang")

_Mapping = Annotated[str | None, Query(max_length=4000, description='JSON object of texts: {"kind": "问题类型"}')]


def reading(
    request: Request,
    time_zone: Annotated[str | None, Query(max_length=80, description="of times that name none: Asia/Shanghai")] = None,
    crs: Annotated[str | None, Query(max_length=80, description="of x and y: EPSG:4547")] = None,
    datum: Annotated[Literal["wgs84", "cgcs2000", "gcj02", "bd09"], Query(description="of degrees")] = "wgs84",
    dates: Annotated[Literal["mdy", "dmy"] | None, Query(description="where the year comes last")] = None,
    columns: _Mapping = None,
    stages: _Mapping = None,
    replace: Annotated[bool, Query(description="whether rows take the place of those that say something else")] = False,
) -> dict[str, Any]:
    """How the file is to be read.

    Raises
    ------
    RequestError
        GP501, GP506 other parameters, or twice; GP508 ``columns`` or ``stages`` are no JSON object of texts.
    """
    once(request.query_params, _OPTIONS)
    named = {"columns": _texts("columns", columns), "stages": _texts("stages", stages)}
    return {"time_zone": time_zone, "crs": crs, "datum": datum, "dates": dates, "replace": replace, **named}


def known() -> ImportKnown:
    """The headings and words that files may have."""
    from gridplan.sources.columns import NAMES
    from gridplan.sources.incident_words import HANDLER_WORDS, SATISFACTION_WORDS, STAGE_WORDS

    tables = (NAMES["incidents"], STAGE_WORDS, HANDLER_WORDS, SATISFACTION_WORDS)
    columns, stages, handlers, satisfaction = ({name: list(words) for name, words in table.items()} for table in tables)
    return ImportKnown(columns=columns, stages=stages, handlers=handlers, satisfaction=satisfaction)


async def bring(request: Request, store: Store, who: Editor, options: dict[str, Any], language: Language) -> ImportTold:
    """What became of the rows of the file in the body.

    Raises
    ------
    RequestError
        GP581 another media type; GP585 the store is only read; GP596 why the file cannot be read.
    """
    ending = FILES[media_type(request, tuple(FILES))]
    if not store.writable:
        raise RequestError("GP585")
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        # What the sender called the file is never asked.
        path = Path(folder) / f"incidents{ending}"
        with path.open("wb") as file:
            async for part in request.stream():
                file.write(part)
        return await write(request, _bring, store, path, who, options, language)


def _bring(store: Store, path: Path, who: Editor, options: dict[str, Any], language: Language) -> ImportTold:
    from gridplan import sources  # pandas, which no other request needs
    from gridplan.analysis.incidents.late import future_incidents

    replace, given = options["replace"], {name: value for name, value in options.items() if name != "replace"}
    try:
        _check(path)
        read = sources.read_incidents(path, **given)
    except InputError as error:
        # Neither the folder nor what others say of it is told.
        folder = f"{path.parent}/"
        facts = {name: fact.replace(folder, "") if isinstance(fact, str) else fact for name, fact in error.facts.items()}
        raise RequestError("GP596", why=Phrase(error.code, facts)) from error
    added = store.incidents.add(read.incidents, who, replace=replace)
    ahead = future_incidents(read.incidents, at=datetime.now(UTC).isoformat())
    rows = (read.report + ahead + added.report).rows
    found = [
        FoundTold(reason=reason, text=text(reason, language), count=len(mine), ids=mine["id"].iloc[:_SHOWN].tolist())
        for reason, mine in rows.groupby("reason")
    ]
    return ImportTold(
        rows=read.rows,
        created=added.created,
        unchanged=added.unchanged,
        replaced=len(added.replaced),
        kept=len(added.kept),
        left_out=len(read.left_out),
        found=found,
        left_out_rows=[
            LeftOut(row=row.row, id=row.id if isinstance(row.id, str) else None, reason=row.reason, detail=row.detail)
            for row in read.left_out.iloc[:_ROWS].itertuples()
        ],
    )


def _check(path: Path) -> None:
    """Nothing, where the file may be opened: a GeoPackage without code in it, a workbook of a size that memory holds."""
    if path.suffix == ".gpkg":
        from gridplan.sources import check_uploaded

        check_uploaded(path)
    elif path.suffix == ".xlsx":
        try:
            with zipfile.ZipFile(path) as packed:
                size = sum(part.file_size for part in packed.infolist())
        except (zipfile.BadZipFile, OSError) as error:
            raise InputError("GP108", path=path.name, why=str(error)) from error
        if size > _UNPACKED:
            raise InputError("GP108", path=path.name, why=f"{size} bytes, > {_UNPACKED}")


def _texts(name: str, given: str | None) -> dict[str, str]:
    if given is None:
        return {}
    try:
        found = strict_json(given.encode())
    except RequestError as error:
        raise RequestError("GP508", name=name, why=Phrase("row.fault.type", {"value": given[:80], "expected": "JSON"})) from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise RequestError("GP508", name=name, why=Phrase("row.fault.type", {"value": given[:80], "expected": "{text: text}"}))
    return {str(key): str(value) for key, value in found.items()}
