"""The features of a layer or register, page by page: the database gives row numbers, the texts come from memory.

A page is found by its keys, never by an offset, so the last one costs what the first does. The database answers with the
revision and the numbers of the rows in one statement, or an index in memory does that was made at the same revision; rows
that memory does not know at that revision are read by their numbers, rendered, and kept.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store.collections import Collection, Dataset, Scope, Scopes
from gridplan.store.database import Database, Row, Statement
from gridplan.store.dialects import Box
from gridplan.store.facts import Facts, owners, revision, within
from gridplan.store.layer_index import LayerIndex, LayerIndexes
from gridplan.store.memory import FeatureMemory
from gridplan.store.paging import Cursor, Value, beyond, ordering
from gridplan.store.queries import Item, ItemPage, ItemQuery, Turning, in_order
from gridplan.store.rendering import features
from gridplan.store.tables import GEOMETRY, identity

#: Rounds of reading numbers and then rows, before it is said that somebody keeps writing.
_ROUNDS = 20
#: Digits of the largest number of a row.
_DIGITS = 18
#: Features of a page that is put together at once, without a thread of its own: 1 MB or so, a millisecond.
_AT_ONCE = 1_000


class Items:
    """The features of every collection of a database; ``texts`` and ``indexes`` are bytes to be kept in memory of each."""

    def __init__(self, database: Database, scopes: Scopes, *, texts: int, indexes: int) -> None:
        self._database = database
        self._dialect = database.dialect
        self._scopes = scopes
        self._memory = FeatureMemory(texts)
        self._statements: dict[tuple[object, ...], Statement] = {}
        self._facts = Facts(database)
        self._indexes = LayerIndexes(indexes, self._read_index)

    def page(self, query: ItemQuery, scope: Scope | None = None) -> ItemPage:
        """One page of a collection.

        Parameters
        ----------
        scope : what the query's dataset means now, where that was just looked up; the page is as it was then, or newer.

        Raises
        ------
        StoreError
            GP401 no such plan; GP407 no plan; GP408 no such collection; GP416 nothing is adopted there.
        """
        collection = self._scopes.collection(query.collection)
        for _ in range(_ROUNDS):
            asked = scope or self._scopes.scope(query.dataset, collection)
            scope = None
            numbers = self._numbers(collection, asked, query)
            if numbers is None:
                continue
            found, matched, fids = numbers
            shown = in_order(query, fids)
            texts = self._texts(collection, found, query, shown)
            page = None if texts is None else self._page(collection, found, query, matched, fids, texts)
            if page is not None:  # else a row was changed between its number and its text or its cursor
                return page
        raise StoreError("GP405", where=self._database.where, why="the rows keep changing; ask again")

    def page_at_hand(self, query: ItemQuery, scope: Scope) -> ItemPage | None:
        """The page at the scope's revision where memory holds all of it; found within a millisecond, waiting for nothing."""
        if query.properties is not None or query.turning is not None or query.limit > _AT_ONCE:
            return None
        collection = self._scopes.collection(query.collection)
        index = self._index(collection, scope, query)
        if index is None:
            return None
        matched, fids = index.page(query.box, query.cursor, query.limit + 1)
        known = self._memory.texts(scope.name, collection.name, scope.revision)
        try:
            texts = [known[fid] for fid in in_order(query, fids)]
        except KeyError:  # some were never asked for, or are forgotten
            return None
        return self._page(collection, scope, query, matched, fids, texts)

    def close(self) -> None:
        """Ends what reads in the background."""
        self._indexes.close()

    def item(self, dataset: Dataset, name: str, identifier: str, *, turning: Turning | None = None) -> Item:
        """One feature by its id.

        Raises
        ------
        StoreError
            GP401, GP407, GP408, GP416 as :meth:`page`; GP417 no such feature.
        """
        collection = self._scopes.collection(name)
        scope = self._scopes.scope(dataset, collection)
        column = collection.table.c[identity(collection.contract)]
        asked: Value = identifier
        if column.name == "item":
            whole = identifier.isascii() and identifier.isdecimal() and len(identifier) <= _DIGITS
            asked = int(identifier) if whole else -1
        statement = self._statement(
            ("item", name, scope.community is None),
            lambda: self._rows(collection, scope, column == sa.bindparam("asked", type_=column.type)),
        )
        row = self._database.row(statement, {**owners(scope), "asked": asked})
        if row is None:
            raise StoreError("GP417", item=identifier[:80], collection=name)
        text = self._rendered(collection, [row], None, turning)[0]
        return Item(Scope(scope.name, row[0], scope.community), text, row[-1] if collection.register else None)

    def extent(self, dataset: Dataset, name: str) -> Box | None:
        """West, south, east, north of a collection; None where it has no shapes."""
        collection = self._scopes.collection(name)
        return self._facts.extent(collection, self._scopes.scope(dataset, collection))

    def _page(
        self, collection: Collection, scope: Scope, query: ItemQuery, matched: int, fids: list[int], texts: Sequence[bytes]
    ) -> ItemPage | None:
        """The page of the rows found, of which there may be one more than it holds; None at another revision."""
        more = len(fids) > query.limit
        ends = self._cursors(collection, scope, query, in_order(query, fids))
        if ends is None:
            return None
        first, last = ends
        follows, leads = (True, more) if query.back else (more, query.cursor is not None)
        return ItemPage(scope, texts, matched, last if follows else None, first if leads else None)

    def _index(self, collection: Collection, scope: Scope, query: ItemQuery) -> LayerIndex | None:
        """What answers the query at the scope's revision without the database, where there is such an index."""
        return None if query.conditions or query.sort else self._indexes.find(collection, scope)

    def _read_index(self, collection: Collection, scope: Scope) -> LayerIndex | None:
        """The index of a layer as it is now; None where it has no rows, or one that cannot be placed."""
        table = collection.table
        asked: sa.Select[Any] = sa.select(revision(self._database, collection), table.c.fid, table.c[GEOMETRY])
        statement = self._statement(
            ("index", collection.name, scope.community is None),
            lambda: asked.where(*within(collection, scope)).order_by(table.c.fid),
        )
        rows = self._database.rows(statement, owners(scope))
        if not rows:
            return None
        shapes = [row[2] for row in rows]
        missing = np.array([shape is None for shape in shapes])
        decoded = self._dialect.decode(shapes)
        if (missing != shapely.is_missing(decoded)).any():
            return None  # arcs and the like, which the database alone can place
        return LayerIndex.of(rows[0][0], [row[1] for row in rows], missing, decoded)

    def _numbers(self, collection: Collection, scope: Scope, query: ItemQuery) -> tuple[Scope, int, list[int]] | None:
        """The revision, how many rows there are in all, and the numbers of one more than the page holds.

        None where rows were changed before all of it was found, or the collection came to have rows without a shape, or
        ceased to: ask again.
        """
        index = self._index(collection, scope, query)
        if index is not None:
            return scope, *index.page(query.box, query.cursor, query.limit + 1)
        boxed = query.box is not None and bool(collection.contract.geometry)
        shapeless = boxed and self._facts.lately_shapeless(collection, scope)
        direction = None if query.cursor is None else query.cursor.before
        if query.conditions or query.sort:
            statement = self._database.compile(self._page_statement(collection, scope, query, shapeless=shapeless))
        else:
            shape = ("page", collection.name, scope.community is None, query.box is None, shapeless, direction)
            statement = self._statement(shape, lambda: self._page_statement(collection, scope, query, shapeless=shapeless))
        values: dict[str, object] = {**owners(scope), "limit": query.limit + 1}
        if query.box is not None:
            values |= self._dialect.box_values(query.box)
        if query.cursor is not None and not query.sort:
            values["beyond"] = query.cursor.fid
        row = self._database.row(statement, values)
        at, matched, gathered = row if row is not None else (None, 0, None)
        if at is None:
            raise self._scopes.no_plan(scope.name)
        found = Scope(scope.name, at, scope.community)
        if boxed or matched is None:
            counts = self._facts.counts(collection, found)
            if counts is None or (boxed and counts[1] != shapeless):
                return None
            if boxed:
                self._indexes.asked(collection, found, counts[0])
            matched = counts[0] if matched is None else matched
        return found, matched, self._dialect.numbers(gathered)

    def _page_statement(self, collection: Collection, scope: Scope, query: ItemQuery, *, shapeless: bool) -> sa.Select[Any]:
        table = collection.table
        where = within(collection, scope)
        # What has no shape is in every box (OGC 17-069r4, /req/core/fc-bbox-response).
        if query.box is not None and GEOMETRY in table.c:
            meets = self._dialect.meets_box(table)
            where.append(sa.or_(meets, table.c[GEOMETRY].is_(None)) if shapeless else meets)
        where += [each.condition(collection.queryables, self._dialect) for each in query.conditions]
        names = ["fid", *(name for name, _ in query.sort)]
        filtered = query.box is not None or bool(query.conditions)
        matched: sa.ColumnElement[Any] = sa.null()
        columns: Mapping[str, sa.ColumnElement[Any]] = dict(table.c)
        if filtered:
            hits = sa.select(*(table.c[name] for name in names)).where(*where).cte("hits").prefix_with("MATERIALIZED")
            columns, where = dict(hits.c), []
            matched = sa.select(sa.func.count()).select_from(hits).scalar_subquery()
        if query.cursor is not None:
            where.append(beyond(query.cursor, query.sort, columns, self._dialect))
        numbers = sa.select(columns["fid"]).where(*where).order_by(*ordering(query.sort, columns, self._dialect, back=query.back))
        numbers = numbers.limit(sa.bindparam("limit", type_=sa.BigInteger()))
        return sa.select(revision(self._database, collection), matched, self._dialect.gathered(numbers))

    def _texts(self, collection: Collection, scope: Scope, query: ItemQuery, fids: list[int]) -> list[bytes] | None:
        """The texts of the rows at that revision; None where they have another one by now."""
        kept = query.properties is None and query.turning is None
        known = self._memory.texts(scope.name, collection.name, scope.revision) if kept else {}
        missing = [fid for fid in fids if fid not in known]
        if not missing:
            return [known[fid] for fid in fids]
        table = collection.table
        statement = self._statement(
            ("rows", collection.name),
            lambda: self._rows(collection, None, self._dialect.among(table.c.fid, "fids")).order_by("fid"),
        )
        values = {"scope": scope.name, "fids": self._dialect.bound_numbers(missing)}
        rows = self._database.rows(statement, values)
        if len(rows) != len(missing) or any(row[0] != scope.revision for row in rows):
            return None
        made = self._rendered(collection, rows, query.properties, query.turning)
        found = [row[1] for row in rows]
        if kept:
            self._memory.keep(scope.name, collection.name, scope.revision, found, made)
        fresh = dict(zip(found, made, strict=True))
        return [known[fid] if fid in known else fresh[fid] for fid in fids]

    def _rows(self, collection: Collection, scope: Scope | None, where: sa.ColumnElement[bool]) -> sa.Select[Any]:
        """Revision of the scope, fid, the id, the contract's columns, the geometry, and the row's own revision."""
        table, contract = collection.table, collection.contract
        columns = [table.c.fid, table.c[identity(contract)].label("id_"), *(table.c[name] for name in contract.names())]
        if contract.geometry:
            columns.append(table.c[GEOMETRY])
        if collection.register:
            columns.append(table.c.revision)
        owned = [] if scope is None else within(collection, scope)
        return sa.select(revision(self._database, collection), *columns).where(where, *owned)

    def _rendered(
        self, collection: Collection, rows: Sequence[Row], wanted: tuple[str, ...] | None, turning: Turning | None
    ) -> list[bytes]:
        contract = collection.contract
        columns = list(zip(*rows, strict=True))
        properties: dict[str, Sequence[Value]] = {}
        for place, column in enumerate(contract.columns, start=3):
            if wanted is None or column.name in wanted:
                values = columns[place]
                # SQLite has no booleans, only numbers.
                properties[column.name] = (
                    [None if value is None else bool(value) for value in values] if column.kind == "bool" else values
                )
        geometries = None
        if contract.geometry:
            geometries = self._dialect.decode(columns[3 + len(contract.columns)])
            geometries = geometries if turning is None else turning(geometries)
        return features(columns[2], properties, geometries)

    def _cursors(
        self, collection: Collection, scope: Scope, query: ItemQuery, fids: list[int]
    ) -> tuple[Cursor | None, Cursor | None] | None:
        """The cursors of the first and the last row of a page; None where they have another revision by now."""
        if not fids:
            return None, None
        first, last = fids[0], fids[-1]
        values: dict[int, tuple[Value, ...]] = {first: (), last: ()}
        if query.sort:
            table = collection.table
            columns = [table.c[name] for name, _ in query.sort]
            found = sa.select(revision(self._database, collection), table.c.fid, *columns)
            statement = self._database.compile(found.where(self._dialect.among(table.c.fid, "fids")))
            rows = self._database.rows(statement, {"scope": scope.name, "fids": self._dialect.bound_numbers([first, last])})
            values = {row[1]: tuple(row[2:]) for row in rows if row[0] == scope.revision}
            if len(values) < len({first, last}):
                return None
        return Cursor(first, values[first], before=True), Cursor(last, values[last])

    def _statement(self, shape: tuple[object, ...], build: Callable[[], sa.Select[Any]]) -> Statement:
        """The statement of that shape, compiled when it is first asked for."""
        known = self._statements.get(shape)
        if known is None:
            known = self._statements[shape] = self._database.compile(build())
        return known
