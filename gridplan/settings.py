"""The settings that come from the environment; read once by the command line and by the web server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from gridplan.errors import InputError
from gridplan.messages import Language

DEFAULT_STORE = "gridplan.gpkg"
ROLES = ("viewer", "planner", "admin")
Role = Literal["none", "viewer", "planner", "admin"]
Environment = Mapping[str, str]


@dataclass(frozen=True)
class Oidc:
    """Whose signed bearer tokens are believed (OpenID Connect).

    Attributes
    ----------
    issuer : ``GRIDPLAN_OIDC_ISSUER``, what a token must name as ``iss``; its discovery document is read where no key
        address is given.
    audience : ``GRIDPLAN_OIDC_AUDIENCE``, what a token must name in ``aud``.
    keys_url : ``GRIDPLAN_OIDC_JWKS_URL``, where the public keys are; empty: found by discovery.
    role_claim : ``GRIDPLAN_OIDC_ROLE_CLAIM``, the claim that lists roles, dots lead inwards (``realm_access.roles``).
    roles : ``GRIDPLAN_OIDC_ROLES``, the names in that claim for each role: ``planner=editors|gis,admin=owners``.
    name_claim : ``GRIDPLAN_OIDC_NAME_CLAIM``, what people are called in logs and the audit trail; ``sub`` where it is missing.
    """

    issuer: str
    audience: str
    keys_url: str = ""
    role_claim: str = "roles"
    roles: Mapping[str, Role] = field(default_factory=lambda: {"viewer": "viewer", "planner": "planner", "admin": "admin"})
    name_claim: str = "preferred_username"


@dataclass(frozen=True)
class Limits:
    """What one client, or all together, may ask of the server, and what it may take for that.

    Attributes
    ----------
    body_bytes : ``GRIDPLAN_BODY_BYTES``, the largest body of a request.
    file_bytes : ``GRIDPLAN_FILE_BYTES``, the largest body that is a file of incidents; it is kept on disk, not in memory.
    requests : ``GRIDPLAN_REQUESTS``, requests answered at the same time; more are told to come back.
    listeners : ``GRIDPLAN_LISTENERS``, open editors that are told of changes at once; each is one of the requests.
    connections : ``GRIDPLAN_CONNECTIONS``, open connections, idle ones included.
    answer_s : ``GRIDPLAN_ANSWER_S``, seconds until an answer must begin; of a file of incidents they begin when it is in.
    client_s : ``GRIDPLAN_CLIENT_S``, seconds that a client may take to send a request or to read an answer, and one
        more for each 10,000 bytes that it moves.
    stop_s : ``GRIDPLAN_STOP_S``, seconds that running requests are given when the server is told to stop.
    publish_s : ``GRIDPLAN_PUBLISH_S``, seconds for which what viewers are told of incidents stays as it is, by the clock.
    memory_bytes : ``GRIDPLAN_MEMORY_BYTES``, what is kept in memory to answer from; it grows up to that as clients ask.
    """

    body_bytes: int = 16 * 1024 * 1024
    file_bytes: int = 512 * 1024 * 1024
    requests: int = 256
    listeners: int = 100
    connections: int = 1024
    answer_s: int = 60
    client_s: int = 20
    stop_s: int = 20
    publish_s: int = 3600
    memory_bytes: int = 512 * 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    Attributes
    ----------
    database_url : ``GRIDPLAN_DATABASE_URL``, a PostGIS database as ``postgresql://user:password@host/name``; empty: none.
    store : ``GRIDPLAN_STORE``, the GeoPackage file that keeps plans where there is no database.
    language : ``GRIDPLAN_LANG``, ``en`` or ``zh``; else what ``LANG`` begins with, else English.
    auth : ``GRIDPLAN_AUTH`` = ``on`` asks who one is; ``off``: everyone is admin, and only this machine may connect.
    approval : ``GRIDPLAN_APPROVAL`` = ``on``: only an approved plan is adopted; ``off``: a draft may be, too.
    case_limits : ``GRIDPLAN_CASE_LIMITS``, a TOML file with the hours that steps of incidents may take; None: our own.
    anonymous : ``GRIDPLAN_ANONYMOUS``, the role of those without a token while auth is on: ``viewer`` or ``none``.
    hosts : ``GRIDPLAN_HOSTS``, the names that the service may be asked by besides those of this machine, separated by
        commas; empty: none while auth is off, any while it is on.
    cors_origins : ``GRIDPLAN_CORS_ORIGINS``, the web sites whose pages may call the service, separated by commas, or ``*``.
    oidc : the ``GRIDPLAN_OIDC_...`` settings; None: only the service's own tokens are believed.
    limits : what one client, or all together, may ask.
    """

    database_url: str = ""
    store: Path = Path(DEFAULT_STORE)
    language: Language = "en"
    auth: bool = False
    approval: bool = False
    case_limits: Path | None = None
    anonymous: Role = "viewer"
    hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    oidc: Oidc | None = None
    limits: Limits = Limits()

    @classmethod
    def from_environment(cls, environ: Environment) -> "Settings":
        """The settings in ``environ``.

        Raises
        ------
        InputError
            GP118 a variable holds what it cannot.

        Examples
        --------
        >>> Settings.from_environment({"GRIDPLAN_LANG": "zh"}).language
        'zh'
        """
        spoken = environ.get("GRIDPLAN_LANG") or environ.get("LANG", "")
        auth = _one_of(environ, "GRIDPLAN_AUTH", "off", "on") == "on"
        origins = _listed(environ, "GRIDPLAN_CORS_ORIGINS")
        if "*" in origins and not auth:
            # While everyone is admin, any page in the same browser could read and write all.
            raise InputError(
                "GP118", name="GRIDPLAN_CORS_ORIGINS", value="*", expected="a list of sites while GRIDPLAN_AUTH is off"
            )
        return cls(
            database_url=environ.get("GRIDPLAN_DATABASE_URL", "").strip(),
            store=Path(environ.get("GRIDPLAN_STORE") or DEFAULT_STORE),
            language="zh" if spoken.lower().startswith("zh") else "en",
            auth=auth,
            approval=_one_of(environ, "GRIDPLAN_APPROVAL", "off", "on") == "on",
            case_limits=Path(limits) if (limits := environ.get("GRIDPLAN_CASE_LIMITS", "").strip()) else None,
            anonymous="viewer" if _one_of(environ, "GRIDPLAN_ANONYMOUS", "viewer", "none") == "viewer" else "none",
            hosts=tuple(host.lower() for host in _listed(environ, "GRIDPLAN_HOSTS")),
            cors_origins=origins,
            oidc=_oidc(environ),
            limits=_limits(environ),
        )

    @property
    def database(self) -> str:
        """Where plans are kept, to be shown: the database without its password, or the file.

        Examples
        --------
        >>> Settings(database_url="postgresql://planner:secret@db/gridplan").database
        'postgresql://planner:***@db/gridplan'
        """
        if not self.database_url:
            return str(self.store)
        parts = urlsplit(self.database_url)
        account, at, host = parts.netloc.rpartition("@")
        user, colon, _ = account.partition(":")
        shown = f"{user}:***{at}{host}" if colon else parts.netloc
        return urlunsplit((parts.scheme, shown, parts.path, "", ""))


