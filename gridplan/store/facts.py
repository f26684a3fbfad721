"""What is found out about a whole collection once for each of its revisions: its rows, those without a shape, its extent."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa

from gridplan.store.collections import Collection, Scope
from gridplan.store.database import Database, Row, Statement
from gridplan.store.dialects import Box
from gridplan.store.rendering import DECIMALS, FAR
from gridplan.store.tables import GEOMETRY

Found = TypeVar("Found")
_Known = dict[tuple[str, str, str | None], tuple[int, Found]]


class Facts:
    """The facts of every collection of a database, kept at the revision that they were found at; shared by threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.dialect
        self._statements: dict[tuple[str, str, bool], Statement] = {}
        self._counts: _Known[tuple[int, bool]] = {}
        self._extents: _Known[Box | None] = {}

    def counts(self, collection: Collection, scope: Scope) -> tuple[int, bool] | None:
        """How many rows there are, and whether some have no shape, so that they lie in every box; None at another revision."""
        found_at, found = self._once(self._counts, "count", collection, scope, lambda: _counts(collection.table), _read_counts)
        return found if found_at == scope.revision else None

    def lately_shapeless(self, collection: Collection, scope: Scope) -> bool:
        """Whether some rows had no shape when :meth:`counts` was last asked."""
        kept = self._counts.get((scope.name, collection.name, scope.community))
        return kept is not None and kept[1][1]

    def extent(self, collection: Collection, scope: Scope) -> Box | None:
        """West, south, east, north at that revision or a later one, rounded as coordinates are; None: there are no shapes."""
        if not collection.contract.geometry:
            return None
        return self._once(self._extents, "extent", collection, scope, lambda: self._dialect.extent(collection.table), _rounded)[1]

    def _once(
        self,
        known: _Known[Found],
        fact: str,
        collection: Collection,
        scope: Scope,
        columns: Callable[[], Sequence[sa.ColumnElement[Any]]],
        read: Callable[[Row], Found],
    ) -> tuple[int, Found]:
        """The fact, and the revision that it was found at."""
        place = (scope.name, collection.name, scope.community)
        kept = known.get(place)
        if kept is not None and kept[0] == scope.revision:
            return kept
        shape = (fact, collection.name, scope.community is None)
        statement = self._statements.get(shape)
        if statement is None:
            asked: sa.Select[Any] = sa.select(revision(self._database, collection), *columns())
            asked = asked.select_from(collection.table).where(*within(collection, scope))
            statement = self._statements[shape] = self._database.compile(asked)
        ((found_at, *row),) = self._database.rows(statement, owners(scope))
        found = read(tuple(row))
        known[place] = found_at, found
        return found_at, found


def _counts(table: sa.Table) -> Sequence[sa.ColumnElement[int]]:
    return [sa.func.count(), sa.func.count(table.c[GEOMETRY]) if GEOMETRY in table.c else sa.func.count()]


def _read_counts(row: Row) -> tuple[int, bool]:
    return row[0], bool(row[1] < row[0])


def _rounded(row: Row) -> Box | None:
    if row[0] is None:
        return None
    sides = np.array(row, dtype=float)
    if not (np.abs(sides) < FAR).all():  # another program left a shape that is nowhere
        return None
    west, south, east, north = np.round(sides, DECIMALS).tolist()
    return west, south, east, north


def within(collection: Collection, scope: Scope) -> list[sa.ColumnElement[bool]]:
    """The rows of a scope."""
    table = collection.table
    if collection.register:
        return []
    owned = [table.c.plan == sa.bindparam("scope", type_=sa.Text())]
    if scope.community is not None and collection.communal:
        owned.append(table.c.community == sa.bindparam("community", type_=sa.Text()))
    return owned


def owners(scope: Scope) -> dict[str, object]:
    """The values that say whose rows are meant."""
    return {"scope": scope.name} if scope.community is None else {"scope": scope.name, "community": scope.community}


def revision(database: Database, collection: Collection) -> sa.ScalarSelect[int]:
    """The revision of the plan or register that the rows belong to, to be selected beside them."""
    tables = database.dialect.tables
    owner = tables.records["registers"] if collection.register else tables.plans
    key = owner.c.name if collection.register else owner.c.id
    return sa.select(owner.c.revision).where(key == sa.bindparam("scope", type_=sa.Text())).scalar_subquery()
