"""What is asked and told of coverage, as JSON."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gridplan.store import Covered, Measured, Shared

Kind = Annotated[str, Field(min_length=1, max_length=100)]


class CapacityAsked(BaseModel):
    """That capacities are to be shared among those who walk to them: two-step floating catchment areas."""

    model_config = ConfigDict(extra="forbid", strict=True)

    within_m: Annotated[int, Field(ge=100, le=20_000, description="metres on foot")] = 1000
    assumed: Annotated[
        dict[Kind, Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]],
        Field(max_length=100, description="kind -> capacity of its services that state none; without one they are left out"),
    ] = {}


class CoverageAsked(BaseModel):
    """Distances to be measured."""

    model_config = ConfigDict(extra="forbid", strict=True)

    town: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            description="name of the plan's town in the store (GET /towns); without it the one made of the same files",
        ),
    ] = None
    services: Annotated[
        Literal["town", "register", "both"],
        Field(
            description="of the town, of the register `services`, or both: then those of the register replace ones of the same id"
        ),
    ] = "both"
    kinds: Annotated[list[Kind] | None, Field(min_length=1, max_length=100, description="kinds of services; all without")] = None
    most_m: Annotated[float, Field(ge=1_000, le=20_000, description="how far to search along streets, in metres")] = 2000.0
    capacity: Annotated[CapacityAsked | None, Field(description="also share capacities")] = None


class CoveredTold(BaseModel):
    """What lies within a walk of a kind of service, in one zone."""

    level: str
    code: str = Field(description="of the zone; all: the whole plan; new, old, unmanaged, village, none: a class of compounds")
    name: str | None
    kind: str
    within_m: int
    buildings: int
    buildings_within: int
    households: int
    households_within: int
    population: int | None = Field(description="null where people are not known of every building")
    population_within: int | None
    share: float | None = Field(description="households_within / households; null where nobody lives")
    method: str | None = Field(description="network: along streets; straight: as the crow flies, for want of streets; mixed")

    @classmethod
    def of(cls, covered: Covered) -> "CoveredTold":
        """What is said of a zone."""
        return cls(**covered._asdict())


class CapacityTold(BaseModel):
    """Capacity of a kind of service for 1,000 people within a walk, in one zone."""

    level: str
    code: str = Field(description="of the zone; all: the whole plan; new, old, unmanaged, village, none: a class of compound")
    name: str | None
    kind: str
    within_m: int
    services: int = Field(description="services of the kind in all whose capacity counts")
    assumed: int = Field(description="of these, with a capacity that was assumed")
    left_out: int = Field(description="services of the kind in all that state no capacity")
    capacity: float | None = Field(description="of those that count, in all; null where none does")
    people: float = Field(description="in the zone; estimated from households where nobody says")
    per_1000: float | None = Field(description="mean over the people; null where unknown")
    people_without: float | None = Field(description="with none within the walk; null where unknown")

    @classmethod
    def of(cls, shared: Shared) -> "CapacityTold":
        """What is said of a zone."""
        return cls(**shared._asdict())


class MeasuredTold(BaseModel):
    """When distances were measured, and with what."""

    at: str
    about: dict[str, Any]

    @classmethod
    def of(cls, measured: Measured) -> "MeasuredTold":
        """What is said to everybody: not who asked for it."""
        return cls(at=measured.at, about=dict(measured.about))


class CoverageTold(BaseModel):
    """Coverage of a plan, one row a zone, kind and distance."""

    plan: str
    measured: MeasuredTold
    rows: list[CoveredTold]


class CapacitiesTold(BaseModel):
    """Capacity within a walk, one row a zone and kind."""

    plan: str
    measured: MeasuredTold
    rows: list[CapacityTold]
