"""The page that shows every layer from vector tiles, below each root, and the files that it loads."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.deps import spoken
from api.observe.named import NamedRoute
from api.ogc.parameters import once
from api.ogc.roots import ROOTS, Root, root_of
from api.ogc.threads import read
from api.page_files import answered
from api.tilesets import extent
from gridplan.contracts import REGISTERS
from gridplan.maps import VIEWER_POLICY, viewer_file, viewer_page
from gridplan.messages import Language
from gridplan.store import Store


def routes() -> list[NamedRoute]:
    """The page below each root, and its files below that of the service."""
    return [*(NamedRoute(f"{root}/viewer", viewer) for root in ROOTS), NamedRoute("/viewer/{name}", viewer_part)]


async def viewer(request: Request) -> Response:
    """The page of a root; ``lang`` is the language that it opens in."""
    root = root_of(request)
    once(request.query_params, ("lang",))
    return await read(request, _page, request, root, spoken(request))


def _page(request: Request, root: Root, language: Language) -> Response:
    store: Store = request.app.state.store
    name, bounds = "", None
    plans = store.plans()
    empty = not plans and not root.path
    if not empty:
        bounds = extent(store, root, [layer for layer in store.tiles.layers(root.dataset) if layer not in REGISTERS])
        plan = store.scopes.scope(root.dataset).name
        name = next((info.name for info in plans if info.id == plan), plan)
    html = viewer_page(name=name, root="../" * (root.path.count("/")), language=language, bounds=bounds, empty=empty)
    headers = {"Content-Security-Policy": VIEWER_POLICY, "Cache-Control": "no-cache", "Vary": "Accept-Language, Accept-Encoding"}
    return HTMLResponse(html, headers={**headers, "Content-Language": language})


async def viewer_part(request: Request) -> Response:
    """A file of the page."""
    return answered(request, viewer_file(request.path_params["name"]))
