"""Pages of other sites that may call the service (CORS)."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.observe.exchange import exchange_of
from gridplan.settings import Settings

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_ASKED = ("Authorization", "Content-Type", "Content-Crs", "If-Match", "If-None-Match", "Prefer", "X-Request-ID")
_EXPOSED = ("ETag", "Link", "Location", "Content-Crs", "Retry-After", "X-Request-ID")
_PREFLIGHT_S = 3600
_VARY = (b"vary", b"Origin")


class CrossOrigin(CORSMiddleware):
    """Starlette's, with a short way for requests that no page of another site makes."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(
            app,
            allow_origins=settings.cors_origins,
            allow_methods=_METHODS,
            allow_headers=_ASKED,
            expose_headers=_EXPOSED,
            max_age=_PREFLIGHT_S,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a question of a browser, or pass the request on and tell the browser who may read the answer."""
        if scope["type"] != "http" or b"origin" in exchange_of(scope).headers:
            await super().__call__(scope, receive, send)
            return

        async def varied(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), _VARY]}
            await send(message)

        await self.app(scope, receive, varied)
