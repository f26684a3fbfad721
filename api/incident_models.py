"""What is said of incidents and their steps, and what is asked of them, as JSON."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.faults import MOMENT

#: At least one sign that is seen.
_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
_TEXT = r"^[^\x00]*[^\s\x00][^\x00]*$"

When = Annotated[str | None, Field(pattern=MOMENT, max_length=40, description="ISO 8601 with its zone; now without")]
Line = Annotated[str | None, Field(min_length=1, max_length=200, pattern=_LINE)]
Text = Annotated[str | None, Field(min_length=1, max_length=4000, pattern=_TEXT)]
Handler = Literal["grid", "community", "town", "county"]


class _Asked(BaseModel):
    # As the import does it, lest " noise" be another kind than "noise".
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


class IncidentAsked(_Asked):
    """An incident that is reported; the grid in force is found by its place."""

    kind: Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE, description="what it is about")]
    reported_at: When = None
    lon: Annotated[float | None, Field(ge=-180, le=180, description="degrees of WGS 84; with lat, or neither")] = None
    lat: Annotated[float | None, Field(ge=-90, le=90)] = None
    address: Text = None
    source: Annotated[Line, Field(description="patrol, hotline, ...")] = None
    id: Annotated[Line, Field(description="made by the service without")] = None


class StepAsked(_Asked):
    """A step of an incident."""

    step: Literal["accept", "dispatch", "handle", "close", "reject", "escalate", "send_back", "reopen"]
    at: When = None
    handler: Annotated[Handler | None, Field(description="with accept, dispatch and escalate")] = None
    outcome: Text = None
    satisfaction: Annotated[int | None, Field(ge=1, le=5, description="with close")] = None
    note: Annotated[str | None, Field(min_length=1, max_length=1000, pattern=_TEXT, description="why; kept in the history")] = (
        None
    )


class IncidentTold(BaseModel):
    """An incident as it is."""

    id: str
    kind: str
    stage: str = Field(description="collected, accepted, dispatched, handled, closed or rejected")
    reported_at: str
    accepted_at: str | None
    dispatched_at: str | None
    handled_at: str | None
    closed_at: str | None
    rejected_at: str | None
    escalated_at: str | None = Field(description="when the grid handed it up first")
    due_at: str | None = Field(description="until when it is to be closed")
    handler: str | None
    outcome: str | None
    satisfaction: int | None
    address: str | None
    source: str | None
    grid: str | None = Field(description="code of the grid in force when it was reported")
    lon: float | None
    lat: float | None
    steps: list[str] = Field(description="the steps that can be taken now")
    href: str


class IncidentList(BaseModel):
    """Incidents in the order that they came in."""

    incidents: list[IncidentTold]
    matched: int = Field(description="how many there are in all")
    next: str | None = Field(description="address of the next page")


class StepTold(BaseModel):
    """What was done with an incident."""

    number: int
    step: str = Field(description="a step, or create, replace, update")
    logged_at: str
    who: str
    role: str
    note: str | None
    changed: dict[str, Any] = Field(description="column -> value after it")


class StepList(BaseModel):
    """The history of an incident, the oldest first."""

    steps: list[StepTold]


class ImportKnown(BaseModel):
    """What is understood in files without being told."""

    columns: dict[str, list[str]] = Field(description="column -> headings that are tried for it, in the order of the columns")
    stages: dict[str, list[str]] = Field(description="stage -> words that mean it")
    handlers: dict[str, list[str]]
    satisfaction: dict[str, list[str]]


class FoundTold(BaseModel):
    """Something that was found in a file."""

    reason: str
    text: str = Field(description="the reason in the language of the reader")
    count: int
    ids: list[str] = Field(description="the first of them")


class LeftOut(BaseModel):
    """A row that was not taken."""

    row: int = Field(description="the first row below the header is 2")
    id: str | None
    reason: str
    detail: str


class ImportTold(BaseModel):
    """What became of the rows of a file: created + unchanged + replaced + kept + left_out is rows."""

    rows: int
    created: int
    unchanged: int = Field(description="the store had them just so")
    replaced: int
    kept: int = Field(description="the store says something else under their id, and stays as it is")
    left_out: int
    found: list[FoundTold]
    left_out_rows: list[LeftOut] = Field(description="the first of each reason, in the order of the file")
