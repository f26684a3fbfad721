"""The plans: listed, told, deleted, compared, downloaded, drawn."""

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.answers import json_answer
from api.conditions import plan_based_on, plan_etag
from api.deps import GivenStore, KnownPlan, Spoken, only
from api.links import plan_links
from api.models import Link, PlanList, PlanSummary, plan_summary
from api.ogc.etags import unchanged
from api.ogc.formats import HTML, JSON
from api.ogc.pages import asked_page
from api.ogc.roots import origin
from api.plan_models import AdoptedList, AdoptedTold, Compared, Renamed, Step, ZonesCompared
from api.queries import Limit, cursor_of
from api.routes import pages
from api.writers import planner, write
from gridplan import plan as planned
from gridplan.store import Cursor, PlanInfo

if TYPE_CHECKING:
    from gridplan.plan import Comparison

router = APIRouter(tags=["plans"])


def told(request: Request, info: PlanInfo, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """What is said of a plan, with its ETag."""
    summary = plan_summary(info, plan_links(request, info.id))
    return json_answer(request, summary, etag=plan_etag(info.id, info.revision), status=status, headers=headers)


@router.get(
    "/plans", response_model=PlanList, dependencies=[Depends(only("limit", "cursor", "f", "lang"))], openapi_extra=pages.PAGE
)
def plans(request: Request, store: GivenStore, language: Spoken, limit: Limit = 100, cursor: str | None = None) -> Response:
    """The plans of the store, the newest last, page by page."""
    readable = pages.for_people(request)
    found, after = store.plans_page(limit=limit, after=cursor_of(cursor))
    here = f"{origin(request)}/plans"
    links = [
        Link(href=here, rel="self", type=JSON, title="plans"),
        Link(href=f"{here}?f=html", rel="alternate", type=HTML, title="plans"),
    ]
    following = None if after is None else f"{here}?limit={limit}&cursor={Cursor(after).text()}"
    if following is not None:
        links.append(Link(href=following, rel="next", type=JSON, title="next"))
    shown = [plan_summary(info, plan_links(request, info.id)) for info in found]
    listed = PlanList(plans=shown, links=links)
    return pages.plans(request, listed, following, language) if readable else json_answer(request, listed)


@router.get(
    "/plans/{plan}",
    response_model=PlanSummary,
    dependencies=[Depends(only("f", "lang"))],
    name="plan",
    openapi_extra=pages.PAGE,
    responses={307: {"description": "a page is at the address with a slash at its end"}},
)
def one_plan(request: Request, info: KnownPlan) -> Response:
    """One plan with its state, its revision, and the links to its layers and its map; for a browser its page."""
    if pages.for_people(request):
        way = f"{origin(request)}/plans/{quote(info.id, safe='')}/?{asked_page(request)}"
        return RedirectResponse(way, headers={"Vary": "Accept"})
    return told(request, info)


@router.delete("/plans/{plan}", status_code=204, dependencies=[Depends(only())])
async def delete_plan(request: Request, plan: str, store: GivenStore) -> Response:
    """Delete a draft or an archived plan with all its rows. One that is submitted, approved or adopted stays: 409."""
    who = planner(request)
    await write(request, store.edits.delete, plan, who, based=plan_based_on(request, plan))
    return Response(status_code=204)


@router.get("/adopted", response_model=AdoptedList, dependencies=[Depends(only("f", "lang"))], openapi_extra=pages.PAGE)
def adopted(request: Request, store: GivenStore, language: Spoken) -> Response:
    """The communities where a plan is adopted, by their codes."""
    readable = pages.for_people(request)
    here = f"{origin(request)}/adopted"
    rows = [AdoptedTold.of(each, f"{here}/{each.community}/collections") for each in store.adoptions.all()]
    listed = AdoptedList(adopted=rows)
    return pages.adopted(request, listed, language) if readable else json_answer(request, listed)


@router.get("/plans/{plan}/compare", response_model=Compared, dependencies=[Depends(only("with"))])
def compared(
    request: Request,
    info: KnownPlan,
    store: GivenStore,
    other: Annotated[str, Query(alias="with", max_length=200, description="id of the plan to compare with, the older one")],
) -> Response:
    """What differs between two plans: households that moved, zones kept, changed, new and gone, names, code lineage."""
    before = store.plan(other)
    tag = f"{plan_etag(info.id, info.revision)[:-1]}.{plan_etag(other, before.revision)[1:]}"
    if unchanged(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    found = planned.compare(store.load_plan(other), store.load_plan(info.id))
    return json_answer(request, _compared(info.id, other, found), etag=tag)


def _compared(plan: str, other: str, found: "Comparison") -> Compared:
    return Compared(
        plan=plan,
        with_=other,
        households=found.households,
        households_before=found.households_before,
        moved_households=found.moved,
        grids=ZonesCompared(**vars(found.zones["grid"])),
        units=ZonesCompared(**vars(found.zones["unit"])),
        renamed=[Renamed(**vars(each)) for each in found.renamed],
        steps=[
            Step(
                level=level,
                old=step.old,
                new=step.new,
                change=step.change,
                households=step.households,
                households_before=step.before,
            )
            for level, step in found.steps
        ],
    )
