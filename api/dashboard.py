"""The way in to the service for people: what a plan comes to at a glance, and the ways to everything else."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.access.roles import who
from api.observe.named import NamedRoute
from api.ogc.pages import page
from api.ogc.roots import Root
from api.page_files import answered
from api.routes.atlas import MOST_SHEETS
from gridplan.errors import StoreError
from gridplan.maps import DASHBOARD_SCRIPTS, VIEWER_POLICY, dashboard_data, dashboard_file
from gridplan.messages import Language
from gridplan.store import Dataset, Store

#: Plans that can be chosen, the ones saved last.
_CHOICES = 200
#: What is offered of a plan: the path below its address, the query of a link to it, the words; some of it for planners.
_OFFERS = (
    ("/", "page", "dashboard.offer.page"),
    ("/map", "lang", "dashboard.offer.map"),
    ("/viewer", "lang", "page.viewer"),
    ("/collections", "page", "dashboard.offer.collections"),
    ("/download?format=gpkg", "", "dashboard.offer.download"),
)
_FOR_PLANNERS = (("/editor", "lang", "dashboard.offer.editor"),)
#: What is offered besides.
_SERVICES = (
    ("/plans", "page.plans.all"),
    ("/adopted", "page.adopted"),
    ("/collections", "dashboard.offer.registers"),
    ("/tiles", "page.tiles"),
    ("/api", "page.api"),
    ("/conformance", "page.conformance"),
)
_JOBS = (("/jobs", "page.jobs"),)


def routes() -> list[NamedRoute]:
    """The files of the page."""
    return [NamedRoute("/dashboard/{name}", dashboard_part)]


def dashboard(request: Request, root: Root, document: dict[str, Any], language: Language) -> HTMLResponse:
    """The page; the plan that it opens with is the current one."""
    store: Store = request.app.state.store
    plans = store.plans()
    shown = _current(store) if plans else ""
    chosen = [info for info in plans if info.id == shown and info not in plans[-_CHOICES:]]
    planner = who(request).may("planner")
    return page(
        request,
        "dashboard.html",
        language,
        headers={"Content-Security-Policy": VIEWER_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")},
        root=root,
        document=document,
        plans=[*chosen, *plans[-_CHOICES:]],
        more=len(plans) > _CHOICES,
        shown=shown,
        data=dashboard_data(language, shown, chosen="lang" in request.query_params, planner=planner, sheets=MOST_SHEETS),
        scripts=DASHBOARD_SCRIPTS,
        offers=[*_OFFERS, *(_FOR_PLANNERS if planner else ())],
        services=[*_SERVICES, *(_JOBS if planner else ())],
        listed=document["links"],
    )


def _current(store: Store) -> str:
    """The plan adopted last, or where none is adopted the one saved last; empty where it was deleted just now."""
    try:
        return store.scopes.scope(Dataset()).name
    except StoreError:
        return ""


async def dashboard_part(request: Request) -> Response:
    """A file of the page."""
    return answered(request, dashboard_file(request.path_params["name"]))
