"""HEAD: what GET would answer, without the body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadersOnly:
    """Lets every route for GET answer HEAD as well (RFC 9110, 9.3.2), as monitors and proxies ask."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a HEAD as the GET that it stands for, whose body is dropped; let all else pass."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        ended = False

        async def without_body(message: Message) -> None:
            nonlocal ended
            if message["type"] != "http.response.body":
                await send(message)
            elif not ended:
                # The end comes with the first part of a body: what is sent part by part might have none.
                ended = True
                await send({**message, "body": b"", "more_body": False})

        inner = {**scope, "method": "GET"}
        try:
            await self.app(inner, receive, without_body)
        finally:
            scope["route"] = inner.get("route")  # for the metrics, which stand outside
