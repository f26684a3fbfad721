"""A plan as one file."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from api.access import who
from api.conditions import plan_etag
from api.deps import GivenStore, KnownPlan, only
from api.ogc.etags import unchanged
from gridplan.store import FORMS, without_report, write_download

router = APIRouter(tags=["plans"])

_PART = 2**16
_PLAIN = re.compile(r"[^A-Za-z0-9-]+")


@router.get(
    "/plans/{plan}/download",
    dependencies=[Depends(only("format", "encoding"))],
    response_class=Response,
    responses={200: {"description": "the file", "content": {form.media_type: {} for form in FORMS.values()}}},
)
def download(
    request: Request,
    info: KnownPlan,
    store: GivenStore,
    form: Annotated[
        Literal["gpkg", "geojson", "shapefile", "kml"], Query(alias="format", description="shapefile and geojson are zips")
    ] = "gpkg",
    encoding: Annotated[Literal["GB18030", "UTF-8"], Query(description="of the text in Shapefiles")] = "GB18030",
) -> Response:
    """The whole plan as one file. Its report, which names rows of household ledgers, is for planners; others get it empty."""
    whole = who(request).may("planner")
    parts = [form, *([encoding] if form == "shapefile" else []), "whole" if whole else "public"]
    tag = f'{plan_etag(info.id, info.revision)[:-1]}.{".".join(parts)}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Vary": "Authorization",
        "Content-Disposition": _disposition(info.id, info.name, form),
    }
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    plan = store.load_plan(info.id)
    folder = tempfile.TemporaryDirectory(prefix="gridplan-")
    path = Path(folder.name) / f"plan.{FORMS[form].suffix}"
    try:
        write_download(plan if whole else without_report(plan), form, path, encoding=encoding)
    except BaseException:
        folder.cleanup()
        raise
    headers["Content-Length"] = str(path.stat().st_size)
    return StreamingResponse(_parts(folder, path), media_type=FORMS[form].media_type, headers=headers)


def _parts(folder: tempfile.TemporaryDirectory[str], path: Path) -> Iterator[bytes]:
    """The bytes of the file, which is gone afterwards, also where the client goes away before."""
    with folder, path.open("rb") as file:
        while part := file.read(_PART):
            yield part


def _disposition(plan: str, name: str, form: str) -> str:
    """A name that is safe everywhere, and one with the plan's own name for programs that read it (RFC 6266)."""
    suffix = FORMS[form].suffix
    own = "".join(sign for sign in name if sign.isalnum() or sign in " -_,")[:60].strip() or plan
    plain = _PLAIN.sub("-", plan)[:40]
    return f"attachment; filename=\"plan-{plain}.{suffix}\"; filename*=UTF-8''{quote(f'{own}.{suffix}', safe='')}"
