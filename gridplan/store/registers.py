"""Changes of the registers, row by row, each with its line in the edit log."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store.checked_rows import Json, Row, checked_row, merged
from gridplan.store.collections import Collection, Scopes
from gridplan.store.database import Database
from gridplan.store.filters import Reference
from gridplan.store.incident_rules import check_case, in_its_grid
from gridplan.store.log import EditLog, Editor
from gridplan.store.rendering import Value
from gridplan.store.tables import GEOMETRY, findable

#: The revisions that a change may be based on; ``*``: any, as long as there is something; None: any, or nothing.
Based = frozenset[int] | Literal["*"] | None


@dataclass(frozen=True)
class Written:
    """A row that was written: its id, its own revision, the register's, and whether it was not there before."""

    id: str
    revision: int
    register_revision: int
    created: bool = False


@dataclass(frozen=True)
class _Known:
    """A row as it is now: its number, its revision, its values without the id, its shape."""

    fid: int
    revision: int
    values: Mapping[str, Value]
    shape: shapely.Geometry | None

    def record(self, item: str) -> dict[str, object]:
        """What GeoJSON says of it."""
        return _record(Row(item, self.values, self.shape), item)


class Registers:
    """The registers of a database. Each change is one transaction: it and its line in the log, or neither.

    ``feature`` and ``patch`` are GeoJSON as parsed, not checked yet, with coordinates in ``reference``, where that is None in
    longitude and latitude; ``based`` are the revisions of the row that the change may be based on.
    """

    def __init__(self, database: Database, scopes: Scopes, log: EditLog) -> None:
        self._database = database
        self._scopes = scopes
        self._log = log

    def create(self, register: str, feature: object, who: Editor, *, reference: Reference | None = None) -> Written:
        """A new row, by the id that the feature has, or else one that the store makes.

        Raises
        ------
        RequestError
            GP583 what is wrong with the feature.
        StoreError
            GP408 no such register; GP409 read only; GP421 there is a row with this id.
        """
        collection = self._register(register)
        row = checked_row(feature, collection.contract, reference=reference)
        return self._written(collection, row.id, row, who, None, taken="GP421")

    def replace(
        self,
        register: str,
        item: str,
        feature: object,
        who: Editor,
        *,
        based: Based = None,
        only_new: bool = False,
        reference: Reference | None = None,
    ) -> Written:
        """The row with this id, put in the place of what was there; made where there was none.

        Raises
        ------
        RequestError
            GP583 what is wrong with the feature.
        StoreError
            GP408, GP409 as :meth:`create`; GP420 the row is at another revision; GP422 it is there, and ``only_new`` was asked.
        """
        collection = self._register(register)
        row = checked_row(feature, collection.contract, item=item, reference=reference)
        return self._written(collection, item, row, who, based, taken="GP422" if only_new else None)

    def update(
        self,
        register: str,
        item: str,
        patch: object,
        who: Editor,
        *,
        based: Based = None,
        reference: Reference | None = None,
    ) -> Written:
        """The row with a JSON merge patch (RFC 7396) put on it; what the patch does not name stays.

        Raises
        ------
        RequestError
            GP583 the patch is no object, or what is wrong with the row after it.
        StoreError
            GP408, GP409, GP420 as :meth:`replace`; GP417 there is no such row.
        """
        collection = self._register(register)
        with self._database.writing() as connection:
            self.lock(connection, collection)
            known = self._there(connection, collection, item, based)
            moved = isinstance(patch, Mapping) and "geometry" in patch
            target = {"type": "Feature", "id": item, **known.record(item)}
            if moved and reference is not None:
                target["geometry"] = None  # a part of a place in one CRS does not go with the rest in another
            feature = merged(target, patch)
            row = checked_row(feature, collection.contract, item=item, reference=reference if moved else None)
            check_case(collection.name, known.values, row)
            return self._change(connection, collection, item, row, who, known, "update")

    def amend(
        self,
        register: str,
        item: str,
        change: Callable[[Json], Mapping[str, Value]],
        who: Editor,
        *,
        operation: str,
        based: Based = None,
        note: str | None = None,
    ) -> Written:
        """The row with the columns that ``change`` gives for the values it has now; the log says ``operation``.

        Raises
        ------
        StoreError
            GP408, GP409, GP417, GP420 as :meth:`update`.
        GridplanError
            What ``change`` refuses; then nothing is written.
        """
        collection = self._register(register)
        with self._database.writing() as connection:
            self.lock(connection, collection)
            known = self._there(connection, collection, item, based)
            cells = change(known.values)
            row = Row(item, {**known.values, **cells}, known.shape)
            return self._change(connection, collection, item, row, who, known, operation, note=note)

    def put(self, connection: sa.Connection, register: str, row: Row, who: Editor) -> None:
        """The row in the place of the one of its id, in a transaction that has the lock; the log says ``replace``."""
        collection, item = self._register(register), str(row.id)
        self._change(connection, collection, item, row, who, self._there(connection, collection, item, None), "replace")

    def delete(self, register: str, item: str, who: Editor, *, based: Based = None) -> None:
        """The row is there no more.

        Raises
        ------
        StoreError
            GP408, GP409, GP417, GP420 as :meth:`update`.
        """
        collection = self._register(register)
        with self._database.writing() as connection:
            self.lock(connection, collection)
            known = self._there(connection, collection, item, based)
            connection.execute(sa.delete(collection.table).where(collection.table.c.fid == known.fid))
            revision = self.lock(connection, collection)
            self._log.write(connection, who, register, "delete", revision=revision, item=item, before=known.record(item))

    def _written(
        self, collection: Collection, item: str | None, row: Row, who: Editor, based: Based, *, taken: str | None
    ) -> Written:
        """The row as it was put there; ``taken`` is the error where there is one of this id and may not be."""
        name = collection.name
        try:
            with self._database.writing() as connection:
                revision = self.lock(connection, collection)
                known = None if item is None else self._known(connection, collection, item)
                if known is not None:
                    if taken is not None:
                        raise StoreError(taken, collection=name, item=str(item), current=known.revision)
                    _check_base(name, str(item), known.revision, based)
                    check_case(name, known.values, row)
                    return self._change(connection, collection, str(item), row, who, known, "replace")
                if based is not None:
                    raise StoreError("GP420", collection=name, item=str(item), current="-")
                check_case(name, None, row)
                return self._insert(connection, collection, item, row, who, revision)
        except sa.exc.IntegrityError as error:
            # Another program made a row of this id between the look and the insert.
            raise StoreError("GP421", collection=name, item=str(item), current="-") from error

    def _insert(
        self, connection: sa.Connection, collection: Collection, item: str | None, row: Row, who: Editor, revision: int
    ) -> Written:
        table = collection.table
        if collection.name == "incidents":
            row = in_its_grid(connection, self._database.dialect, row)
        values: dict[str, object] = {**row.values, **self._shape_of(connection, collection, row)}
        values["id"] = uuid.uuid4().hex if item is None else item
        # Above every revision that a former row of this id can have had, so that no ETag of that one fits.
        values["revision"] = revision + 1
        made = connection.execute(sa.insert(table).values(values).returning(table.c.id, table.c.revision)).one()
        after = self.lock(connection, collection)
        record = _record(row, made.id)
        self._log.write(connection, who, collection.name, "create", revision=after, item=made.id, after=record)
        return Written(made.id, made.revision, after, created=True)

    def _change(
        self,
        connection: sa.Connection,
        collection: Collection,
        item: str,
        row: Row,
        who: Editor,
        known: _Known,
        operation: str,
        *,
        note: str | None = None,
    ) -> Written:
        table = collection.table
        record, before = _record(row, item), known.record(item)
        values: dict[str, object] = dict(row.values)
        if record.get("geometry") != before.get("geometry"):
            values |= self._shape_of(connection, collection, row)
        connection.execute(sa.update(table).where(table.c.fid == known.fid).values(values))
        # The triggers made both revisions grow.
        own = connection.scalar(sa.select(table.c.revision).where(table.c.fid == known.fid))
        after = self.lock(connection, collection)
        told: dict[str, Any] = {"item": item, "before": before, "after": record, "note": note}  # texts and documents
        self._log.write(connection, who, collection.name, operation, revision=after, **told)
        return Written(item, int(own or 0), after)

    def _shape_of(self, connection: sa.Connection, collection: Collection, row: Row) -> dict[str, object]:
        if not collection.contract.geometry:
            return {}
        dialect = self._database.dialect
        shapes = np.array([row.shape], dtype=object)
        dialect.note(connection, collection.table, shapes)
        return {GEOMETRY: dialect.encode(shapes)[0]}

    def _there(self, connection: sa.Connection, collection: Collection, item: str, based: Based) -> _Known:
        known = self._known(connection, collection, item) if findable(item) else None
        if known is None:
            raise StoreError("GP417", item=item[:80], collection=collection.name)
        _check_base(collection.name, item, known.revision, based)
        return known

    def _known(self, connection: sa.Connection, collection: Collection, item: str) -> _Known | None:
        table, contract = collection.table, collection.contract
        columns = [table.c.fid, table.c.revision, *(table.c[name] for name in contract.names())]
        if contract.geometry:
            columns.append(table.c[GEOMETRY])
        query = sa.select(*columns).where(table.c.id == item)
        found = connection.execute(query).mappings().one_or_none()
        if found is None:
            return None
        shape = self._database.dialect.decode([found[GEOMETRY]])[0] if contract.geometry else None
        values = {name: found[name] for name in contract.names() if name not in contract.key}
        return _Known(found["fid"], found["revision"], values, shape)

    def _register(self, name: str) -> Collection:
        collection = self._scopes.collection(name)
        if not collection.register:
            known = ", ".join(each.name for each in self._scopes.collections.values() if each.register)
            raise StoreError("GP408", layer=name, known=known)
        return collection

    def lock(self, connection: sa.Connection, collection: Collection) -> int:
        """The revision of the register; nobody else can change its rows until the transaction ends."""
        kept = self._database.dialect.tables.records["registers"]
        query = sa.select(kept.c.revision).where(kept.c.name == collection.name).with_for_update()
        return int(connection.execute(query).scalar_one())


def _check_base(collection: str, item: str, current: int, based: Based) -> None:
    if isinstance(based, frozenset) and current not in based:
        raise StoreError("GP420", collection=collection, item=item, current=current)


def _record(row: Row, item: str) -> dict[str, object]:
    """What GeoJSON says of a row, as the log keeps it."""
    shape = None if row.shape is None else json.loads(shapely.to_geojson(row.shape))
    return {"geometry": shape, "properties": {"id": item, **row.values}}
