"""Times in requests: RFC 3339 strictly, turned to UTC, in a text whose order is that of time.

The store keeps times as ISO 8601 text in UTC, to the second or finer: 2026-03-01T08:30:00Z. Without the Z, and without
the zeros and point before it, such texts are in order and equal where the times are, however exactly each is written. A date is
the day in UTC: what is compared with one is cut to its first ten characters.
"""

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.store.dialects.scalars import Element
from gridplan.store.filters.values import Value, bound

_TIME = re.compile(
    r"(?P<whole>\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(?P<part>\d{1,12}))?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[01]\d|2[0-3]):(?P<minutes>[0-5]\d))",
    re.ASCII,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
#: Before and after every time there is.
EARLIEST, LATEST = "", "~"


def ordered_time(text: str) -> str | None:
    """The time in UTC as ordered text; None where ``text`` is no time of RFC 3339.

    Examples
    --------
    >>> ordered_time("2026-03-01T08:30:00+08:00"), ordered_time("2026-03-01T08:30:00.50Z"), ordered_time("2026-03-01")
    ('2026-03-01T00:30:', '2026-03-01T08:30:00.5', None)
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    try:
        whole = datetime.fromisoformat(found["whole"].upper()).replace(tzinfo=UTC)
        if found["sign"]:
            ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
            whole = whole - ahead if found["sign"] == "+" else whole + ahead
    except (ValueError, OverflowError):
        return None
    part = f".{found['part']}" if found["part"] else ""
    return f"{whole.isoformat()[:19]}{part}".rstrip("0.")


def ordered_date(text: str) -> str | None:
    """The date; None where ``text`` is no date of RFC 3339."""
    try:
        return text if _DATE.fullmatch(text) and datetime.fromisoformat(text) else None
    except ValueError:
        return None


def instant(text: object, kind: str) -> Value:
    """A ``TIMESTAMP`` or ``DATE`` of a filter.

    Raises
    ------
    RequestError
        GP548 it is none of RFC 3339.
    """
    found = None
    if isinstance(text, str):
        found = ordered_time(text) if kind == "timestamp" else ordered_date(text)
    if found is None:
        raise no_time("filter", text)
    return Value("time" if kind == "timestamp" else "date", bound(found, sa.Text()), found)


def no_time(parameter: str, text: object) -> RequestError:
    """The refusal of a time."""
    return RequestError("GP548", name=parameter, value=str(text)[:80])


def as_moment(operator: str, value: Value) -> Value:
    """A text that is compared with a time, as the time or date that it writes.

    Raises
    ------
    RequestError
        GP543 it writes none.
    """
    if isinstance(value.known, str):
        for kind, found in (("time", ordered_time(value.known)), ("date", ordered_date(value.known))):
            if found is not None:
                return Value("time" if kind == "time" else "date", bound(found, sa.Text()), found)
    raise RequestError("GP543", operator=operator, expected=Phrase("filter.kind.time"), found=Phrase("filter.kind.text"))


def as_date(value: Value) -> Value:
    """A time cut to its day in UTC."""
    if value.kind == "date":
        return value
    if isinstance(value.known, str):
        day = value.known[:10]
        return Value("date", bound(day, sa.Text()), day)
    day_text: Element = sa.func.substr(value.sql, 1, 10, type_=sa.Text())
    return Value("date", day_text)
