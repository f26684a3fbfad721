"""What is said of plans, their edits and jobs, and what is asked of them, as JSON."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetPydanticSchema, ValidatorFunctionWrapHandler, WithJsonSchema
from pydantic_core import PydanticKnownError, core_schema

from api.incident_models import ImportTold
from gridplan.papers import Flow
from gridplan.schemes import scheme_names
from gridplan.store import LINES, Adopted, Edit

_LINE = r"^[^\x00-\x1f\x7f]+$"

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]
Note = Annotated[str | None, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]+$", description="why")]

_RENAME = {
    "type": "object",
    "required": ["operation", "level", "code", "name"],
    "additionalProperties": False,
    "properties": {
        "operation": {"const": "rename"},
        "level": {"enum": ["grid", "community", "area"]},
        "code": {"type": "string"},
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
    },
}
_LINES = {
    "type": "object",
    "required": ["operation"],
    "properties": {"operation": {"enum": [*LINES]}},
    "description": "an operation on lines, as the methods of gridplan.Plan take it",
}
#: The store checks operations itself: it knows them all, and tells every fault.
Operations = Annotated[
    Any, WithJsonSchema({"type": "array", "minItems": 1, "maxItems": 1000, "items": {"anyOf": [_RENAME, _LINES]}})
]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class EditsAsked(_Asked):
    """Operations that are done in their order, all or none."""

    operations: Operations
    note: Note = None


class EditorAsked(_Asked):
    """What the editor sends: a number for the answer, the revision that it is based on, and operations.

    ``trial``: they are not done; the answer says what they would do.
    """

    request: int
    revision: int = Field(ge=0)
    operations: Operations
    note: Note = None
    trial: bool = False


class BranchAsked(_Asked):
    """A copy as a draft."""

    name: Annotated[Name | None, Field(description="name of the copy; that of the plan without")] = None
    note: Note = None


_Codes = Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=10_000)]


def _all_or_codes(given: object, codes: ValidatorFunctionWrapHandler) -> object:
    """Told apart here: pydantic's own union tells the faults of both where one is meant."""
    if given == "all":
        return given
    if isinstance(given, str):
        raise PydanticKnownError("literal_error", {"expected": "'all'"})
    return codes(given)


class AdoptionAsked(_Asked):
    """Where a plan is to hold. Said in any case, so that nobody adopts a plan everywhere by a body that he forgot."""

    communities: Annotated[
        list[str] | Literal["all"],
        GetPydanticSchema(lambda _, made: core_schema.no_info_wrap_validator_function(_all_or_codes, made(_Codes))),
        WithJsonSchema(
            {
                "description": "codes of communities of the plan, or all of them",
                "oneOf": [
                    {"type": "array", "minItems": 1, "maxItems": 10_000, "items": {"type": "string", "maxLength": 200}},
                    {"const": "all"},
                ],
            }
        ),
    ]
    note: Note = None


class NoteAsked(_Asked):
    """Why."""

    note: Note = None


class EffortAsked(_Asked):
    """How long to search; see ``gridplan.partition.Effort``."""

    rounds: Annotated[int, Field(ge=0, le=1000)] = 8
    moves: Annotated[int, Field(ge=0, le=100_000)] = 100
    windows: Annotated[float | None, Field(ge=0, le=100_000, allow_inf_nan=False)] = None
    zones: Annotated[int, Field(ge=2, le=20)] = 6
    sets: Annotated[int, Field(ge=1, le=100_000)] = 300
    seconds: Annotated[float | None, Field(ge=0, le=86_400, allow_inf_nan=False)] = None


class PlanAsked(_Asked):
    """A plan to be made."""

    town: Annotated[str, Field(min_length=1, max_length=200, description="name of a town in the store (GET /towns)")]
    scheme: Annotated[
        str, Field(max_length=100, description="name of a shipped scheme", json_schema_extra={"enum": [*scheme_names()]})
    ] = "default"
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    after: Annotated[
        str | None,
        Field(max_length=200, description="id of the plan that this one comes after, and keeps codes of"),
    ] = None
    lines: Annotated[
        Literal["anew", "kept"],
        Field(description="kept: the lines of the plan `after` stay, and few households move where a zone is out of range"),
    ] = "anew"
    effort: EffortAsked | None = None


