"""The towns that plans can be made of: listed, told, deleted. They come by import, or with the plan that is asked of them."""

from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.access import needs
from api.answers import json_answer
from api.deps import GivenStore, only
from api.ogc.roots import origin
from api.plan_models import TownList, TownTold
from api.queries import Limit, cursor_of
from api.writers import planner, write
from gridplan.store import Cursor

router = APIRouter(tags=["towns"], dependencies=[Depends(needs("planner"))])


@router.get("/towns", response_model=TownList, dependencies=[Depends(only("limit", "cursor"))])
def towns(request: Request, store: GivenStore, limit: Limit = 100, cursor: str | None = None) -> Response:
    """The towns that plans can be made of, the newest last, page by page. For planners."""
    found, after = store.town_list.page(limit=limit, after=cursor_of(cursor))
    following = None if after is None else f"{origin(request)}/towns?limit={limit}&cursor={Cursor(after).text()}"
    return json_answer(request, TownList(towns=found, next=following))


@router.get("/towns/{town}", response_model=TownTold, dependencies=[Depends(only())])
def one_town(request: Request, town: str, store: GivenStore) -> Response:
    """One town: its layers, and what it was made from. For planners."""
    found = store.town_list.one(town)
    href = f"{origin(request)}/towns/{quote(found.name, safe='')}"
    return json_answer(request, TownTold(name=found.name, layers=list(found.layers), source=dict(found.source), href=href))


@router.delete("/towns/{town}", status_code=204, dependencies=[Depends(only())])
async def delete_town(request: Request, town: str, store: GivenStore) -> Response:
    """Delete a town; plans that were made of it stay. One that a job needs still stays too: 409."""
    await write(request, store.town_list.delete, town, planner(request))
    return Response(status_code=204)
