"""Changes of plans: edits by operations, reverts, branches, adoptions; and the edit log."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from api.access import allowed, needs
from api.answers import json_answer
from api.bodies import asked, described, perhaps_asked
from api.conditions import plan_based_on
from api.deps import GivenStore, KnownPlan, only
from api.models import PlanSummary
from api.ogc.roots import origin
from api.plan_models import AdoptionAsked, BranchAsked, EditList, EditsAsked, EditTold, NoteAsked
from api.queries import Limit, cursor_of
from api.routes.plans import told
from api.writers import planner, write
from gridplan.store import ADMIN_SCOPE, Cursor, Store

router = APIRouter(tags=["edits"], dependencies=[Depends(needs("planner"))])

Number = Annotated[int, Path(ge=1, le=2**62, description="number of the edit in the log")]
_PLAIN = [Depends(only())]
#: Described as one that may be missing, since the answer is then 428 and not 400.
IF_MATCH: dict[str, Any] = {  # the type that FastAPI asks for
    "parameters": [
        {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}, "description": "ETag; 428 without"}
    ]
}


@router.post(
    "/plans/{plan}/edits", response_model=PlanSummary, dependencies=_PLAIN, openapi_extra={**described(EditsAsked), **IF_MATCH}
)
async def edit_plan(request: Request, plan: str, store: GivenStore) -> Response:
    """Do operations on a draft, all or none. Needs the plan's ETag in If-Match: 428 without, 412 where it is another by now."""
    who, based = planner(request), plan_based_on(request, plan, needed=True)
    wanted = await asked(request, EditsAsked)
    return told(request, await write(request, store.edits.edit, plan, wanted.operations, who, based=based, note=wanted.note))


@router.get("/plans/{plan}/edits", response_model=EditList, dependencies=[Depends(only("limit", "cursor"))])
def plan_edits(request: Request, info: KnownPlan, store: GivenStore, limit: Limit = 100, cursor: str | None = None) -> Response:
    """What was changed of a plan, by whom and when, the newest first. For planners."""
    planner(request)
    return _log(request, store, info.id, f"{origin(request)}/plans/{quote(info.id, safe='')}/edits?", limit, cursor)


@router.get("/edits", response_model=EditList, dependencies=[Depends(only("scope", "limit", "cursor"))])
def edits(
    request: Request,
    store: GivenStore,
    scope: Annotated[
        str | None,
        Query(max_length=200, description="id of a plan, a deleted one too, name of a register, towns, or for admins tokens"),
    ] = None,
    limit: Limit = 100,
    cursor: str | None = None,
) -> Response:
    """What was changed of plans, registers, towns, and for admins tokens, by whom and when, the newest first. For planners."""
    allowed(request, "admin" if scope == ADMIN_SCOPE else "planner")
    about = "" if scope is None else f"scope={quote(scope, safe='')}&"
    return _log(request, store, scope, f"{origin(request)}/edits?{about}", limit, cursor)


@router.post("/plans/{plan}/edits/{edit}/revert", response_model=PlanSummary, dependencies=_PLAIN)
async def revert_edit(request: Request, plan: str, edit: Number, store: GivenStore) -> Response:
    """Put back what an edit of a draft changed, as an edit of its own; 409 where that was changed since."""
    who = planner(request)
    return told(request, await write(request, store.edits.revert, plan, edit, who, based=plan_based_on(request, plan)))


@router.post(
    "/plans/{plan}/branches",
    status_code=201,
    response_model=PlanSummary,
    dependencies=_PLAIN,
    openapi_extra=described(BranchAsked, needed=False),
)
async def branch_plan(request: Request, plan: str, store: GivenStore) -> Response:
    """Copy a plan as a draft that has it as its parent."""
    who, wanted = planner(request), await perhaps_asked(request, BranchAsked)
    made = await write(request, store.edits.branch, plan, who, name=wanted.name, note=wanted.note)
    return told(request, made, status=201, headers={"Location": f"{origin(request)}/plans/{made.id}"})


@router.post("/plans/{plan}/adoptions", response_model=PlanSummary, dependencies=_PLAIN, openapi_extra=described(AdoptionAsked))
async def adopt_plan(request: Request, plan: str, store: GivenStore) -> Response:
    """Let a plan hold in all of its communities, or in some. A plan that holds nowhere any more is archived.

    One that is submitted is approved first: 409. Where the service asks for approval, no draft is adopted either.
    """
    who, wanted = planner(request), await asked(request, AdoptionAsked)
    based = plan_based_on(request, plan)
    where = None if wanted.communities == "all" else wanted.communities
    approval = request.app.state.settings.approval
    info = await write(request, store.adoptions.adopt, plan, where, who, based=based, note=wanted.note, approval=approval)
    return told(request, info)


@router.post(
    "/plans/{plan}/archive", response_model=PlanSummary, dependencies=_PLAIN, openapi_extra=described(NoteAsked, needed=False)
)
async def archive_plan(request: Request, plan: str, store: GivenStore) -> Response:
    """Put a draft aside. An adopted plan stays until another one is adopted in its place: 409; one submitted or approved, too."""
    who, wanted = planner(request), await perhaps_asked(request, NoteAsked)
    info = await write(request, store.adoptions.archive, plan, who, based=plan_based_on(request, plan), note=wanted.note)
    return told(request, info)


def _log(request: Request, store: Store, scope: str | None, here: str, limit: int, cursor: str | None) -> Response:
    hidden = () if allowed(request, "planner").may("admin") else (ADMIN_SCOPE,)
    lines = store.log.history(scope, limit=limit + 1, before=cursor_of(cursor), hidden=hidden)
    more = len(lines) > limit
    lines = lines[:limit]
    following = f"{here}limit={limit}&cursor={Cursor(lines[-1].number).text()}" if more else None
    return json_answer(request, EditList(edits=[EditTold.of(line) for line in lines], next=following))
