"""Posts and bodies of a plan: who is lacking, and what has a party group, an owners' committee, a property service."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.access import who
from api.conditions import plan_etag
from api.deps import GivenStore, KnownPlan, only
from api.ogc.etags import unchanged
from api.routes.stats import csv_text
from api.stats_models import OrganisationRow, OrganisationStats, StaffingRow, StaffingStats, described
from gridplan import analysis
from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.store import CountQuery, Dataset, PlanInfo, Store

router = APIRouter(tags=["statistics"])

Column = Literal["town", "community", "compound_class", "grid"]
#: What posts and bodies are counted on.
_LAYERS = ("areas", "communities", "grids", "units", "posts", "meta", "atoms")
_BYS: tuple[Column, ...] = ("town", "community", "compound_class", "grid")
By = Annotated[str, Query(max_length=100, description="of town, community, compound_class, grid, separated by commas")]
Form = Annotated[Literal["json", "csv"], Query(alias="f")]


@router.get(
    "/plans/{plan}/stats/staffing",
    response_model=StaffingStats,
    dependencies=[Depends(only("by", "f"))],
    responses=described(StaffingStats),
)
def staffing_stats(request: Request, info: KnownPlan, store: GivenStore, by: By = "community", form: Form = "json") -> Response:
    """Posts of the grids of a plan: asked for by its scheme, held, vacant, beyond; and the work for each who holds one."""
    names, whole = _names(by), who(request).may("planner")
    # Viewers are not told of incidents, and not by the ETag how many there are.
    registers = ("staff", "incidents") if whole else ("staff",)
    return _answer(request, store, info, registers, form, names, partial(_staffing, store, info, names, whole), whole=whole)


@router.get(
    "/plans/{plan}/stats/organisations",
    response_model=OrganisationStats,
    dependencies=[Depends(only("by", "f"))],
    responses=described(OrganisationStats),
)
def organisation_stats(
    request: Request, info: KnownPlan, store: GivenStore, by: By = "community", form: Form = "json"
) -> Response:
    """Grids, compounds and communities with at least one body of each kind, by explicit links, beside how many there are.

    Compounds and their classes are those of the plan's town, where the store has it.
    """
    names, town = _names(by), _town(store, info)
    made = partial(_organisations, store, info, names, town)
    return _answer(request, store, info, ("organisations",), form, names, made, town=town)


def _staffing(store: Store, info: PlanInfo, by: Sequence[Column], whole: bool) -> dict[str, Any]:
    # By where they lie: who plans anew wants to know of the work there was, also before any plan was in force.
    table = store.incident_counts.table(CountQuery(datetime.now(UTC), plan=info.id))
    reported = dict(zip(table.keys["grid"], table.counts["reported"].tolist(), strict=True))
    plan, staff = store.load_plan(info.id, layers=_LAYERS), store.load_register("staff")
    found = analysis.staffing(plan, staff, by, incidents=reported)
    total = analysis.staffing(plan, staff, (), incidents=reported)
    return {
        "rows": _of_grids(found.table, whole=whole),
        "total": _of_grids(total.table, whole=whole),
        "not_counted": {reason: count for (_, reason), count in found.report.counts().items()},
        "incidents_elsewhere": table.elsewhere if whole else None,
    }


def _of_grids(table: Any, *, whole: bool) -> list[dict[str, Any]]:  # a DataFrame, which the service does not know
    """The posts of grids; those of communities and units are told by the library alone."""
    rows = [row for row in _rows(table) if row.pop("level") == "grid"]
    hidden = {} if whole else {"incidents": None, "incidents_per_worker": None}
    return [{**{name: value for name, value in row.items() if name != "zones"}, "grids": row["zones"], **hidden} for row in rows]


def _town(store: Store, info: PlanInfo) -> str | None:
    """The name of the town in the store that was made of the same files as the plan; None where there is none."""
    return store.town_list.of_source(orjson.loads(store.load_plan(info.id, layers=("meta",)).fact("source")))


def _organisations(store: Store, info: PlanInfo, by: Sequence[Column], town: str | None) -> dict[str, Any]:
    plan, links = store.load_plan(info.id, layers=_LAYERS), store.load_register("organisations")
    compounds = None if town is None else store.town_list.compounds(town)
    found = analysis.organisation_coverage(plan, links, by, compounds=compounds)
    total = analysis.organisation_coverage(plan, links, compounds=compounds)
    return {
        "town": town,
        "rows": _rows(found.table),
        "total": _rows(total.table),
        "not_counted": {reason: count for (_, reason), count in found.report.counts().items()},
    }


def _rows(table: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_dict("records")
    return rows


def _names(by: str) -> tuple[Column, ...]:
    parts = by.split(",")
    if set(parts) - set(_BYS) or len(set(parts)) < len(parts):
        raise RequestError("GP508", name="by", why=Phrase("stats.by", {"value": by[:80], "known": ", ".join(_BYS)}))
    return tuple(name for name in _BYS if name in parts)


def _answer(
    request: Request,
    store: Store,
    info: PlanInfo,
    registers: Sequence[str],
    form: str,
    by: Sequence[str],
    made: Callable[[], dict[str, Any]],
    *,
    whole: bool = True,
    town: str | None = None,
) -> Response:
    """What is made, at the revisions of the plan and the registers, and with the town that it needs."""
    revisions = [str(store.scopes.scope(Dataset(), store.scopes.collection(name)).revision) for name in registers]
    parts = [*revisions, *by, form, "whole" if whole else "public", quote(town or "", safe="")]
    tag = f'{plan_etag(info.id, info.revision)[:-1]}.{".".join(parts)}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Language, Authorization"}
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    told = made()
    if form == "json":
        return Response(orjson.dumps({"plan": info.id, "by": by, **told}), media_type="application/json", headers=headers)
    model = StaffingRow if "staff" in registers else OrganisationRow
    columns = [name for name in model.model_fields if name not in _BYS or name in by]
    return Response(csv_text(columns, told["rows"]), media_type="text/csv; charset=utf-8", headers=headers)