class EditTold(BaseModel):
    """One line of the edit log."""

    edit: int = Field(description="its number")
    at: str
    who: str
    role: str
    scope: str = Field(description="id of the plan, or name of the register")
    item: str | None
    operation: str
    revision: int = Field(description="of the scope after it")
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    note: str | None

    @classmethod
    def of(cls, edit: Edit) -> "EditTold":
        """What is said of a line."""
        told = {name: value for name, value in vars(edit).items() if name != "number"}
        return cls(edit=edit.number, **told)


class EditList(BaseModel):
    """Lines of the edit log, the newest first; ``next``: the address of older ones."""

    edits: list[EditTold]
    next: str | None


class AdoptedTold(BaseModel):
    """The plan that holds in a community."""

    community: str
    name: str
    plan: str
    at: str = Field(description="since when")
    href: str = Field(description="its collections")

    @classmethod
    def of(cls, adopted: Adopted, href: str) -> "AdoptedTold":
        """What is said to everybody: not who adopted it."""
        return cls(community=adopted.community, name=adopted.name, plan=adopted.plan, at=adopted.at, href=href)


class AdoptedList(BaseModel):
    """The communities where a plan is adopted, by their codes."""

    adopted: list[AdoptedTold]


class ZonesCompared(BaseModel):
    """Zones of a level by what became of them: ``changed`` have their code still, but not the same households."""

    kept: int
    changed: int
    new: int
    gone: int


class Renamed(BaseModel):
    """A zone that has its code still, and another name."""

    level: str
    code: str
    before: str
    after: str


class Step(BaseModel):
    """What went from one code to another."""

    level: str
    old: str | None
    new: str | None
    change: str
    households: int
    households_before: int


class Compared(BaseModel):
    """What differs between two plans, from ``with`` to ``plan``."""

    plan: str
    with_: str = Field(serialization_alias="with")
    households: int
    households_before: int
    moved_households: int = Field(description="that are in a grid of another code now")
    grids: ZonesCompared
    units: ZonesCompared
    renamed: list[Renamed]
    steps: list[Step] = Field(description="the code lineage, without zones that were kept whole")


class RegisteredZone(BaseModel):
    """A grid or unit that changed; see :func:`gridplan.registration_table`."""

    number: int
    change: str = Field(description="kept (with other households, name or kind), split, merged, moved, new, gone")
    town: str | None
    town_name: str | None
    community: str
    community_name: str
    old_codes: list[str] = Field(description="codes that live on, or ended, in this zone; else those it came from")
    new_code: str | None = Field(description="empty where it is gone")
    households_before: int | None = Field(description="of old_codes; empty where another row counts them")
    households: int | None
    came_from: list[Flow]
    went_to: list[Flow]
    low: int | None = Field(description="the range that the scheme asks for")
    high: int | None
    measure: str | None = Field(description="of what the range is: households or population")
    finding: str | None = Field(description="why it is out of its range, in English")
    finding_zh: str | None


class RegisteredGrid(RegisteredZone):
    """A grid that changed."""

    renamed: bool
    kind: str
    old_names: list[str]
    new_name: str | None
    population_before: int | None
    population: int | None


class RegisteredUnit(RegisteredZone):
    """A unit that changed."""

    grids_before: list[str]
    grid: str | None


class Registered(BaseModel):
    """The registration table of the grids and units that changed, from ``against`` to ``plan``."""

    plan: str
    against: str
    grids: list[RegisteredGrid]
    units: list[RegisteredUnit]


class JobTold(BaseModel):
    """A job: how far it is, or how it ended."""

    id: str
    kind: Literal["plan", "coverage", "import"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float = Field(description="share done, 0-1")
    message: str | None = Field(description="what it is doing, or why it failed")
    code: str | None = Field(description="code of the error, where it failed")
    asked: dict[str, Any]
    result: ImportTold | dict[str, Any] | None
    who: str
    created_at: str
    started_at: str | None
    ended_at: str | None
    cancel: bool = Field(description="whether it was asked to stop")
    href: str


class JobList(BaseModel):
    """Jobs, the newest first; ``next``: the address of older ones."""

    jobs: list[JobTold]
    next: str | None


class TownList(BaseModel):
    """The names of the towns in the store, in the order they were saved; ``next``: the address of newer ones."""

    towns: list[str]
    next: str | None


class TownTold(BaseModel):
    """A town that plans can be made of."""

    name: str
    layers: list[str]
    source: dict[str, str] = Field(description="the files that it was made from, with their sha256")
    href: str
