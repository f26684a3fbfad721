"""What a database must do for the store, beyond the SQL that both kinds understand."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

import numpy as np
import sqlalchemy as sa

from gridplan.contracts import Contract
from gridplan.store.dialects.scalars import Element, Scalar
from gridplan.store.tables import Tables

Box = tuple[float, float, float, float]
Predicate = Literal["intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains"]

#: Marks a connection that will write, so that SQLite takes its only writer's lock at the start instead of failing later.
WRITE = "gridplan_write"


class Lost(Exception):  # noqa: N818 - it is answered by connecting again, and seldom an error
    """The connection is gone; another one may be had."""


class Dialect(Protocol):
    """What the store needs of a database beyond the SQL that both understand."""

    tables: Tables

    def encode(self, geometries: np.ndarray) -> list[bytes | None]:
        """Geometries as the values to bind."""

    def decode(self, values: Sequence[bytes | None]) -> np.ndarray:
        """Geometries from the values selected."""

    def box_values(self, box: Box) -> Mapping[str, object]:
        """The values that :meth:`meets_box` is bound to."""

    def meets_box(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """The rows whose geometry shares a point with a box that is bound later, by :meth:`box_values`."""

    def extent(self, table: sa.Table) -> Sequence[sa.ColumnElement[float]]:
        """West, south, east and north of the rows' shapes together."""

    def gathered(self, numbers: sa.Select[tuple[int]]) -> sa.ColumnElement[object]:
        """The numbers of a query as one value, in its order; :meth:`numbers` reads it."""

    def numbers(self, value: object) -> list[int]:
        """The numbers that :meth:`gathered` put together."""

    def among(self, column: sa.ColumnElement[int], name: str) -> sa.ColumnElement[bool]:
        """Whether the column is one of the numbers bound as ``name``, by :meth:`bound_numbers`."""

    def bound_numbers(self, numbers: Sequence[int]) -> object:
        """The numbers as the value that :meth:`among` is bound to."""

    def connect(self, engine: sa.Engine) -> Any:  # a connection of the driver
        """A connection outside the pool, for single statements."""

    def run(self, connection: Any, text: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:  # as above
        """The rows of one statement.

        Raises
        ------
        Lost
            the connection is gone.
        RequestError
            GP557 it took longer than it may.
        """

    def give_up_after(self, engine: sa.Engine, seconds: int) -> None:
        """Lets no statement of the engine's connections run longer: it is broken off, and told as GP557."""

    def hurried(self, connection: sa.Connection) -> AbstractContextManager[None]:
        """Within it the transaction waits for no lock: a statement that would is refused."""

    def relates(self, table: sa.Table, predicate: Predicate, other: bytes | None, *, decides: bool) -> sa.ColumnElement[bool]:
        """Whether the geometry of a row stands in that relation to ``other``, well-known binary (None: to itself).

        Unknown where a row has no geometry; where it ``decides`` on the row, so that unknown is as good as false, an index may
        help.
        """

    def scalar(self, name: Scalar, *operands: Element) -> Element:
        """A function of single values; see ``scalars``."""

    def like(self, text: Element, pattern: str) -> sa.ColumnElement[bool]:
        """Whether the text is of a pattern of CQL2, upper and lower case being different."""

    def by_code_point(self, text: Element) -> Element:
        """The text, to be put in order by its characters' numbers."""

    def prepare(self, connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
        """Makes those of the tables that are not there yet."""

    def load(self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[object]]) -> None:
        """Inserts rows given as columns, in their order, in the quickest way there is."""

    def load_many(
        self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[object]], shapes: np.ndarray
    ) -> None:
        """Inserts very many rows of a register whose ids, revisions and times are as the contract has them."""

    def has(self, connection: sa.Connection, table: sa.Table) -> bool:
        """Whether the table is there."""

    def note(self, connection: sa.Connection, table: sa.Table, geometries: np.ndarray) -> None:
        """Takes note of geometries about to be inserted."""

    def version(self, connection: sa.Connection) -> str | None:
        """The revision of the tables; None where there are none."""


def common_type(contract: Contract) -> str:
    """The type that a geometry column is declared with: the contract's only one, or GEOMETRY."""
    return contract.geometry[0].upper() if len(contract.geometry) == 1 else "GEOMETRY"
