"""Incidents: reported, moved through their steps, listed, brought from files. For planners, since they lead to households."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.datastructures import QueryParams

from api.access import needs
from api.answers import json_answer
from api.bodies import asked, described, media_type
from api.conditions import row_etag, rows_based_on
from api.deps import GivenStore, Spoken, only
from api.incident_files import FILES, known, reading, spooled
from api.incident_models import (
    Handler,
    ImportKnown,
    IncidentAsked,
    IncidentList,
    IncidentTold,
    StepAsked,
    StepList,
    StepTold,
)
from api.ogc.parameters import parse_items
from api.ogc.roots import origin
from api.plan_models import JobTold
from api.queries import Limit
from api.routes.edits import IF_MATCH
from api.routes.jobs import begun, check_writable, job_answer
from api.writers import planner, write
from gridplan.analysis.incidents.casework import Step, moment, possible_steps
from gridplan.contracts import STAGES
from gridplan.errors import InputError, RequestError
from gridplan.messages import Phrase
from gridplan.store import IMPORTING, Dataset, Edit, Item, Store

router = APIRouter(tags=["incidents"], dependencies=[Depends(needs("planner"))])

_REGISTER = "incidents"
_PLAIN = [Depends(only())]
#: How far the clocks of those who report may be ahead.
_AHEAD = timedelta(minutes=5)
_FILTERS = ("grid", "kind", "stage", "handler", "overdue", "limit", "cursor")
_Text = Annotated[str | None, Query(max_length=200)]
_Stage = Annotated[str | None, Query(description="one of the stages", json_schema_extra={"enum": list(STAGES)})]


@router.post(
    "/incidents", status_code=201, response_model=IncidentTold, dependencies=_PLAIN, openapi_extra=described(IncidentAsked)
)
async def report_incident(request: Request, store: GivenStore) -> Response:
    """Report an incident. The grid in force then and there is found by its place."""
    who, wanted = planner(request), await asked(request, IncidentAsked)
    if (wanted.lon is None) != (wanted.lat is None):
        raise _wrong("lat" if wanted.lat is None else "lon", "row.fault.missing", expected="lon, lat")
    place = None if wanted.lon is None else {"type": "Point", "coordinates": [wanted.lon, wanted.lat]}
    values = wanted.model_dump(exclude={"lon", "lat", "id"}) | {
        "stage": STAGES[0],
        "reported_at": _at("reported_at", wanted.reported_at),
    }
    feature = {"type": "Feature", "geometry": place, "properties": values, **({} if wanted.id is None else {"id": wanted.id})}
    written = await write(request, store.registers.create, _REGISTER, feature, who)
    return await write(request, _one, request, store, written.id, status=201)


@router.get("/incidents", response_model=IncidentList, dependencies=[Depends(only(*_FILTERS))])
def incidents(
    request: Request,
    store: GivenStore,
    grid: _Text = None,
    kind: _Text = None,
    stage: _Stage = None,
    handler: Annotated[Handler | None, Query()] = None,
    overdue: Annotated[bool | None, Query(description="open ones whose due_at has passed, or those that are not")] = None,
    limit: Limit = 100,
    cursor: str | None = None,
) -> Response:
    """Incidents page by page: of a grid, kind, stage or handler; those overdue. For planners."""
    given = {"grid": grid, "kind": kind, "stage": stage, "handler": handler, "cursor": cursor}
    plain = {name: value for name, value in given.items() if value is not None} | {"limit": str(limit)}
    if overdue is not None:
        late = f"due_at < TIMESTAMP('{_now()}') AND stage NOT IN ('closed', 'rejected')"
        plain["filter"] = late if overdue else f"NOT ({late}) OR due_at IS NULL"
    collection = store.scopes.collection(_REGISTER)
    page = store.items.page(parse_items(QueryParams(plain), collection, Dataset()).query)
    following = None
    if page.after is not None:
        again = {name: value for name, value in request.query_params.items() if name != "cursor"}
        following = f"{origin(request)}/incidents?{urlencode({**again, 'cursor': page.after.text()})}"
    told = [_told(request, text) for text in page.texts]
    return json_answer(request, IncidentList(incidents=told, matched=page.matched, next=following))


@router.get("/incidents/import", response_model=ImportKnown, dependencies=_PLAIN)
def importable(request: Request) -> Response:
    """The headings and words that a file of incidents may have without being told what they mean."""
    return json_answer(request, known())


@router.post(
    "/incidents/import",
    status_code=202,
    response_model=JobTold,
    openapi_extra={
        "requestBody": {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in FILES}}
    },
)
async def import_incidents(
    request: Request,
    store: GivenStore,
    language: Spoken,
    options: Annotated[dict[str, Any], Depends(reading)],
) -> Response:
    """Bring incidents from the file in the body: CSV, Excel, GeoJSON, GeoPackage. The job says what became of each row."""
    who, ending = planner(request), FILES[media_type(request, tuple(FILES))]
    check_writable(store)
    async with spooled(request) as path:
        asked_for = {"format": ending, "bytes": path.stat().st_size, **options}
        job = await begun(request, IMPORTING, asked_for, who, file=path)
    return job_answer(request, job, language)


@router.get("/incidents/{incident:path}/steps", response_model=StepList, dependencies=_PLAIN)
def steps(request: Request, incident: str, store: GivenStore) -> Response:
    """What was done with an incident, by whom and when, the oldest first. For planners."""
    return json_answer(request, StepList(steps=[_step(line) for line in reversed(store.incidents.history(incident))]))


@router.post(
    "/incidents/{incident:path}/steps",
    response_model=IncidentTold,
    dependencies=_PLAIN,
    openapi_extra={**described(StepAsked), **IF_MATCH},
)
async def take_step(request: Request, incident: str, store: GivenStore) -> Response:
    """Take a step. Needs the incident's ETag in If-Match: 428, 412. 409 where the stage does not allow it, 422 a wrong time."""
    who, based = planner(request), rows_based_on(request, _REGISTER)
    if based is None:
        raise RequestError("GP582", path=f"/incidents/{incident[:80]}")
    wanted = await asked(request, StepAsked)
    step = Step(wanted.step, _at("at", wanted.at), wanted.handler, wanted.outcome, wanted.satisfaction)
    limits = request.app.state.case_limits
    await write(request, store.incidents.take, incident, step, who, based=based, note=wanted.note, limits=limits)
    return await write(request, _one, request, store, incident)


