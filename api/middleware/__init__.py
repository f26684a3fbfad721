"""What stands around the routes, each part a plain ASGI app: it costs microseconds where it has nothing to do."""

from fastapi import FastAPI

from api.access import Identified
from api.access.identified import KnownTokens
from api.middleware.compression import Compressed
from api.middleware.cross_origin import CrossOrigin
from api.middleware.headers_only import HeadersOnly
from api.middleware.limits import Limited
from api.observe import Observed, store_metrics
from gridplan.settings import Settings
from gridplan.store import Store

__all__ = ["add_middleware"]


def add_middleware(app: FastAPI, settings: Settings, store: Store) -> None:
    """Put everything around the routes of ``app``; called once.

    From outside in: ids, logs and numbers; pages of other sites; limits and faults; HEAD; compression; who asks. Puts
    ``tokens``, ``known`` (those found good a moment ago) and ``metrics`` into the state of the app, for the routes of
    tokens and metrics.
    """
    app.state.tokens = store.tokens
    app.state.known = KnownTokens()
    app.state.metrics = store_metrics(store)
    # The last one added is the outermost.
    app.add_middleware(Identified, settings=settings, tokens=app.state.tokens, known=app.state.known)
    app.add_middleware(Compressed)
    app.add_middleware(HeadersOnly)
    app.add_middleware(Limited, limits=settings.limits)
    if settings.cors_origins:
        app.add_middleware(CrossOrigin, settings=settings)
    app.add_middleware(Observed, metrics=app.state.metrics)
