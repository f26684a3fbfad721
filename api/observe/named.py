"""A route whose template the metrics know."""

from starlette.routing import Route
from starlette.types import Receive, Scope, Send


class NamedRoute(Route):
    """As Starlette's; FastAPI's router tells of its own kind of route alone which of them answers."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and leave word of it."""
        scope["route"] = self
        await super().handle(scope, receive, send)
