"""Parameters of lists: how many, and where a page begins."""

from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticKnownError

from gridplan.store import Cursor

MOST_ROWS = 1_000


def _whole(value: object) -> object:
    """The text of a whole number; pydantic itself would also take 1.0 and 1_0."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise PydanticKnownError("int_parsing")
    return value


_Count = Annotated[int, Field(ge=1, le=MOST_ROWS)]  # bounds outside the validator would not be in the API description
Limit = Annotated[_Count, BeforeValidator(_whole), Query(description="at most so many")]


def cursor_of(text: str | None) -> int | None:
    """The row number that a cursor names; None without one.

    Raises
    ------
    RequestError
        GP570 it is none.
    """
    return None if text is None else Cursor.of(text, ()).fid
