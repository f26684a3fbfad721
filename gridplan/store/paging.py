"""Pages by keys: the order of rows, and the cursor that says where a page begins or ends."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from gridplan.errors import RequestError
from gridplan.store.dialects import Dialect

#: Properties to sort by, each with whether descending.
Sorting = tuple[tuple[str, bool], ...]
Value = str | int | float | bool | None

#: Characters of a cursor: the longest text that a register takes, sorted by, and then some.
_MOST_TEXT = 20_000
_MOST_FID = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """A row that a page begins after, or ends before: its number and the values that it is sorted by."""

    fid: int
    values: tuple[Value, ...] = ()
    before: bool = False

    def text(self, sort: Sorting = ()) -> str:
        """The cursor as it stands in the links of pages in that order."""
        return base64.urlsafe_b64encode(orjson.dumps([self.before, self.fid, *_order(sort), *self.values])).decode().rstrip("=")

    @classmethod
    def of(cls, text: str, sort: Sorting) -> "Cursor":
        """The cursor in a link.

        Raises
        ------
        RequestError
            GP570 it is none, or one of another order.

        Examples
        --------
        >>> Cursor.of(Cursor(7).text(), ()).fid
        7
        """
        wrong = RequestError("GP570", value=text[:80])
        if len(text) > _MOST_TEXT:
            raise wrong
        try:
            parts = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        except (binascii.Error, ValueError) as error:
            raise wrong from error
        order = _order(sort)
        if not isinstance(parts, list) or len(parts) != 2 + len(order) + len(sort) or parts[2 : 2 + len(order)] != order:
            raise wrong
        before, fid, *values = parts[:2] + parts[2 + len(order) :]
        fit = type(before) is bool and type(fid) is int and 0 <= fid <= _MOST_FID
        if not fit or not all(value is None or type(value) in (str, int, float, bool) for value in values):
            raise wrong
        return cls(fid, tuple(values), before)


def _order(sort: Sorting) -> list[str]:
    """The order that a cursor belongs to; nothing for the rows' own."""
    return [",".join(f"{'-' if descending else '+'}{name}" for name, descending in sort)] if sort else []


def ordering(sort: Sorting, columns: Mapping[str, sa.ColumnElement[Any]], dialect: Dialect, *, back: bool) -> list[Any]:
    """The terms to order by, empty values last, the number of the row at the end; the other way round for ``back``."""
    terms = []
    for column, descending in _terms(sort, columns, dialect):
        terms.append(column.desc() if descending != back else column.asc())
    return terms


def beyond(
    cursor: Cursor, sort: Sorting, columns: Mapping[str, sa.ColumnElement[Any]], dialect: Dialect
) -> sa.ColumnElement[bool]:
    """The rows after the cursor, or before it where it ends a page.

    Raises
    ------
    RequestError
        GP570 its values are of other types than the columns, as in one that somebody made up.
    """
    if not sort:  # the usual case, bound so that the statement is the same for every page
        number = sa.bindparam("beyond", type_=sa.BigInteger())
        return columns["fid"] < number if cursor.before else columns["fid"] > number
    at: list[Value] = []
    if not all(_fits(value, columns[name]) for value, (name, _) in zip(cursor.values, sort, strict=True)):
        raise RequestError("GP570", value=cursor.text()[:80])
    for value in cursor.values:
        at += [int(value is None), value]
    same: list[sa.ColumnElement[bool]] = []
    either = []
    for (column, descending), value in zip(_terms(sort, columns, dialect), [*at, cursor.fid], strict=True):
        if value is None:
            continue  # all empty values are equal
        # Bound with its type, since SQLAlchemy takes a bare true or false for a keyword, and SQLite gave it as 0 or 1.
        whole = bool(value) if isinstance(column.type, sa.Boolean) else value
        edge: sa.BindParameter[Any] = sa.bindparam(None, whole, type_=column.type, unique=True)
        past = column < edge if descending != cursor.before else column > edge
        either.append(sa.and_(*same, past))
        same.append(column == edge)
    return sa.or_(*either)


def _fits(value: Value, column: sa.ColumnElement[Any]) -> bool:
    """Whether the value may stand in the column; SQLite has 0 and 1 for false and true."""
    if value is None:
        return True
    if isinstance(column.type, sa.Boolean):
        return value in (0, 1)
    if isinstance(column.type, sa.Text):
        return isinstance(value, str) and "\0" not in value
    if isinstance(value, bool | str):
        return False
    return -_MOST_FID <= value <= _MOST_FID if isinstance(value, int) else isinstance(column.type, sa.Double)


def _terms(sort: Sorting, columns: Mapping[str, sa.ColumnElement[Any]], dialect: Dialect) -> Sequence[tuple[Any, bool]]:
    terms: list[tuple[Any, bool]] = []
    for name, descending in sort:
        column = columns[name]
        terms.append((sa.case((column.is_(None), 1), else_=0), False))
        terms.append((dialect.by_code_point(column) if isinstance(column.type, sa.Text) else column, descending))
    return [*terms, (columns["fid"], False)]
