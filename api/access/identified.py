"""Finds out who asks before any route runs."""

from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.addresses import check_address
from api.access.hosts import Hosts
from api.access.roles import ANONYMOUS, LOCAL, Who, check_role
from api.observe.exchange import exchange_of
from gridplan.errors import RequestError
from gridplan.settings import Oidc, Settings
from gridplan.store import PREFIX, Tokens

if TYPE_CHECKING:
    from api.access.oidc import OidcKeys

#: A token that was found good is not looked up again for so long; so long at most a revoked one works on in another
#: process. In the process that revokes it, it ends at once.
KEPT_S = 5.0
_MOST_KEPT = 4096

#: Whether the service lives is told to everybody: what asks that has no token.
_OPEN = frozenset(("/health", "/ready"))


class KnownTokens:
    """Those who were found good a moment ago, by the hash of their token, so that no token stays in memory."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[Who, float]] = {}

    def get(self, key: bytes) -> Who | None:
        """Who has the token, where that is still known."""
        kept = self._kept.get(key)
        return kept[0] if kept is not None and kept[1] > monotonic() else None

    def put(self, key: bytes, found: Who, seconds: float) -> None:
        """Remember for a moment; not beyond the token's own end."""
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[key] = found, monotonic() + min(KEPT_S, seconds)

    def clear(self) -> None:
        """Look every token up anew, since one was revoked."""
        self._kept.clear()


class Identified:
    """Puts who asks into the request, or refuses it.

    While auth is off everyone is admin, and the Host header must name this machine. While it is on, a bearer token is
    one of the service's own (``gp_...``), looked up by its hash, or one that the OpenID issuer signed.
    """

    def __init__(self, app: ASGIApp, settings: Settings, tokens: Tokens, known: KnownTokens) -> None:
        self.app = app
        self._auth = settings.auth
        self._anonymous = Who(ANONYMOUS, settings.anonymous)
        self._hosts = Hosts(settings)
        self._tokens = tokens
        self._oidc = _keys_of(settings.oidc) if settings.oidc else None
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with who asks, or raise why not."""
        if scope["type"] == "http":
            await self._identify(scope)
            check_address(scope)
        await self.app(scope, receive, send)

    async def _identify(self, scope: Scope) -> None:
        exchange = exchange_of(scope)
        self._hosts.check(scope)
        if not self._auth:
            exchange.who = LOCAL
            return
        given = exchange.headers.get(b"authorization")
        exchange.who = self._anonymous if given is None else await self._bearer(given)
        if scope["path"] not in _OPEN:
            check_role(scope, exchange.who, "viewer")

    async def _bearer(self, given: bytes) -> Who:
        kind, _, text = given.partition(b" ")
        text = text.strip()
        if kind.lower() != b"bearer" or not text or not text.isascii():
            raise RequestError("GP551", why="the Authorization header is not of the form 'Bearer TOKEN'")
        key = sha256(text).digest()
        known = self._known.get(key)
        if known is not None:
            return known
        found, seconds = await anyio.to_thread.run_sync(self._look_up, text.decode("ascii"))
        self._known.put(key, found, seconds)
        return found

    def _look_up(self, text: str) -> tuple[Who, float]:
        """Who has the token, and for how many seconds more."""
        if text.startswith(PREFIX):
            token = self._tokens.find(text)
            if token is None:
                raise RequestError("GP551", why="the token is unknown, past its end or revoked")
            return Who(f"token:{token.name}", token.role), token.seconds_left()
        if self._oidc is None:
            raise RequestError("GP551", why="the token is none of this service's, and no other issuer is set up")
        return self._oidc.identify(text)


def _keys_of(oidc: Oidc) -> "OidcKeys":
    from api.access.oidc import OidcKeys  # cryptography is large: only a service with an issuer loads it

    return OidcKeys(oidc)
