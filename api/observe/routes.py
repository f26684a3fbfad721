"""What watches the service asks: is it alive, is it ready, its numbers."""

from typing import Literal, cast

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from api.access import needs
from api.deps import GivenStore, only
from api.observe.metrics import CONTENT_TYPE, Metrics

router = APIRouter(tags=["service"], dependencies=[Depends(only())])


class State(BaseModel):
    """Whether the service answers."""

    status: Literal["ok"] = "ok"


@router.get("/health")
async def health(request: Request) -> State:
    """That the process is alive; asks no store, so that a lost database does not have it killed."""
    return State()


@router.get("/ready")
def ready(store: GivenStore) -> State:
    """Whether requests can be answered: the store is reached and its tables are of this version; else 503."""
    store.check()
    return State()


@router.get(
    "/metrics",
    dependencies=[Depends(needs("planner"))],
    response_class=Response,
    responses={200: {"content": {CONTENT_TYPE: {"schema": {"type": "string"}}}}},
)
def metrics(request: Request) -> Response:
    """The numbers that Prometheus collects: of every request, so that strangers are not told when an incident is reported."""
    return Response(cast("Metrics", request.app.state.metrics).text(), media_type=CONTENT_TYPE)
