"""What a plan comes to against its rules."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.answers import json_answer
from api.conditions import plan_etag
from api.deps import GivenStore, KnownPlan, only
from api.ogc.etags import unchanged

router = APIRouter(tags=["plans"])


class AreaCounted(BaseModel):
    """An area of the administrative tree, as given."""

    code: str
    name: str
    level: str
    parent: str | None


class CommunityCounted(BaseModel):
    """A community and its grids by status."""

    code: str
    name: str
    kind: str
    parent: str | None = Field(description="code of the area that it lies in")
    households: int
    population: int | None
    grids: int
    special: int = Field(description="of the grids, those that are special")
    ok: int = Field(description="grids that keep the rules")
    proved: int = Field(description="grids that do not, and it is proved that they cannot")
    open: int = Field(description="grids that do not, without a proof")
    units: int
    units_out: int = Field(description="units out of range")
    findings_open: int = Field(description="findings without a proof")
    bbox: tuple[float, float, float, float] | None


class GridCounted(BaseModel):
    """A grid."""

    code: str
    name: str
    kind: str
    community: str
    households: int
    population: int | None
    units: int
    buildings: int
    status: str


class PlanCounted(BaseModel):
    """The counts of a plan: by community, or by grid."""

    plan: str
    measured_at: str | None = Field(description="when distances to services were measured; null: not yet")
    measurable: bool = Field(description="whether the service has the town that the plan was made of, by which they are measured")
    areas: list[AreaCounted]
    communities: list[CommunityCounted] | None = None
    grids: list[GridCounted] | None = None


@router.get("/plans/{plan}/stats", response_model=PlanCounted, dependencies=[Depends(only("by"))])
def plan_counts(
    request: Request,
    info: KnownPlan,
    store: GivenStore,
    by: Annotated[Literal["community", "grid"], Query(description="what is counted apart")] = "community",
) -> Response:
    """Grids in range, proved and open, units, households: for each community with the areas above it, or for each grid."""
    measured = store.coverages.found(info.id)
    at = None if measured is None else measured.at
    measurable = store.town_list.of_plan(info.id) is not None
    tag = f'{plan_etag(info.id, info.revision)[:-1]}.{at or ""}.{measurable:d}.{by}"'
    if unchanged(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    areas = [AreaCounted(**each._asdict()) for each in store.plan_counts.areas(info.id)]
    counted = PlanCounted(plan=info.id, measured_at=at, measurable=measurable, areas=areas)
    if by == "grid":
        counted.grids = [GridCounted(**each._asdict()) for each in store.plan_counts.grids(info.id)]
    else:
        counted.communities = [CommunityCounted(**each._asdict()) for each in store.plan_counts.communities(info.id)]
    return json_answer(request, counted, etag=tag)
