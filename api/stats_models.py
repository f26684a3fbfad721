"""What is told of incidents, staff and bodies, counted, as JSON."""

from typing import Any

from pydantic import BaseModel, Field

from gridplan.analysis.incidents.measures import COUNTS, RATES

_COUNTED = Field(description="see definitions; to a multiple of round_to for viewers")


class IncidentCounts(BaseModel):
    """Counts, and rates that are null where there is nothing to divide by."""

    reported: int = _COUNTED
    rejected: int = _COUNTED
    accepted: int = _COUNTED
    closed: int = _COUNTED
    open: int = _COUNTED
    escalated: int = _COUNTED
    small_loop: int = _COUNTED
    large_loop: int = _COUNTED
    due: int = _COUNTED
    on_time: int = _COUNTED
    overdue: int = _COUNTED
    rated: int = _COUNTED
    satisfaction_sum: int | None = Field(description="see definitions; null for viewers")
    satisfied: int = _COUNTED
    closure_rate: float | None = Field(description="closed / accepted; for viewers rates are of the rounded counts")
    on_time_rate: float | None = Field(description="on_time / due")
    small_loop_rate: float | None = Field(description="small_loop / closed")
    satisfaction: float | None = Field(description="mean answer, 1 to 5; null for viewers")
    satisfied_share: float | None = Field(description="satisfied / rated")


class IncidentRow(IncidentCounts):
    """Counts of what the columns that were asked for say; the others are not there."""

    grid: str = Field(default="", description="code; empty: in no grid")
    community: str = Field(default="", description="code; empty: in none")
    kind: str = ""
    period: str = Field(default="", description="2026, 2026-Q1, 2026-03, 2026-W10 or 2026-03-02: when it was reported")


class Disclosed(BaseModel):
    """What viewers are not told."""

    least_households: int = Field(description="zones with fewer households, and those that a map joins to them, have no row")
    round_to: int = Field(description="counts are told to the nearest multiple of it; rows that come to 0 are not told")
    least_divided_by: int = Field(description="rates of fewer incidents are not told")
    withheld: int = Field(description="rows that are not told; their incidents are in the total, which is rounded for itself")


class IncidentStats(BaseModel):
    """A table of incidents. All of an incident counts in the period that it was reported in."""

    by: list[str]
    period: str
    time_zone: str
    plan: str | None = Field(description="by whose grids it is counted, where incidents lie; null: by the grids in force")
    community: str | None
    as_of: str = Field(description="the moment that decides what is overdue; for viewers also the end of what is counted")
    revision: int | None = Field(description="of the register; null for viewers")
    rows: list[IncidentRow]
    total: IncidentCounts
    elsewhere: int | None = Field(description="incidents that lie in no grid of the plan or have no place; null without a plan")
    disclosed: Disclosed | None = Field(description="null: everything is told")
    definitions: dict[str, str]


class StaffingRow(BaseModel):
    """One post of the grids of an area."""

    town: str = ""
    community: str = ""
    compound_class: str = ""
    grid: str = ""
    role: str
    role_zh: str
    grids: int = Field(description="grids that have the post")
    quota: int = Field(description="people asked for")
    workers: int = Field(description="posts held: who holds it in two grids counts in both")
    staffed: int = Field(description="grids with at least one")
    exact: int = Field(description="grids with as many as asked for")
    vacant: int = Field(description="people lacking")
    beyond: int = Field(description="people above the quota")
    shared: int = Field(description="people who hold the post in several grids")
    households: int
    households_per_worker: float | None
    incidents: int | None = Field(description="reported in these grids; null for viewers")
    incidents_per_worker: float | None = Field(description="null for viewers, and where there is nobody")


class StaffingStats(BaseModel):
    """Posts of the grids of a plan against its scheme's quota; without one, one worker a grid."""

    plan: str
    by: list[str]
    rows: list[StaffingRow]
    total: list[StaffingRow]
    not_counted: dict[str, int] = Field(description="people of the register who hold no post of the plan, by reason")
    incidents_elsewhere: int | None = Field(
        description="incidents that lie in no grid of the plan, or have no place, and are nobody's work here; null for viewers"
    )


class OrganisationRow(BaseModel):
    """Zones of one level with at least one body of a kind."""

    town: str = ""
    community: str = ""
    compound_class: str = ""
    grid: str = ""
    level: str = Field(description="of the zones: grid, compound or community")
    kind: str
    form: str = Field(description="any, or the form of a party group: alone, assigned, joint")
    bodies: int = Field(description="distinct ones; never to be divided by the number of zones")
    links: int
    covered: int = Field(description="zones with at least one")
    zones: int = Field(description="zones there are")
    share: float = Field(description="covered / zones")


class OrganisationStats(BaseModel):
    """Coverage of a plan by explicit links."""

    plan: str
    by: list[str]
    town: str | None = Field(description="whose compounds are counted; null: those that the plan names, without classes")
    rows: list[OrganisationRow]
    total: list[OrganisationRow]
    not_counted: dict[str, int] = Field(description="links that do not count, by reason")


class RepeatRow(BaseModel):
    """Incidents of a row that came again."""

    grid: str | None = None
    community: str | None = None
    kind: str | None = None
    period: str | None = None
    reported: int = Field(description="all incidents; to a multiple of round_to for viewers, as the next two")
    placed: int = Field(description="of these, with a place")
    repeats: int = Field(description="of these, of the same kind as an earlier one, so near and so soon after it")
    repeat_share: float | None = Field(description="repeats / placed; for viewers of the rounded counts")


class RepeatStats(BaseModel):
    """Repeats at one place."""

    by: list[str]
    period: str
    time_zone: str
    plan: str | None
    community: str | None
    within_m: int = Field(description="metres from the earlier one")
    days: int = Field(description="days since the earlier one")
    rows: list[RepeatRow]
    disclosed: dict[str, int] | None = Field(description="for viewers: by which rule, and how many rows are withheld")


def definitions() -> dict[str, str]:
    """What each column means."""
    return {**COUNTS, **{name: f"{part} / {of}" for name, (part, of) in RATES.items()}}


def described(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The answers of a table as JSON or CSV."""
    return {200: {"model": model, "content": {"text/csv": {"schema": {"type": "string"}}}}}
