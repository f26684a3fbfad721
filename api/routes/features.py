"""The layers of a plan: GeoJSON where they have a geometry, rows as JSON where they have none."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.deps import Box, GivenStore, KnownPlan, Limit, Offset, WantedBox, known_plan, only
from api.links import GEOJSON, JSON, PLAIN, SPATIAL, page_links
from api.models import Table
from gridplan.errors import RequestError
from gridplan.store import Store

router = APIRouter(tags=["features"])

_GEOJSON: dict[int | str, dict[str, Any]] = {  # the type that FastAPI asks for
    200: {"description": "RFC 7946 FeatureCollection", "content": {GEOJSON: {"schema": {"type": "object"}}}}
}


@router.get(
    "/communities", dependencies=[Depends(only("plan", "bbox", "limit", "offset"))], response_class=Response, responses=_GEOJSON
)
def communities(
    request: Request,
    store: GivenStore,
    box: WantedBox,
    plan: Annotated[str | None, Query(description="id of a plan; the newest without")] = None,
    limit: Limit = 1000,
    offset: Offset = 0,
) -> Response:
    """The communities of the newest plan, or of the plan named."""
    plans = store.plans()
    if not plans:
        raise RequestError("GP512")
    chosen = plans[-1] if plan is None else known_plan(plan, store)
    return _features(request, store, chosen.id, "communities", box, limit, offset)


def _features(request: Request, store: Store, plan: str, layer: str, box: Box | None, limit: int, offset: int) -> Response:
    """One page of a layer, with links put before the closing brace of the store's own bytes."""
    page = store.features(plan, layer, bbox=box, limit=limit, offset=offset)
    links = page_links(request, GEOJSON, limit=limit, offset=offset, matched=page.number_matched, returned=page.number_returned)
    text = json.dumps([link.model_dump(exclude_none=True) for link in links], ensure_ascii=False)
    return Response(page.body[:-1] + f',"links":{text}}}'.encode(), media_type=GEOJSON)


def _add_spatial(layer: str) -> None:
    @router.get(
        f"/plans/{{plan}}/{layer}",
        name=layer,
        summary=f"The {layer} of a plan",
        dependencies=[Depends(only("bbox", "limit", "offset"))],
        response_class=Response,
        responses=_GEOJSON,
    )
    def features(
        request: Request, store: GivenStore, info: KnownPlan, box: WantedBox, limit: Limit = 1000, offset: Offset = 0
    ) -> Response:
        return _features(request, store, info.id, layer, box, limit, offset)


def _add_plain(layer: str) -> None:
    @router.get(
        f"/plans/{{plan}}/{layer}",
        name=layer,
        summary=f"The {layer} of a plan",
        dependencies=[Depends(only("limit", "offset"))],
    )
    def rows(request: Request, store: GivenStore, info: KnownPlan, limit: Limit = 1000, offset: Offset = 0) -> Table:
        page = store.features(info.id, layer, limit=limit, offset=offset)
        matched, returned = page.number_matched, page.number_returned
        found = [feature["properties"] for feature in json.loads(page.body)["features"]]
        links = page_links(request, JSON, limit=limit, offset=offset, matched=matched, returned=returned)
        return Table(rows=found, numberMatched=matched, numberReturned=returned, links=links)


for _layer in SPATIAL:
    _add_spatial(_layer)
for _layer in PLAIN:
    _add_plain(_layer)
