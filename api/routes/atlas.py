"""The atlas of a plan as a PDF to be printed: people are named to planners alone."""

import hashlib
import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.access import allowed, who
from api.deps import GivenStore, KnownPlan, Spoken, only
from api.ogc.etags import unchanged
from api.ogc.roots import origin
from api.routes.downloads import Streamed, disposition
from gridplan import papers
from gridplan.errors import RequestError
from gridplan.messages import Language
from gridplan.papers import AtlasForm, Sheets

router = APIRouter(tags=["plans"])

PDF = "application/pdf"
#: Sheets that are drawn at once, some 0.4 s each, and how long who asks waits for others to be done.
MOST_SHEETS, _WAIT_S = 80, 20
_REGISTERS = ("staff", "organisations", "services")
#: Drawing takes all of a processor: one at a time leaves the others to those who read.
_drawing = threading.Lock()


@router.get(
    "/plans/{plan}/atlas",
    dependencies=[Depends(only("community", "grid", "sheet", "contacts", "public", "hotline", "lang"))],
    response_class=Response,
    responses={200: {"description": "the atlas", "content": {PDF: {}}}},
)
def atlas(
    request: Request,
    info: KnownPlan,
    store: GivenStore,
    language: Spoken,
    community: Annotated[str | None, Query(max_length=100, description="only the community of this code")] = None,
    grid: Annotated[str | None, Query(max_length=2_000, description="only these grids, codes with a comma between them")] = None,
    sheet: Annotated[
        Sheets, Query(description="atlas: overviews and pages of grids; board, community_board: public boards")
    ] = "atlas",
    contacts: Annotated[
        Literal["on", "off"] | None, Query(description="whether pages name the staff; planners alone, who get it unless off")
    ] = None,
    public: Annotated[
        str | None, Query(max_length=500, description="posts that boards name, with a comma between them; planners alone")
    ] = None,
    hotline: Annotated[
        str | None, Query(max_length=40, pattern=r"^[0-9+ ()-]+$", description="number on boards of communities; planners alone")
    ] = None,
    lang: Annotated[Language | None, Query(description="language of the atlas")] = None,
) -> Response:
    """An overview of each community, a page for each grid, public boards, as a PDF to be printed.

    Names and telephones are of the register `staff`, and told to planners alone. Streets and addresses are of the town that the
    plan was made of, where the service has it. More than 80 sheets are refused: ask by community.
    """
    if contacts == "on" or public is not None or hotline is not None:
        allowed(request, "planner")
    named = who(request).may("planner") and contacts != "off"
    asked = (sheet, community, grid, language if lang is None else lang, named, public, hotline, origin(request))
    registers = tuple(store.scopes.register_revision(name) for name in _REGISTERS)
    in_force = [each.community for each in store.adoptions.all() if each.plan == info.id]
    parts = (info.id, info.revision, asked, registers, store.towns(), in_force)
    tag = f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Language, Authorization"}
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    plan, grids = store.load_plan(info.id), _listed(grid)
    sheets = papers.atlas_sheets(plan, sheet=sheet, community=community, grids=grids)
    if sheets > MOST_SHEETS:
        raise RequestError("GP625", sheets=sheets, most=MOST_SHEETS)
    town = store.town_list.of_source(json.loads(plan.fact("source")))
    services = store.load_register("services")
    with _turn(), tempfile.TemporaryDirectory(prefix="gridplan-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "atlas.pdf"
        papers.write_atlas(
            plan,
            path,
            town=None if town is None else store.load_town(town),
            staff=store.load_register("staff") if named or public is not None else None,
            organisations=store.load_register("organisations"),
            services=services if len(services) else None,
            sheet=sheet,
            contacts=named,
            address=origin(request),
            in_force=in_force,
            language=lang or language,
            community=community,
            grids=grids,
            form=AtlasForm(public=tuple(_listed(public) or ()), hotline=hotline),
        )
        headers["Content-Disposition"] = disposition("atlas", info.id, info.name, "pdf")
        headers["Content-Length"] = str(path.stat().st_size)
        file = path.open("rb")
    return Streamed(file, PDF, headers)


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


@contextmanager
def _turn() -> Iterator[None]:
    """The turn of one who wants to draw.

    Raises
    ------
    RequestError
        GP626 it did not come.
    """
    if not _drawing.acquire(timeout=_WAIT_S):
        raise RequestError("GP626", seconds=_WAIT_S)
    try:
        yield
    finally:
        _drawing.release()
