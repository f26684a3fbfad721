"""The web service, made from a store and settings, and the server that runs it."""

import ipaddress
import socket
from functools import lru_cache

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from api.errors import handle_errors
from api.headers_only import HeadersOnly
from api.models import Problem
from api.routes import features, health, plans
from gridplan.errors import RequestError
from gridplan.maps import plan_page
from gridplan.messages import Language
from gridplan.settings import Settings
from gridplan.store import Store

#: Map pages kept in memory, since a plan never changes.
_PAGES = 8

_PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "description": "problem+json"} for status in (400, 404, 503)
}


def create_app(store: Store, settings: Settings) -> FastAPI:
    """The service over a store: plans, their layers as GeoJSON, their maps.

    Parameters
    ----------
    store : an open store; the caller closes it.
    settings : language where a request names none.
    """
    # The interactive pages of FastAPI load scripts from the web, so they are off; the description itself is at /openapi.json.
    app = FastAPI(title="gridplan", docs_url=None, redoc_url=None, responses=_PROBLEMS, redirect_slashes=False)
    app.state.store = store
    app.state.settings = settings

    @lru_cache(maxsize=_PAGES)
    def pages(plan: str, language: Language) -> str:
        return plan_page(store.load_plan(plan), language=language)

    app.state.pages = pages
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    handle_errors(app)
    for part in (health, plans, features):
        app.include_router(part.router)
    app.add_middleware(HeadersOnly)
    return app


def serve(store: Store, settings: Settings, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the store until interrupted.

    Raises
    ------
    RequestError
        GP530 ``host`` is not this machine alone and the settings do not allow that; GP531 the port cannot be had.
    """
    check_host(settings, host)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise RequestError("GP531", host=host, port=port, why=str(error)) from error
    with listener:
        config = uvicorn.Config(create_app(store, settings), log_level="warning", server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


def check_host(settings: Settings, host: str) -> None:
    """Nothing, where the settings let the service listen on ``host``.

    Raises
    ------
    RequestError
        GP530 ``host`` is not this machine alone and the settings do not allow that.
    """
    if not settings.allow_public and not _is_loopback(host):
        raise RequestError("GP530", host=host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
