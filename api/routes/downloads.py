"""A plan as one file."""

import re
import tempfile
from pathlib import Path
from typing import Annotated, BinaryIO, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.access import who
from api.conditions import plan_etag
from api.deps import GivenStore, KnownPlan, only
from api.ogc.etags import unchanged
from gridplan import store as stored
from gridplan.store import FORMS

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
        "Content-Disposition": disposition("plan", info.id, info.name, FORMS[form].suffix),
    }
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    plan = store.load_plan(info.id)
    with tempfile.TemporaryDirectory(prefix="gridplan-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"plan.{FORMS[form].suffix}"
        stored.write_download(plan if whole else stored.without_report(plan), form, path, encoding=encoding)
        headers["Content-Length"] = str(path.stat().st_size)
        file = path.open("rb")
    # The file has no name any more: whatever becomes of the client, nothing is left of it.
    return Streamed(file, FORMS[form].media_type, headers)


class Streamed(StreamingResponse):
    """An open file, which is closed afterwards, also where the client goes away before its end."""

    def __init__(self, file: BinaryIO, media_type: str, headers: dict[str, str]) -> None:
        super().__init__(iter(lambda: file.read(_PART), b""), media_type=media_type, headers=headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it, and closes the file."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()


def disposition(what: str, plan: str, name: str, suffix: str) -> str:
    """A name that is safe everywhere, and one with the plan's own name for programs that read it (RFC 6266)."""
    own = "".join(sign for sign in name if sign.isalnum() or sign in " -_,")[:60].strip() or plan
    plain = _PLAIN.sub("-", plan)[:40]
    return f"attachment; filename=\"{what}-{plain}.{suffix}\"; filename*=UTF-8''{quote(f'{own}.{suffix}', safe='')}"
