"""Jobs: plans are asked for by them; any is followed and cancelled."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.access import needs
from api.answers import json_answer
from api.bodies import GEOPACKAGE, JSON, json_body, media_type, parsed, schema_of
from api.deps import GivenStore, Spoken, only
from api.incident_files import told_result
from api.ogc.parameters import once
from api.ogc.roots import origin
from api.plan_models import JobList, JobTold, PlanAsked
from api.queries import Limit, cursor_of
from api.routes import pages
from api.uploads import uploaded_town
from api.writers import planner, write
from gridplan.errors import RequestError, StoreError
from gridplan.messages import Language, Phrase, text
from gridplan.schemes import scheme_names
from gridplan.store import PLANNING, Cursor, Editor, Job, Store

router = APIRouter(tags=["jobs"], dependencies=[Depends(needs("planner"))])

#: What may stand in the address where the body is a town.
_BESIDE_TOWN = ("scheme", "seed", "after", "lines")
_UPLOADED = "-"
#: Seconds after which it is worth to look at a job again.
_AGAIN = "2"

_TOWN = {"type": "string", "format": "binary", "description": "a town bundle; scheme, seed, after and lines go into the address"}
_BODY: dict[str, Any] = {  # the type that FastAPI asks for
    "requestBody": {"required": True, "content": {JSON: {"schema": schema_of(PlanAsked)}, GEOPACKAGE: {"schema": _TOWN}}}
}


@router.post("/plans", status_code=202, response_model=JobTold, openapi_extra=_BODY)
async def create_plan(request: Request, store: GivenStore, language: Spoken) -> Response:
    """Make a plan of a town: of one in the store, or of the town bundle in the body. Answers with the job that makes it."""
    who = planner(request)
    if media_type(request, (JSON, GEOPACKAGE)) == GEOPACKAGE:
        asked = parsed(PlanAsked, {"town": _UPLOADED, **_numbered(once(request.query_params, _BESIDE_TOWN))})
        await write(request, _check, store, asked)
        asked = asked.model_copy(update={"town": await uploaded_town(request, who)})
    else:
        once(request.query_params, ())
        asked = parsed(PlanAsked, await json_body(request))
    await write(request, _check, store, asked)
    return job_answer(request, await begun(request, PLANNING, asked.model_dump(exclude_none=True), who), language)


@router.get(
    "/jobs", response_model=JobList, dependencies=[Depends(only("limit", "cursor", "f", "lang"))], openapi_extra=pages.PAGE
)
def jobs(request: Request, store: GivenStore, language: Spoken, limit: Limit = 100, cursor: str | None = None) -> Response:
    """The jobs, the newest first. For planners."""
    planner(request)
    readable = pages.for_people(request)
    found = store.jobs.list(limit=limit + 1, before=cursor_of(cursor))
    more, found = len(found) > limit, found[:limit]
    here = f"{origin(request)}/jobs"
    following = f"{here}?limit={limit}&cursor={Cursor(found[-1].number).text()}" if more else None
    listed = JobList(jobs=[_told(request, job, language) for job in found], next=following)
    if readable:
        return pages.jobs(request, listed, following, language)
    return json_answer(request, listed, headers={"Content-Language": language})


@router.get("/jobs/{job}", response_model=JobTold, dependencies=[Depends(only("f", "lang"))], openapi_extra=pages.PAGE)
def one_job(request: Request, job: str, store: GivenStore, language: Spoken) -> Response:
    """How far a job is, or how it ended. For planners."""
    planner(request)
    readable = pages.for_people(request)
    found = store.jobs.get(job)
    return pages.job(request, _told(request, found, language), language) if readable else _answer(request, found, language)


@router.delete("/jobs/{job}", response_model=JobTold, dependencies=[Depends(only())])
async def cancel_job(request: Request, job: str, store: GivenStore, language: Spoken) -> Response:
    """Cancel a job: at once where it waits; where it runs, its process is ended within a second or so."""
    planner(request)
    mine = store.writable and request.app.state.runner.cancel(job)

    def cancelled() -> Job:
        try:
            return store.jobs.cancel(job)
        except StoreError as error:
            found = store.jobs.get(job)
            if not mine or found.state != "cancelled":
                raise error
            return found  # its process ended before the store was asked

    return _answer(request, await write(request, cancelled), language)


def _numbered(given: dict[str, str]) -> dict[str, object]:
    """The parameters, the seed as the number that it is."""
    seed = given.get("seed", "")
    return {**given, "seed": int(seed)} if seed.isascii() and seed.isdigit() and len(seed) <= 19 else dict(given)


async def begun(request: Request, kind: str, asked: Mapping[str, object], who: Editor, *, file: Path | None = None) -> Job:
    """A new job, which the server runs as soon as it can, with the file that it is given.

    Raises
    ------
    RequestError
        GP585 the store is only read.
    """
    store: Store = request.app.state.store
    check_writable(store)
    job = await write(request, store.jobs.create, kind, asked, who, file=file)
    request.app.state.runner.wake()
    return job


def check_writable(store: Store) -> None:
    """Nothing, where jobs may change the store.

    Raises
    ------
    RequestError
        GP585 it is only read.
    """
    if not store.writable:
        raise RequestError("GP585")


def job_answer(request: Request, job: Job, language: Language) -> Response:
    """What is said of a job that was just asked for."""
    return _answer(request, job, language, status=202, headers={"Location": f"{origin(request)}/jobs/{job.id}"})


def _check(store: Store, asked: PlanAsked) -> None:
    """Nothing, where what is asked for by name is there.

    Raises
    ------
    RequestError
        GP585 the store is only read; GP586 no such scheme, or no plan named whose lines to keep; GP589 a town or plan that
        the store does not have.
    """
    check_writable(store)
    if asked.scheme not in scheme_names():
        raise RequestError("GP586", count=1, faults=(_missing("scheme", asked.scheme, scheme_names()),))
    if asked.lines == "kept" and asked.after is None:
        missing = Phrase("row.fault.missing", {"expected": "GET /plans"})
        raise RequestError("GP586", count=1, faults=(Phrase("row.fault", {"where": "after", "what": missing}),))
    known = {} if asked.town == _UPLOADED else {"town": store.towns()}
    if asked.after is not None:
        known["after"] = [info.id for info in store.plans()]
    named = {name: str(getattr(asked, name)) for name in known}
    faults = tuple(_missing(name, value, known[name]) for name, value in named.items() if value not in known[name])
    if faults:
        raise RequestError("GP589", count=len(faults), faults=faults)


def _missing(name: str, value: str, known: list[str]) -> Phrase:
    return Phrase("row.fault", {"where": name, "what": Phrase("body.fault.choice", {"value": value, "known": _listed(known)})})


def _listed(names: list[str]) -> str:
    return ", ".join(names[:20]) + (" …" if len(names) > 20 else "") or "-"


def _answer(
    request: Request, job: Job, language: Language, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    again = {"Retry-After": _AGAIN} if job.state in ("queued", "running") else {}
    told = {"Content-Language": language, **again, **(headers or {})}
    return json_answer(request, _told(request, job, language), status=status, headers=told)


def _told(request: Request, job: Job, language: Language) -> JobTold:
    message = job.message
    failed = message is not None and job.state in ("failed", "cancelled")
    return JobTold(
        id=job.id,
        kind=job.kind,  # type: ignore[arg-type]  # as the state below
        state=job.state,  # type: ignore[arg-type]  # the table has no others
        progress=job.progress,
        message=None if message is None else text(message.key, language, **message.facts),
        code=message.key if failed and message is not None else None,
        asked=dict(job.asked),
        result=told_result(job, language),
        who=job.who,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        cancel=job.cancel,
        href=f"{origin(request)}/jobs/{job.id}",
    )
