"""Headers of a request whose value is a list, which may stand on several lines (RFC 9110, 5.3)."""

from starlette.requests import Request


def listed(request: Request, name: str) -> str | None:
    """The whole list of a header, its lines joined; None where the request has none of that name."""
    lines = request.headers.getlist(name)
    return ", ".join(lines) if lines else None
