"""How much of a plan lies within a walk of services: measured by a job, counted for each level of the plan."""

import csv
import io
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.access import needs
from api.answers import json_answer
from api.bodies import described, perhaps_asked
from api.conditions import plan_etag
from api.coverage_models import CapacitiesTold, CapacityTold, CoverageAsked, CoverageTold, CoveredTold, MeasuredTold
from api.deps import GivenStore, KnownPlan, Spoken, only
from api.ogc.etags import unchanged
from api.plan_models import JobTold
from api.routes.jobs import begun, job_answer
from api.writers import planner, write
from gridplan.errors import RequestError, StoreError
from gridplan.messages import Phrase
from gridplan.spreadsheets import harmless
from gridplan.store import MEASURING, Level, Measured, PlanInfo

router = APIRouter(tags=["coverage"])

_MOST_M, _MOST_BANDS = 20_000, 10


@router.post(
    "/plans/{plan}/coverage",
    status_code=202,
    response_model=JobTold,
    dependencies=[Depends(needs("planner")), Depends(only())],
    openapi_extra=described(CoverageAsked, needed=False),
)
async def measure(request: Request, plan: str, store: GivenStore, language: Spoken) -> Response:
    """Measure how far each building is from the nearest service of each kind. Answers with the job that does it. For planners."""
    who = planner(request)
    wanted = await perhaps_asked(request, CoverageAsked)

    def check() -> None:
        store.plan(plan)
        if wanted.town is not None:
            store.town_list.one(wanted.town)
        elif store.town_list.of_plan(plan) is None:
            raise StoreError("GP462", plan=plan)

    await write(request, check)
    job = await begun(request, MEASURING, {"plan": plan, **wanted.model_dump(exclude_none=True)}, who)
    return job_answer(request, job, language)


@router.get(
    "/plans/{plan}/coverage",
    response_model=CoverageTold,
    dependencies=[Depends(only("by", "within", "kind", "f"))],
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def coverage(
    request: Request,
    info: KnownPlan,
    store: GivenStore,
    by: Annotated[Level, Query(description="what is counted apart")] = "grid",
    within: Annotated[str, Query(max_length=200, description="distances in metres, separated by commas")] = "300,500,1000",
    kind: Annotated[str | None, Query(max_length=2000, description="kinds of services, separated by commas; all without")] = None,
    form: Annotated[Literal["json", "csv"], Query(alias="f")] = "json",
) -> Response:
    """Households, people and buildings within a walk of the nearest service of each kind, with what they are a share of."""
    metres = _metres(within)
    measured = store.coverages.measured(info.id)
    searched = measured.about.get("most_m")
    if isinstance(searched, float) and metres[-1] > searched:
        facts = {"value": metres[-1], "most": round(searched)}
        raise RequestError("GP508", name="within", why=Phrase("coverage.measured_to", facts))
    tag = f'{plan_etag(info.id, info.revision)[:-1]}.{measured.at}.{request.url.query}"'
    if unchanged(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    rows = store.coverages.table(info.id, by=by, within_m=metres, kinds=_kinds(measured, info, kind))
    told = CoverageTold(plan=info.id, measured=MeasuredTold.of(measured), rows=[CoveredTold.of(row) for row in rows])
    if form == "json":
        return json_answer(request, told, etag=tag)
    return _csv(CoveredTold, told.rows, tag)


@router.get(
    "/plans/{plan}/coverage/capacity",
    response_model=CapacitiesTold,
    dependencies=[Depends(only("by", "kind", "f"))],
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def capacities(
    request: Request,
    info: KnownPlan,
    store: GivenStore,
    by: Annotated[Level, Query(description="what is told apart")] = "grid",
    kind: Annotated[str | None, Query(max_length=2000, description="kinds of services, separated by commas; all without")] = None,
    form: Annotated[Literal["json", "csv"], Query(alias="f")] = "json",
) -> Response:
    """Capacity for 1,000 people within a walk (2SFCA), beside the capacities that were stated, assumed or missing."""
    measured = store.coverages.measured(info.id)
    tag = f'{plan_etag(info.id, info.revision)[:-1]}.{measured.at}.capacity.{request.url.query}"'
    if unchanged(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    rows = store.coverages.capacities(info.id, by=by, kinds=_kinds(measured, info, kind))
    told = CapacitiesTold(plan=info.id, measured=MeasuredTold.of(measured), rows=[CapacityTold.of(row) for row in rows])
    if form == "json":
        return json_answer(request, told, etag=tag)
    return _csv(CapacityTold, told.rows, tag)


def _metres(text: str) -> list[int]:
    """The distances of a parameter, ascending, each once.

    Raises
    ------
    RequestError
        GP508 one is no whole number of metres, or there are too many.
    """
    found = set()
    for part in text.split(","):
        metres = int(part) if part.isascii() and part.isdigit() and len(part) < 6 else 0
        if not 0 < metres <= _MOST_M:
            raise RequestError("GP508", name="within", why=Phrase("coverage.within", {"value": part[:40], "most": _MOST_M}))
        found.add(metres)
    if len(found) > _MOST_BANDS:
        raise RequestError("GP508", name="within", why=Phrase("coverage.bands", {"count": len(found), "most": _MOST_BANDS}))
    return sorted(found)


def _kinds(measured: Measured, info: PlanInfo, text: str | None) -> list[str]:
    """The kinds of a parameter, sorted; without it all that were measured.

    Raises
    ------
    StoreError
        GP464 one was not measured.
    """
    asked_for = measured.kinds if text is None else sorted(set(text.split(",")))
    for kind in asked_for:
        if kind not in measured.kinds:
            raise StoreError("GP464", kind=kind[:80], plan=info.id, known=", ".join(measured.kinds[:50]))
    return asked_for


def _csv(model: type[BaseModel], rows: Sequence[BaseModel], tag: str) -> Response:
    made = io.StringIO()
    writer = csv.DictWriter(made, list(model.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in row.model_dump().items()} for row in rows)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    return Response(made.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
