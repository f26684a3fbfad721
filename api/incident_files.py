"""Files of incidents that are sent in the body of a request: how they are to be read, and what is said of what became of them."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import anyio.to_thread
from fastapi import Query
from starlette.requests import Request

from api.bodies import GEOJSON, GEOPACKAGE
from api.incident_models import FoundTold, ImportKnown, ImportTold
from api.ogc.parameters import once
from api.strict_json import strict_json
from gridplan.errors import RequestError
from gridplan.messages import Language, Phrase, text
from gridplan.store import IMPORTING, Job

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Media type -> ending of the name.
FILES = {"text/csv": ".csv", _EXCEL: ".xlsx", GEOJSON: ".geojson", GEOPACKAGE: ".gpkg"}
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


@asynccontextmanager
async def spooled(request: Request) -> AsyncIterator[Path]:
    """The body as a file on the disk while the block runs; it is in memory part by part alone."""
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        path = Path(folder) / "body"
        with path.open("wb") as file:
            async for part in request.stream():
                await anyio.to_thread.run_sync(file.write, part)
        yield path


def told_result(job: Job, language: Language) -> ImportTold | dict[str, Any] | None:
    """What is said of what a job made; the reasons for what became of rows in the reader's language."""
    if job.result is None or job.kind != IMPORTING:
        return None if job.result is None else dict(job.result)
    kept: dict[str, Any] = dict(job.result)
    found = [FoundTold(text=text(each["reason"], language), **each) for each in kept.pop("found")]
    return ImportTold(found=found, **kept)


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