@router.get("/incidents/{incident:path}", response_model=IncidentTold, dependencies=_PLAIN)
def one_incident(request: Request, incident: str, store: GivenStore) -> Response:
    """One incident, with the ETag that a step is based on, and the steps that can be taken. For planners."""
    return _one(request, store, incident)


def _one(request: Request, store: Store, incident: str, *, status: int = 200) -> Response:
    found: Item = store.items.item(Dataset(), _REGISTER, incident)
    told = _told(request, found.text)
    headers = {"Location": told.href} if status == 201 else {}
    return json_answer(request, told, etag=row_etag(_REGISTER, found.revision or 0), status=status, headers=headers)


def _told(request: Request, text: bytes) -> IncidentTold:
    feature = orjson.loads(text)
    values, place = feature["properties"], feature["geometry"]
    lon, lat = (None, None) if place is None else place["coordinates"][:2]
    href = f"{origin(request)}/incidents/{quote(values['id'], safe='')}"
    return IncidentTold(**values, lon=lon, lat=lat, steps=possible_steps(values["stage"]), href=href)


def _step(line: Edit) -> StepTold:
    before, after = ((_properties(record)) for record in (line.before, line.after))
    changed = {name: after.get(name) for name in {**before, **after} if before.get(name) != after.get(name)}
    told = {name: getattr(line, name) for name in ("number", "who", "role", "note")}
    return StepTold(step=line.operation, logged_at=line.at, changed=changed, **told)


def _properties(record: object) -> dict[str, Any]:
    """The values that a line of the log has, with the place."""
    if not isinstance(record, dict):
        return {}
    return {**record.get("properties", {}), "geometry": record.get("geometry")}


def _now() -> str:
    return datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _at(name: str, given: str | None) -> str:
    """The time that is meant.

    Raises
    ------
    RequestError
        GP586 there is no such day or hour; GP595 it has not come yet.
    """
    if given is None:
        return _now()
    try:
        at = moment(given.upper())
    except InputError as error:
        raise _wrong(name, "row.fault.type", value=given[:80], expected="2026-03-01T08:30:00Z") from error
    if at > datetime.now(UTC) + _AHEAD:
        raise RequestError("GP595", name=name, value=given[:80], now=_now())
    return given.upper()


def _wrong(where: str, key: str, **facts: str) -> RequestError:
    return RequestError("GP586", count=1, faults=(Phrase("row.fault", {"where": where, "what": Phrase(key, facts)}),))
