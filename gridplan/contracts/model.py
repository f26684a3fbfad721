"""What a contract is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: A time is ISO 8601 text in UTC, to the second or finer: 2026-03-01T08:30:00Z.
Kind = Literal["text", "int", "float", "bool", "time"]
DTYPES: Mapping[Kind, str] = {"text": "str", "time": "str", "int": "Int64", "float": "float64", "bool": "bool"}
SHOWN = 5

POLYGON = ("Polygon", "MultiPolygon")
LINE = ("LineString", "MultiLineString")
POINT = ("Point",)


@dataclass(frozen=True)
class Column:
    """One column: its type, whether a value may be missing, its unit or values, and what it means.

    ``longest`` is how many characters a text may have where an index holds it.
    """

    name: str
    kind: Kind
    about: str
    nullable: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    longest: int | None = None


@dataclass(frozen=True)
class Contract:
    """A table: its columns, its geometry types (empty where it has none) and the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    geometry: tuple[str, ...] = ()
    key: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """The column names in order, without the geometry."""
        return [column.name for column in self.columns]


HOUSEHOLDS = Column("households", "int", "households", minimum=0)
POPULATION = Column("population", "int", "people; empty where not known", nullable=True, minimum=0)
