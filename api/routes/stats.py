"""Incidents counted by grid, community, kind and period."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.access import who
from api.deps import GivenStore, only
from api.ogc.etags import etag_of, unchanged
from api.stats_models import IncidentStats, definitions, described
from api.viewers import ZonesInForce, check_asked, ended
from gridplan.analysis.incidents.floors import rounded
from gridplan.analysis.incidents.measures import BYS, YEARS, By, Period
from gridplan.analysis.incidents.published import published
from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.spreadsheets import harmless
from gridplan.store import CountQuery, CountTable, Scope, Store

router = APIRouter(tags=["statistics"])

#: Rows of the longest table.
MOST_ROWS = 100_000
_COLUMNS = ("by", "period", "from", "to", "plan", "community", "time_zone", "as_of", "f")
Form = Literal["json", "csv"]
_MEDIA: Mapping[Form, str] = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
Name = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]+$")]


@router.get(
    "/stats/incidents", response_model=IncidentStats, dependencies=[Depends(only(*_COLUMNS))], responses=described(IncidentStats)
)
def incident_stats(
    request: Request,
    store: GivenStore,
    by: Annotated[str, Query(max_length=100, description="of grid, community, kind, period, separated by commas")] = "grid",
    period: Annotated[Period, Query(description="how long a period is, where it is counted by periods")] = "month",
    start: Annotated[str | None, Query(alias="from", description="first day of reporting, 2026-03-01")] = None,
    end: Annotated[str | None, Query(alias="to", description="last day of reporting")] = None,
    plan: Name = None,
    community: Name = None,
    time_zone: Annotated[str, Query(max_length=64, description="where days begin")] = "Asia/Shanghai",
    as_of: Annotated[str | None, Query(description="at the beginning of which day things are overdue; today")] = None,
    form: Annotated[Form, Query(alias="f")] = "json",
) -> Response:
    """Incidents reported, rejected, closed, in time, handed up, and how content people were.

    `plan` counts by the grids of that plan, where incidents lie; without it by the grid in force when they were reported.
    Viewers are told rounded counts of whole months, quarters or years of Asia/Shanghai that have ended, of plans in force, and
    nothing of few households; `from`, `to`, `time_zone` and `as_of` are for planners (GP465).
    """
    names = names_of(by, BYS)
    if not who(request).may("planner"):
        check_asked(request.query_params, period)
        till = ended(period)
        query = CountQuery(till.moment, names, period, start=None, end=till.last, community=community, plan=plan, published=True)
        return _published(request, store, query, form)
    zone = zone_of(time_zone)
    moment = datetime.combine(day_of("as_of", as_of) or datetime.now(zone).date(), time(), zone)
    days = day_of("from", start), day_of("to", end)
    if days[0] is not None and days[1] is not None and days[1] < days[0]:
        raise RequestError("GP508", name="to", why=Phrase("stats.days"))
    asked = CountQuery(moment, names, period, time_zone, *days, community, plan)
    tag = _tag(store.incident_counts.version(asked), asked, form)
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers_of(tag))
    table = _table(store, asked)
    columns = {**table.keys, **{name: values.tolist() for name, values in {**table.counts, **table.rates}.items()}}
    elsewhere = table.elsewhere if asked.plan else None
    made = _Made(table.revision, in_rows(columns), table.total, elsewhere, None)
    return Response(_body(asked, made, form), media_type=_MEDIA[form], headers=headers_of(tag))


@dataclass(frozen=True)
class _Made:
    """A table as it is told; ``revision`` is that of the register, which viewers could count incidents by."""

    revision: int | None
    rows: list[dict[str, Any]]  # texts and numbers, as JSON has them
    total: Mapping[str, Any]  # as above
    elsewhere: int | None
    disclosed: Mapping[str, int] | None


def _published(request: Request, store: Store, asked: CountQuery, form: Form) -> Response:
    """The table for viewers. Its ETag is made from what is told, so that it does not change with every incident."""
    told: ZonesInForce = request.app.state.zones_in_force
    zones = told.told(asked.plan, asked.community)
    table = _table(store, asked)
    shown = published(table.keys, table.counts, zones=zones)
    total = published({}, {name: values.sum(keepdims=True) for name, values in table.counts.items()}, zones=zones)
    elsewhere = int(rounded(table.elsewhere)) if asked.plan else None
    body = _body(asked, _Made(None, in_rows(shown.columns), in_rows(total.columns)[0], elsewhere, shown.rule), form)
    tag = f'"stats.{hashlib.sha256(body).hexdigest()[:24]}"'
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers_of(tag))
    return Response(body, media_type=_MEDIA[form], headers=headers_of(tag))


def _table(store: Store, asked: CountQuery) -> CountTable:
    table = store.incident_counts.table(asked)
    if len(table) > MOST_ROWS:
        raise RequestError("GP188", rows=len(table), most=MOST_ROWS)
    return table


def headers_of(tag: str) -> dict[str, str]:
    """Of a table at an ETag; who asks, and in which language, decides what is told."""
    return {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Language, Authorization"}


def _body(asked: CountQuery, made: _Made, form: Form) -> bytes:
    if form == "csv":
        return csv_text([*asked.by, *definitions()], made.rows)
    told = {
        "by": asked.by,
        "period": asked.period,
        "time_zone": asked.time_zone,
        "plan": asked.plan,
        "community": asked.community,
        "as_of": asked.now.isoformat(),
        "revision": made.revision,
        "rows": made.rows,
        "total": made.total,
        "elsewhere": made.elsewhere,
        "disclosed": made.disclosed,
        "definitions": definitions(),
    }
    return orjson.dumps(told)


def in_rows(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:  # of any table
    """Rows of columns."""
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:  # of any table
    """Rows as CSV that Excel opens as UTF-8; what is not a number is empty."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        values = [row.get(name) for name in columns]
        writer.writerow(["" if value is None or value != value else harmless(value) for value in values])
    return made.getvalue().encode("utf-8-sig")


def names_of(text: str, known: Sequence[By]) -> tuple[By, ...]:
    """The names in a parameter ``by``, in the order of those known.

    Raises
    ------
    RequestError
        GP508 one is not known, or is there twice.
    """
    parts = text.split(",")
    if set(parts) - set(known) or len(set(parts)) < len(parts):
        raise RequestError("GP508", name="by", why=Phrase("stats.by", {"value": text[:80], "known": ", ".join(known)}))
    return tuple(name for name in known if name in parts)


def zone_of(text: str) -> ZoneInfo:
    """The time zone of a parameter.

    Raises
    ------
    RequestError
        GP508 there is none.
    """
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise RequestError("GP508", name="time_zone", why=Phrase("stats.zone", {"value": text[:64]})) from error


def day_of(name: str, text: str | None) -> date | None:
    """The day of a parameter.

    Raises
    ------
    RequestError
        GP508 there is no such day.
    """
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-03-01") else None
    except ValueError:
        day = None
    if day is None or not YEARS[0] <= day <= YEARS[1]:
        raise RequestError("GP508", name=name, why=Phrase("stats.day", {"value": text[:40]}))
    return day


def _tag(version: tuple[int, int], asked: CountQuery, form: str) -> str:
    what = hashlib.sha256(repr((version[1], asked, form)).encode()).hexdigest()[:16]
    return etag_of(Scope("incidents", version[0]), f"stats.{what}")
