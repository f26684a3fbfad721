"""Addresses whose escapes give no text: refused, since a replaced character would ask for something else."""

from urllib.parse import unquote_to_bytes

from starlette.types import Scope

from gridplan.errors import RequestError

_REPLACED = "\ufffd"


def check_address(scope: Scope) -> None:
    """Nothing, where the address is text.

    Raises
    ------
    RequestError
        GP511 the path is no UTF-8, or holds a zero byte, which PostgreSQL does not take; GP593 the query is no UTF-8.
    """
    path = scope["path"]
    if "\0" in path or (_REPLACED in path and _no_text(scope["raw_path"])):
        raise RequestError("GP511", path=path[:200])
    query = scope["query_string"]
    wrong = _no_text(query) if b"%" in query else ""
    if wrong:
        raise RequestError("GP593", value=wrong)


def _no_text(escaped: bytes) -> str:
    """The first escapes that are no UTF-8; empty where there are none."""
    plain = unquote_to_bytes(escaped)
    try:
        plain.decode()
    except UnicodeDecodeError as error:
        return "".join(f"%{byte:02X}" for byte in plain[error.start : error.end])
    return ""
