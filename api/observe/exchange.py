"""One request and its answer, as the parts of the service that stand around the routes share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.types import Scope

if TYPE_CHECKING:
    from api.access.roles import Who

STATE = "exchange"


class Exchange:
    """One request and its answer; one is made a request, so it has slots and no checks.

    Attributes
    ----------
    id : what the request is called in logs and answers.
    headers : of the request by lower-case name; the last of several.
    status : of the answer once it has begun, else 0.
    sent : bytes of the answer's body so far.
    who : who asks, once that is known.
    """

    __slots__ = ("headers", "id", "sent", "status", "who")

    def __init__(self, request_id: str, headers: dict[bytes, bytes]) -> None:
        self.id = request_id
        self.headers = headers
        self.status = 0
        self.sent = 0
        self.who: Who | None = None


def exchange_of(scope: Scope) -> Exchange:
    """The exchange that a scope belongs to; made where nothing outside has made it."""
    state = scope.setdefault("state", {})
    found: Exchange | None = state.get(STATE)
    if found is None:
        found = state[STATE] = Exchange("-", dict(scope["headers"]))
    return found
