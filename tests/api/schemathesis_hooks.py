"""Where the checks of schemathesis and the standard differ, and the bodies that it cannot make by itself.

A ``limit`` above the maximum must not be an error (OGC 17-069r4, /req/core/fc-limit-response-1 C), though the API definition says
what the maximum is, so such values are not held against the service where they are accepted.

``positive_data_acceptance`` is asked only where every text is right: the standard has ``filter``, ``datetime``, ``bbox``, ``crs``
and bodies as texts and numbers of which most must be refused with 400 (/req/core/query-param-invalid,
/req/features-filter/response E), and writes without the right If-Match with 412 or 428 (RFC 9110, 13.1.1; RFC 6585, 3).
"""

from typing import Any

import schemathesis
from schemathesis import Case, HookContext

MOST = 10_000


@schemathesis.hook
def filter_case(context: HookContext, case: Case[Any]) -> bool:  # of any specification
    """Whether the case is one that the standard and the check agree about."""
    limit = str((case.query or {}).get("limit", ""))
    return not (limit.isdecimal() and int(limit) > MOST)


@schemathesis.serializer("application/geopackage+sqlite3")
def _geopackage(context: schemathesis.SerializationContext, value: object) -> bytes:
    """Bytes that are no GeoPackage, which must be refused."""
    return value if isinstance(value, bytes) else str(value).encode()
