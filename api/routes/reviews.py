"""Steps of a plan between draft and adopted: submitted, taken back, approved, sent back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from api.access import needs
from api.bodies import asked, described, perhaps_asked
from api.conditions import plan_based_on
from api.deps import GivenStore, only
from api.models import PlanSummary
from api.plan_models import NoteAsked
from api.routes.edits import IF_MATCH
from api.routes.plans import told
from api.writers import planner, write

router = APIRouter(tags=["edits"], dependencies=[Depends(needs("planner"))])

_PLAIN = [Depends(only())]


class ReturnAsked(NoteAsked):
    """What is to be changed."""

    note: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]+$", description="what is to be changed")]


_NOTED: dict[str, Any] = {**described(NoteAsked, needed=False), **IF_MATCH}  # the type that FastAPI asks for


@router.post("/plans/{plan}/submission", response_model=PlanSummary, dependencies=_PLAIN, openapi_extra=_NOTED)
async def submit_plan(request: Request, plan: str, store: GivenStore) -> Response:
    """Hand in a draft, which nobody edits from then on. Needs If-Match, and a note where findings are not proved: 409."""
    who, based = planner(request), plan_based_on(request, plan, needed=True)
    note = (await perhaps_asked(request, NoteAsked)).note
    return told(request, await write(request, store.reviews.submit, plan, who, based=based, note=note))


@router.post("/plans/{plan}/withdrawal", response_model=PlanSummary, dependencies=_PLAIN, openapi_extra=_NOTED)
async def take_plan_back(request: Request, plan: str, store: GivenStore) -> Response:
    """Take back what one submitted oneself: it is a draft again. Needs If-Match: 428, 412."""
    who, based = planner(request), plan_based_on(request, plan, needed=True)
    note = (await perhaps_asked(request, NoteAsked)).note
    return told(request, await write(request, store.reviews.take_back, plan, who, based=based, note=note))


@router.post("/plans/{plan}/approval", response_model=PlanSummary, dependencies=_PLAIN, openapi_extra=_NOTED)
async def approve_plan(request: Request, plan: str, store: GivenStore) -> Response:
    """Approve what somebody else submitted; while auth is off, whoever submitted it. Needs If-Match: 428, 412."""
    who, based = planner(request), plan_based_on(request, plan, needed=True)
    note = (await perhaps_asked(request, NoteAsked)).note
    return told(request, await write(request, store.reviews.approve, plan, who, based=based, note=note))


@router.post(
    "/plans/{plan}/return", response_model=PlanSummary, dependencies=_PLAIN, openapi_extra={**described(ReturnAsked), **IF_MATCH}
)
async def send_plan_back(request: Request, plan: str, store: GivenStore) -> Response:
    """Send back what was submitted or approved: it is a draft again, and the note says what is to be changed. Needs If-Match."""
    who, based = planner(request), plan_based_on(request, plan, needed=True)
    note = (await asked(request, ReturnAsked)).note
    return told(request, await write(request, store.reviews.send_back, plan, who, based=based, note=note))
