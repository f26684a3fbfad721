"""The web service, made from a store and settings."""

from http import HTTPStatus

from fastapi import FastAPI

from api import dashboard
from api.access.routes import router as tokens
from api.errors import PROBLEM, STATUS, handle_errors
from api.jobs import running_jobs
from api.map_pages import MapPages
from api.middleware import add_middleware
from api.models import Problem
from api.observe.routes import router as observed
from api.ogc.routes import routes
from api.ogc.threads import Readers
from api.routes import (
    atlas,
    coverage,
    downloads,
    editor,
    edits,
    incidents,
    jobs,
    maps,
    plan_counts,
    plan_stats,
    plans,
    registration,
    repeats,
    reviews,
    stats,
    tiles,
    towns,
    viewer,
)
from api.viewers import ZonesInForce
from api.watching import Watch
from api.writers import writers
from gridplan.analysis.incidents.limits import load_limits
from gridplan.settings import Settings
from gridplan.store import Store

_PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"description": HTTPStatus(status).phrase, "content": {PROBLEM: {"schema": Problem.model_json_schema()}}}
    for status in sorted(set(STATUS.values()))
}


def create_app(store: Store, settings: Settings) -> FastAPI:
    """The service over a store: plans, their layers as GeoJSON, their maps.

    Parameters
    ----------
    store : an open store; the caller closes it.
    settings : language where a request names none; how long an answer, and so a statement of the store, may take.
    """
    # The interactive pages of FastAPI load scripts from the web, so they are off; the description itself is at /openapi.json.
    app = FastAPI(
        title="gridplan", docs_url=None, redoc_url=None, responses=_PROBLEMS, redirect_slashes=False, lifespan=running_jobs
    )
    store.give_up_after(settings.limits.answer_s)
    store.publish_every(settings.limits.publish_s)
    app.state.store = store
    app.state.settings = settings
    app.state.case_limits = load_limits(settings.case_limits)
    app.state.readers = Readers()
    app.state.writers = writers()
    app.state.watch = Watch(store, app.state.readers.pool, settings.limits.listeners)
    app.state.maps = MapPages(store)
    app.state.zones_in_force = ZonesInForce(store)
    handle_errors(app)
    # Paths are tried in order, so those that are asked for most stand first.
    told = [*routes(), *tiles.routes(), *viewer.routes(), *dashboard.routes(), *editor.routes()]
    often = [route for route in told if route.path.endswith(("/items", "/{col}"))]
    app.router.routes += [*often, *(route for route in told if route not in often)]
    for router in (
        plans.router,
        downloads.router,
        maps.router,
        coverage.router,
        plan_counts.router,
        stats.router,
        repeats.router,
        plan_stats.router,
        registration.router,
        atlas.router,
        edits.router,
        reviews.router,
        jobs.router,
        towns.router,
        incidents.router,
        tokens,
        observed,
    ):
        app.include_router(router)
    add_middleware(app, settings, store)
    return app