def _listed(environ: Environment, name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in environ.get(name, "").split(",") if part.strip())


def _one_of(environ: Environment, name: str, *known: str) -> str:
    """What ``name`` says, else the first of ``known``."""
    value = environ.get(name, "").strip().lower() or known[0]
    if value not in known:
        raise InputError("GP118", name=name, value=value[:80], expected=" / ".join(known))
    return value


def _limits(environ: Environment) -> Limits:
    given = {}
    for name in Limits.__dataclass_fields__:
        variable = f"GRIDPLAN_{name.upper()}"
        value = environ.get(variable, "").strip()
        if value and (not value.isdecimal() or not 1 <= int(value) <= 2**40):
            raise InputError("GP118", name=variable, value=value[:80], expected="1, 2, 3, ...")
        if value:
            given[name] = int(value)
    return Limits(**given)


def _oidc(environ: Environment) -> Oidc | None:
    issuer, audience, keys_url = (environ.get(f"GRIDPLAN_OIDC_{name}", "").strip() for name in ("ISSUER", "AUDIENCE", "JWKS_URL"))
    if not issuer and not audience and not keys_url:
        return None
    for name, value in (("ISSUER", issuer), ("AUDIENCE", audience)):
        if not value:
            raise InputError("GP118", name=f"GRIDPLAN_OIDC_{name}", value="-", expected="set, since the other is")
    for name, value in (("ISSUER", issuer), ("JWKS_URL", keys_url or issuer)):
        if not value.startswith(("http://", "https://")):
            raise InputError("GP118", name=f"GRIDPLAN_OIDC_{name}", value=value[:80], expected="https://...")
    default = Oidc(issuer, audience)
    return Oidc(
        issuer,
        audience,
        keys_url,
        environ.get("GRIDPLAN_OIDC_ROLE_CLAIM", "").strip() or default.role_claim,
        _mapped_roles(environ) or default.roles,
        environ.get("GRIDPLAN_OIDC_NAME_CLAIM", "").strip() or default.name_claim,
    )


def _mapped_roles(environ: Environment) -> dict[str, Role]:
    """The role of each name that the claim may list."""
    mapped: dict[str, Role] = {}
    for part in _listed(environ, "GRIDPLAN_OIDC_ROLES"):
        role, equals, names = part.partition("=")
        if role not in ROLES or not equals or not names:
            raise InputError("GP118", name="GRIDPLAN_OIDC_ROLES", value=part[:80], expected="planner=NAME|NAME,admin=NAME")
        for name in names.split("|"):
            mapped[name.strip()] = role  # type: ignore[assignment]  # it is one of ROLES
    return mapped
