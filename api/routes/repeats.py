"""Incidents that came again at one place, counted by grid, community, kind and period."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.access import who
from api.deps import GivenStore, only
from api.ogc.etags import unchanged
from api.routes.stats import MOST_ROWS, Form, Name, csv_text, day_of, headers_of, in_rows, names_of, zone_of
from api.stats_models import RepeatStats, described
from api.viewers import ZonesInForce, check_asked, ended
from gridplan.analysis.incidents.measures import BYS, Period
from gridplan.analysis.incidents.published import published_repeats, repeat_shares
from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.store import CountQuery, RepeatTable, Store

router = APIRouter(tags=["statistics"])

_COLUMNS = ("by", "period", "from", "to", "plan", "community", "time_zone", "within", "days", "f")
#: What a repeat is where nobody says, and to viewers always: who may choose both finds how far two reports lie apart.
WITHIN_M, DAYS = 30, 30
_MEDIA = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@router.get(
    "/stats/incidents/repeats",
    response_model=RepeatStats,
    dependencies=[Depends(only(*_COLUMNS))],
    responses=described(RepeatStats),
)
def repeat_stats(
    request: Request,
    store: GivenStore,
    by: Annotated[str, Query(max_length=100, description="of grid, community, kind, period, separated by commas")] = "grid",
    period: Annotated[Period, Query(description="how long a period is, where it is counted by periods")] = "month",
    start: Annotated[str | None, Query(alias="from", description="first day of reporting, 2026-03-01")] = None,
    end: Annotated[str | None, Query(alias="to", description="last day of reporting")] = None,
    plan: Name = None,
    community: Name = None,
    time_zone: Annotated[str, Query(max_length=64, description="where days begin")] = "Asia/Shanghai",
    within: Annotated[int, Query(ge=1, le=1000, description="metres from the earlier one; planners alone")] = WITHIN_M,
    days: Annotated[int, Query(ge=1, le=366, description="days since the earlier one; planners alone")] = DAYS,
    form: Annotated[Form, Query(alias="f")] = "json",
) -> Response:
    """Incidents of the same kind, so near an earlier one and so soon after it, beside those reported and those with a place.

    Viewers are told as in `/stats/incidents`: rounded counts of periods that have ended, nothing of few households, by 30 m and
    30 days alone (GP465).
    """
    names = names_of(by, BYS)
    if not who(request).may("planner"):
        strange = [name for name in ("within", "days") if name in request.query_params]
        if strange:
            raise RequestError("GP465", name=strange[0])
        check_asked(request.query_params, period)
        till = ended(period)
        query = CountQuery(till.moment, names, period, end=till.last, community=community, plan=plan, published=True)
        zones: ZonesInForce = request.app.state.zones_in_force
        told = zones.told(plan, community)
        shown = published_repeats(*_keys_and_counts(_table(store, query, WITHIN_M, DAYS)), zones=told)
        return _answer(request, query, in_rows(shown.columns), form, (WITHIN_M, DAYS), shown.rule)
    zone = zone_of(time_zone)
    first, last = day_of("from", start), day_of("to", end)
    if first is not None and last is not None and last < first:
        raise RequestError("GP508", name="to", why=Phrase("stats.days"))
    asked = CountQuery(datetime.now(zone), names, period, time_zone, first, last, community, plan)
    keys, counts = _keys_and_counts(_table(store, asked, within, days))
    columns = {**keys, **{name: values.tolist() for name, values in counts.items()}, "repeat_share": repeat_shares(counts)}
    return _answer(request, asked, in_rows(columns), form, (within, days), None)


def _table(store: Store, asked: CountQuery, within_m: int, days: int) -> RepeatTable:
    table = store.incident_repeats.table(asked, within_m=within_m, days=days)
    rows = len(table.counts["reported"])
    if rows > MOST_ROWS:
        raise RequestError("GP188", rows=rows, most=MOST_ROWS)
    return table


def _keys_and_counts(table: RepeatTable) -> tuple[Mapping[str, list[str]], Mapping[str, Any]]:  # columns of numbers
    return table.keys, table.counts


def _answer(
    request: Request,
    asked: CountQuery,
    rows: Sequence[Mapping[str, Any]],  # texts and numbers, as JSON has them
    form: Form,
    meant: tuple[int, int],
    disclosed: Mapping[str, int] | None,
) -> Response:
    """The table. Its ETag is made from what is told, so that it tells nothing else."""
    if form == "csv":
        body = csv_text([*asked.by, "reported", "placed", "repeats", "repeat_share"], rows)
    else:
        body = orjson.dumps(
            {
                "by": asked.by,
                "period": asked.period,
                "time_zone": asked.time_zone,
                "plan": asked.plan,
                "community": asked.community,
                "within_m": meant[0],
                "days": meant[1],
                "rows": rows,
                "disclosed": disclosed,
            }
        )
    tag = f'"repeats.{hashlib.sha256(body).hexdigest()[:24]}"'
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers_of(tag))
    return Response(body, media_type=_MEDIA[form], headers=headers_of(tag))
