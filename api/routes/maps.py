"""The maps of plans: as pages that load nothing else, and as pictures for reports."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.access.roles import who
from api.conditions import plan_etag
from api.deps import GivenStore, KnownPlan, Spoken, only
from api.map_pages import Form, MapPages
from api.ogc.etags import unchanged
from api.ogc.formats import HTML
from api.routes import pages
from api.routes.downloads import disposition
from api.viewers import ZonesInForce, ended
from gridplan.maps import MOST_KEPT, Told
from gridplan.store import PlanInfo

router = APIRouter(tags=["maps"])

PNG = "image/png"
#: The page brings all that it needs: a browser is told to load nothing else.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
#: Vector tiles come from the same server.
_TILES_POLICY = f"{_POLICY}; connect-src 'self'"
_RESPONSES: dict[int | str, dict[str, Any]] = {  # the type that FastAPI asks for
    200: {"description": "the page, or the picture", "content": {HTML: {"schema": {"type": "string"}}, PNG: {}}}
}
_SAID = {"parameters": [pages.LANG]}

AskedForm = Annotated[
    Literal["html", "png"] | None,
    Query(alias="f", description="html: one page that works without a network; png: a picture, A4 lying, for reports"),
]


@router.get(
    "/plans/{plan}/map",
    dependencies=[Depends(only("f", "lang"))],
    response_class=Response,
    openapi_extra=_SAID,
    responses=_RESPONSES,
)
def map_page(request: Request, info: KnownPlan, language: Spoken, form: AskedForm = None) -> Response:
    """The map of a plan. Units and buildings come as vector tiles beyond 5,000 grids and units, unless a form is asked for."""
    made: MapPages = request.app.state.maps
    shape: Form = form or ("tiles" if info.grids + info.units > MOST_KEPT else "html")
    state = info.revision
    tag = f'{plan_etag(info.id, info.revision)[:-1]}.map.{shape}.{language}"'
    return _answer(request, info, "map", shape, tag, lambda: made.plan(info.id, shape, language, state))


@router.get(
    "/plans/{plan}/maps/compare",
    dependencies=[Depends(only("with", "f", "lang"))],
    response_class=Response,
    openapi_extra=_SAID,
    responses=_RESPONSES,
)
def compare_map(
    request: Request,
    info: KnownPlan,
    store: GivenStore,
    language: Spoken,
    other: Annotated[str, Query(alias="with", max_length=200, description="id of the plan to compare with, the older one")],
    form: AskedForm = None,
) -> Response:
    """The land that changed its grid since another plan, the lines of both, the lineage."""
    before = store.plan(other)
    made: MapPages = request.app.state.maps
    shape, state = form or "html", (before.revision, info.revision)
    tag = f'{plan_etag(info.id, info.revision)[:-1]}.{plan_etag(other, before.revision)[1:-1]}.compare.{shape}.{language}"'
    return _answer(request, info, "compare", shape, tag, lambda: made.compare(other, info.id, shape, language, state))


@router.get(
    "/plans/{plan}/maps/coverage",
    dependencies=[Depends(only("kind", "within", "f", "lang"))],
    response_class=Response,
    openapi_extra=_SAID,
    responses=_RESPONSES,
)
def coverage_map(
    request: Request,
    info: KnownPlan,
    store: GivenStore,
    language: Spoken,
    kind: Annotated[str | None, Query(max_length=200, description="kind of service of the picture; without it the first")] = None,
    within: Annotated[int | None, Query(ge=0, le=20_000, description="metres of walking of the picture; without it 500")] = None,
    form: AskedForm = None,
) -> Response:
    """Walking distances to services by building, and the share of households by grid, as measured for the plan's town."""
    measured = store.coverages.measured(info.id)
    made: MapPages = request.app.state.maps
    shape, state = form or "html", (info.revision, measured.at, store.scopes.register_revision("services"))
    asked = (kind, within) if shape == "png" else (None, None)
    parts = (measured.at, state[2], "coverage", shape, language, quote(asked[0] or "", safe=""), asked[1])
    tag = f'{plan_etag(info.id, info.revision)[:-1]}.{".".join(map(str, parts))}"'
    return _answer(request, info, "coverage", shape, tag, lambda: made.coverage(info.id, shape, language, *asked, state))


@router.get(
    "/plans/{plan}/maps/incidents",
    dependencies=[Depends(only("f", "lang"))],
    response_class=Response,
    openapi_extra=_SAID,
    responses=_RESPONSES,
)
def incidents_map(request: Request, info: KnownPlan, store: GivenStore, language: Spoken, form: AskedForm = None) -> Response:
    """Heat, rates, hot spots and changes of incidents on a plan.

    Who is no planner sees rounded numbers of many households, of periods that have ended, where the plan is in force.
    """
    made: MapPages = request.app.state.maps
    shape, start = form or "html", f"{plan_etag(info.id, info.revision)[:-1]}."
    if who(request).may("planner"):
        state = (info.revision, store.scopes.register_revision("incidents"))
        tag = f'{start}{state[1]}.incidents.planners.{shape}.{language}"'
        answer = _answer(request, info, "incidents", shape, tag, lambda: made.incidents(info.id, shape, language, None, state))
        answer.headers["Cache-Control"] = "private, no-cache"
    else:
        zones: ZonesInForce = request.app.state.zones_in_force
        told = Told(ended("month").start, zones.where(info.id))
        state = (info.revision, store.incident_bins.published_revision())
        page = made.incidents(info.id, shape, language, told, state)
        # Of what is told: a revision would tell of every incident that comes.
        digest = hashlib.sha256(page).hexdigest()[:24]
        answer = _answer(request, info, "incidents", shape, f'{start}incidents.{digest}"', lambda: page)
    answer.headers["Vary"] = "Accept-Language, Authorization"
    return answer


def _answer(request: Request, info: PlanInfo, name: str, form: Form, tag: str, make: Callable[[], bytes]) -> Response:
    """The page or the picture, made only for those who have it not yet."""
    headers = {"Vary": "Accept-Language", "ETag": tag, "Cache-Control": "no-cache"}
    if form != "png":
        headers["Content-Security-Policy"] = _POLICY if form == "html" else _TILES_POLICY
    else:
        headers["Content-Disposition"] = disposition(name, info.id, info.name, "png").replace("attachment", "inline", 1)
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    media_type = PNG if form == "png" else "text/html; charset=utf-8"
    return Response(make(), media_type=media_type, headers=headers)
