"""Which names the service may be asked by, and which pages may write: the defence against pages of other sites.

While auth is off the browser of whoever runs the server could be used by any page that it shows: by a name that
its owner lets point to 127.0.0.1 (DNS rebinding), or by a form that posts across sites. The Host header gives the
first away, the Origin header the second.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.types import Scope

from gridplan.errors import RequestError
from gridplan.settings import Settings

_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_KEPT = 64
_NAME = re.compile(rb"([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?")


class Hosts:
    """The check of Host and Origin."""

    def __init__(self, settings: Settings) -> None:
        self._auth = settings.auth
        self._hosts = settings.hosts
        self._any = settings.auth and not settings.hosts
        self._origins = frozenset(settings.cors_origins) - {"*"}
        self._good: set[bytes] = set()

    def check(self, scope: Scope) -> None:
        """Nothing, where the request may be answered.

        Raises
        ------
        RequestError
            GP553 the Host header is missing, there twice, or names another host; GP558 any host would do, but it is none;
            GP554 a page of another site writes.
        """
        given = [value for name, value in scope["headers"] if name == b"host"]
        if self._any:
            # Every link is made from it. HTTP/1.0 needs none (RFC 9112, 3.2).
            if len(given) > 1 or not all(map(_NAME.fullmatch, given)) or (not given and scope["http_version"] != "1.0"):
                raise RequestError("GP558")
        elif len(given) != 1 or (given[0] not in self._good and not self._known(given[0])):
            raise RequestError("GP553", host=b", ".join(given).decode("latin-1")[:200] or "-")
        # With auth on a page of another site has no token, and a browser adds none by itself.
        if not self._auth and scope["method"] not in _SAFE:
            self._check_origin(scope)

    def _known(self, given: bytes) -> bool:
        host = host_of(given.decode("latin-1"))
        known = host in self._hosts or is_loopback(host)
        if known and len(self._good) < _KEPT:
            self._good.add(given)
        return known

    def _check_origin(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        if not origin or origin in self._origins:
            return
        own = f"{scope.get('scheme', 'http')}://{headers[b'host'].decode('latin-1')}"
        if origin.lower() != own.lower():
            raise RequestError("GP554", origin=origin[:200])


def host_of(authority: str) -> str:
    """The host of ``host:port`` in lower case, without brackets; empty where it is none.

    Examples
    --------
    >>> host_of("[::1]:8000"), host_of("LocalHost")
    ('::1', 'localhost')
    """
    if any(sign in authority for sign in "@/?#\\ "):
        return ""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine alone.

    Examples
    --------
    >>> is_loopback("127.0.0.2"), is_loopback("::1"), is_loopback("localhost.example.org")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
