"""What a database must do for the store, beyond the SQL that both kinds understand."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import sqlalchemy as sa

from gridplan.contracts import Contract
from gridplan.store.tables import Tables

Box = tuple[float, float, float, float]

#: Marks a connection that will write, so that SQLite takes its only writer's lock at the start instead of failing later.
WRITE = "gridplan_write"


class Dialect(Protocol):
    """What the store needs of a database beyond the SQL that both understand."""

    tables: Tables

    def encode(self, geometries: np.ndarray) -> list[bytes | None]:
        """Geometries as the values to bind."""

    def decode(self, values: Sequence[bytes | None]) -> np.ndarray:
        """Geometries from the values selected."""

    def meets(self, table: sa.Table, box: Box) -> sa.ColumnElement[bool]:
        """The rows whose geometry shares a point with the box west, south, east, north."""

    def prepare(self, connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
        """Makes those of the tables that are not there yet."""

    def load(self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[object]]) -> None:
        """Inserts rows given as columns, in their order, in the quickest way there is."""

    def has(self, connection: sa.Connection, table: sa.Table) -> bool:
        """Whether the table is there."""

    def note(self, connection: sa.Connection, table: sa.Table, geometries: np.ndarray) -> None:
        """Takes note of geometries about to be inserted."""

    def version(self, connection: sa.Connection) -> str | None:
        """The revision of the tables; None where there are none."""


def common_type(contract: Contract) -> str:
    """The type that a geometry column is declared with: the contract's only one, or GEOMETRY."""
    return contract.geometry[0].upper() if len(contract.geometry) == 1 else "GEOMETRY"
