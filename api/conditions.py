"""What a change may be based on: the revisions that its If-Match names (RFC 9110, 13.1.1)."""

import re
from typing import Literal

from starlette.requests import Request

from api.fields import listed
from api.ogc.etags import etag_of
from gridplan.errors import RequestError
from gridplan.store import Scope

_TAG = re.compile(r'(W/)?"([^"]*)"')
#: No row and no plan has it: a condition that names only other things is never met.
_NEVER = -1
_MOST_DIGITS = 18

#: What the ETag of one row of a register is made for, before its format.
ROW = "row."


def row_etag(register: str, revision: int) -> str:
    """The ETag of one row of a register as GeoJSON."""
    return etag_of(Scope(register, revision), f"{ROW}json")


def plan_etag(plan: str, revision: int) -> str:
    """The ETag of a plan as JSON."""
    return etag_of(Scope(plan, revision), "json")


def rows_based_on(request: Request, register: str) -> frozenset[int] | Literal["*"] | None:
    """The revisions of a row that the request is based on: ``*`` any, None where it does not say."""
    given = listed(request, "if-match")
    if given is None:
        return None
    return "*" if given.strip() == "*" else _revisions(given, register, ROW)


def plan_based_on(request: Request, plan: str, *, needed: bool = False) -> frozenset[int] | None:
    """The revisions of a plan that the request is based on; None where any will do.

    Raises
    ------
    RequestError
        GP582 it does not say, and that is ``needed``.
    """
    given = listed(request, "if-match")
    if given is None and needed:
        raise RequestError("GP582", path=f"/plans/{plan}")
    return None if given is None or given.strip() == "*" else _revisions(given, plan, "")


def _revisions(given: str, name: str, form: str) -> frozenset[int]:
    """The revisions in the strong ETags of that scope; a weak one never matches."""
    found = {_NEVER}
    for weak, text in _TAG.findall(given):
        parts = text.split(".", 2)
        if weak or len(parts) != 3 or not parts[1].isdecimal() or len(parts[1]) > _MOST_DIGITS:
            continue
        revision = int(parts[1])
        if parts[2].startswith(form) and etag_of(Scope(name, revision), parts[2]) == f'"{text}"':
            found.add(revision)
    return frozenset(found)
