"""The edit log: who changed what, when, in which role, with what it was before and after."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store.database import Database
from gridplan.store.tables import findable

#: The key of ``before`` under which a redrawing keeps what it is undone by.
FORMER = "former"

#: JSON of what an edit changed.
Record = Mapping[str, object]


@dataclass(frozen=True)
class Editor:
    """Who changes something.

    Attributes
    ----------
    name : as the log says it.
    role : in which it is done.
    known : whether the name tells one person from another; False where nobody was asked who they are.
    """

    name: str
    role: str
    known: bool = True


#: Whoever may open the store itself, without a service that would ask who it is.
COMMAND_LINE = Editor("command line", "admin", known=False)


@dataclass(frozen=True)
class Edit:
    """One line of the edit log.

    Attributes
    ----------
    number : of the line; grows.
    at : when, ISO 8601 in UTC.
    scope : id of the plan, name of the register, ``tokens`` or ``towns``.
    item : id of the row, where it is one.
    operation : create, replace, update, delete, rename, adopt, ...
    revision : of the scope after it.
    before, after : what it changed, as it was and as it became; None where there was nothing before, or is nothing after.
    """

    number: int
    at: str
    who: str
    role: str
    scope: str
    item: str | None
    operation: str
    revision: int
    before: Record | None
    after: Record | None
    note: str | None


class EditLog:
    """The edit log of a database: written in the transaction of the change itself, never changed afterwards."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.dialect.tables.records["edits"]

    def write(
        self,
        connection: sa.Connection,
        who: Editor,
        scope: str,
        operation: str,
        *,
        revision: int,
        item: str | None = None,
        before: Record | None = None,
        after: Record | None = None,
        note: str | None = None,
    ) -> int:
        """Adds a line, in the transaction of the change that it tells of; its number."""
        line = {
            "at": now(),
            "who": who.name,
            "role": who.role,
            "scope": scope,
            "item": item,
            "operation": operation,
            "revision": revision,
            "before": _text(before),
            "after": _text(after),
            "note": note,
        }
        number: int = connection.execute(sa.insert(self._table), line).inserted_primary_key[0]  # type: ignore[index]  # it is given
        return number

    def of_scope(self, connection: sa.Connection, scope: str) -> Iterator[Edit]:
        """All lines of a scope, the oldest first."""
        query = sa.select(self._table).where(self._table.c.scope == scope).order_by(self._table.c.fid)
        return map(_edit, connection.execute(query).mappings())

    def history(
        self,
        scope: str | None = None,
        *,
        limit: int = 100,
        before: int | None = None,
        hidden: Sequence[str] = (),
        operations: Sequence[str] | None = None,
        item: str | None = None,
    ) -> list[Edit]:
        """The last lines, the newest first: of one scope, or of all but those ``hidden``; ``before`` is the number of a line.

        Where ``operations`` are given, the lines of these alone; where an ``item`` is, those of this row of the scope.
        """
        query = sa.select(self._table).order_by(self._table.c.fid.desc()).limit(limit)
        if not findable(scope or "") or not findable(item or ""):
            return []
        if scope is not None:
            query = query.where(self._table.c.scope == scope)
        if item is not None:
            query = query.where(self._table.c.item == item)
        if operations is not None:
            query = query.where(self._table.c.operation.in_(operations))
        if hidden:
            query = query.where(self._table.c.scope.not_in(hidden))
        if before is not None:
            query = query.where(self._table.c.fid < before)
        with self._database.reading() as connection:
            return [_short(_edit(row)) for row in connection.execute(query).mappings()]

    def one(self, connection: sa.Connection, scope: str, number: int) -> Edit:
        """One line of a scope.

        Raises
        ------
        StoreError
            GP428 it has none of that number.
        """
        query = sa.select(self._table).where(self._table.c.scope == scope, self._table.c.fid == number)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise StoreError("GP428", plan=scope, edit=number)
        return _edit(row)


def now() -> str:
    """The time as the store keeps it.

    Examples
    --------
    >>> len(now())
    24
    """
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _edit(row: sa.RowMapping) -> Edit:
    before, after = (None if row[name] is None else json.loads(row[name]) for name in ("before", "after"))
    told = {name: row[name] for name in ("at", "who", "role", "scope", "item", "operation", "revision", "note")}
    return Edit(number=row["fid"], before=before, after=after, **told)


def _short(edit: Edit) -> Edit:
    """The line without what a redrawing is undone by, which can be long."""
    if edit.before is None or FORMER not in edit.before:
        return edit
    return replace(edit, before={key: value for key, value in edit.before.items() if key != FORMER} or None)


def _text(record: Record | None) -> str | None:
    return None if record is None else json.dumps(record, ensure_ascii=False)
