"""The plans and their map pages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.deps import GivenStore, KnownPlan, Spoken, only
from api.links import plan_links
from api.models import PlanList, PlanSummary, plan_summary
from gridplan.messages import Language

router = APIRouter(prefix="/plans", tags=["plans"])

#: The page brings all that it needs: a browser is told to load nothing else.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"


@router.get("", response_model_exclude_none=True, dependencies=[Depends(only())])
def plans(request: Request, store: GivenStore) -> PlanList:
    """The plans of the store, the newest last."""
    return PlanList(plans=[plan_summary(info, plan_links(request, info.id)) for info in store.plans()])


@router.get("/{plan}", response_model_exclude_none=True, dependencies=[Depends(only())], name="plan")
def one_plan(request: Request, info: KnownPlan) -> PlanSummary:
    """One plan with the links to its layers and its map."""
    return plan_summary(info, plan_links(request, info.id))


@router.get("/{plan}/map", dependencies=[Depends(only("lang"))], response_class=HTMLResponse)
def map_page(
    request: Request,
    info: KnownPlan,
    language: Spoken,
    lang: Annotated[Language | None, Query(description="language that the page opens in")] = None,
) -> HTMLResponse:
    """The map of a plan as one page that loads nothing else."""
    page = request.app.state.pages(info.id, lang or language)
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY, "Vary": "Accept-Language"})
