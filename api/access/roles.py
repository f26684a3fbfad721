"""Who asks, and the roles: viewer < planner < admin."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.types import Scope

from api.observe.exchange import exchange_of
from gridplan.errors import RequestError
from gridplan.settings import Role

_RANK: dict[Role, int] = {"none": 0, "viewer": 1, "planner": 2, "admin": 3}


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks.

    Attributes
    ----------
    name : as logs and the audit trail say it: ``local``, ``anonymous``, ``token:NAME`` or ``oidc:NAME``.
    role : ``none`` may do nothing.
    """

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Whether what needs ``role`` is allowed.

        Examples
        --------
        >>> Who("token:night shift", "planner").may("viewer")
        True
        """
        return _RANK[self.role] >= _RANK[role]


#: Whoever asks while auth is off: the server listens to this machine alone.
LOCAL = Who("local", "admin")
ANONYMOUS = "anonymous"


def who(request: Request) -> Who:
    """Who asks; found out before any route runs, so this costs nothing."""
    return _who(request.scope)


def _who(scope: Scope) -> Who:
    found = exchange_of(scope).who
    if found is None:
        raise RuntimeError("the app has no add_middleware(): nobody was asked who they are")
    return found


def allowed(request: Request, role: Role) -> Who:
    """Who asks, where they have at least ``role``.

    Raises
    ------
    RequestError
        GP550 nobody said who they are, and that is needed here; GP552 their role is too low.
    """
    asking = who(request)
    check_role(request.scope, asking, role)
    return asking


def check_role(scope: Scope, asking: Who, role: Role) -> None:
    """Nothing, where ``asking`` has at least ``role``.

    Raises
    ------
    RequestError
        GP550, GP552 as :func:`allowed`.
    """
    if asking.may(role):
        return
    if asking.name == ANONYMOUS:
        raise RequestError("GP550", method=scope["method"], path=scope["path"][:200], role=role)
    raise RequestError("GP552", method=scope["method"], path=scope["path"][:200], role=role, who=asking.name, have=asking.role)


def needs(role: Role) -> Callable[[Request], Who]:
    """A dependency that gives who asks, where they have at least ``role``; else 401 or 403 as a problem."""

    async def check(request: Request) -> Who:  # async, since FastAPI runs others in a thread
        return allowed(request, role)

    return check  # type: ignore[return-value]  # FastAPI awaits it
