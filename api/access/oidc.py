"""Bearer tokens that an OpenID Connect issuer signed."""

import json
import threading
import time
import urllib.request
from collections.abc import Mapping
from urllib.error import HTTPError, URLError

import jwt

from api.access.roles import Who
from gridplan.errors import RequestError
from gridplan.settings import Oidc, Role

#: Signatures by a private key alone; never HS..., whose key would be the public one.
_ALGORITHMS = ("RS256", "ES256")
_NEEDED = ("exp", "iss", "aud", "sub")
_LEEWAY_S = 30
_TIMEOUT_S = 5.0
#: The keys are fetched anew after so long, or for a key id that is not among them, but then no sooner than after the second.
_KEYS_S = 300.0
_AGAIN_S = 30.0
_LONGEST = 16_384


class _Keys(jwt.PyJWKClient):
    """The issuer's keys; where they could not be had, nobody asks again for a while."""

    def __init__(self, url: str, *, again_s: float) -> None:
        super().__init__(url, lifespan=_KEYS_S, timeout=_TIMEOUT_S, cooldown_duration=again_s)
        self._failed = -again_s
        self._again_s = again_s

    def fetch_data(self) -> object:
        if time.monotonic() - self._failed < self._again_s:
            raise jwt.PyJWKClientConnectionError("the last try failed a moment ago")
        try:
            return super().fetch_data()
        except Exception:
            self._failed = time.monotonic()
            raise


class OidcKeys:
    """Says who a signed token stands for.

    Parameters
    ----------
    again_s : seconds until keys are asked for again for an unknown key id, and after a failure.
    """

    def __init__(self, settings: Oidc, *, again_s: float = _AGAIN_S) -> None:
        self._settings = settings
        self._again_s = again_s
        self._lock = threading.Lock()
        self._client: _Keys | None = None
        self._failed = -again_s

    def identify(self, text: str) -> tuple[Who, float]:
        """Who the token stands for, and for how many seconds more.

        Raises
        ------
        RequestError
            GP551 the token is not to be believed; GP560 the issuer's keys cannot be had.
        """
        if len(text) > _LONGEST:
            raise RequestError("GP551", why=f"it is longer than {_LONGEST} characters")
        try:
            header = jwt.get_unverified_header(text)
            if header.get("alg") not in _ALGORITHMS or not isinstance(header.get("kid"), str):
                raise jwt.InvalidTokenError("it must be signed by RS256 or ES256 and name its key")
            key = self._keys().get_signing_key(header["kid"])
            claims = jwt.decode(
                text,
                key,
                algorithms=_ALGORITHMS,
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                leeway=_LEEWAY_S,
                options={"require": list(_NEEDED)},
            )
        except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError) as error:
            raise RequestError("GP560") from error
        except jwt.PyJWKClientError as error:
            raise RequestError("GP551", why="the issuer has no key of that id") from error
        except jwt.PyJWTError as error:
            raise RequestError("GP551", why=str(error)[:200]) from error
        name = claims.get(self._settings.name_claim)
        shown = name if isinstance(name, str) and name else claims["sub"]
        return Who(f"oidc:{shown[:200]}", self._role(claims)), float(claims["exp"]) + _LEEWAY_S - time.time()

    def _role(self, claims: Mapping[str, object]) -> Role:
        """The highest role that the claim's names stand for."""
        value: object = claims
        for part in self._settings.role_claim.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        names = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
        found = {self._settings.roles.get(name) for name in names if isinstance(name, str)}
        return next((role for role in ("admin", "planner", "viewer") if role in found), "none")

    def _keys(self) -> _Keys:
        """The client of the keys; its address is found by discovery where the settings name none."""
        with self._lock:
            if self._client is None:
                self._client = _Keys(self._settings.keys_url or self._discover(), again_s=self._again_s)
            return self._client

    def _discover(self) -> str:
        if time.monotonic() - self._failed < self._again_s:
            raise jwt.PyJWKClientConnectionError("the last try failed a moment ago")
        address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            with urllib.request.urlopen(address, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - the settings allow http and https alone
                found = json.loads(answer.read(1_000_000))
            if found["issuer"] != self._settings.issuer:
                raise ValueError("it names another issuer")
            return str(found["jwks_uri"])
        except (URLError, OSError, ValueError, KeyError, TypeError) as error:
            if isinstance(error, HTTPError):
                error.close()
            self._failed = time.monotonic()
            raise jwt.PyJWKClientConnectionError(f"discovery failed: {error}") from error
