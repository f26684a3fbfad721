"""The incidents of a register as columns in memory, from which they are counted: kept in parts, read anew where one changed.

A part holds the rows of 16,384 numbers of rows (``fid``). The triggers of the register, which run whichever program writes, give
a part a new revision with every change of a row in it, and forget the columns that were stored for it.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from gridplan.analysis.incidents.measures import CaseFacts, Ints, instant
from gridplan.store.database import Database
from gridplan.store.tables import GEOMETRY, PART_BITS

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

#: Parts that are read from rows, about 0.1 s each, before they are stored for the next who opens the store.
_WORTH_STORING = 8
#: Parts whose stored columns are fetched at once.
_AT_ONCE = 16
_NEVER = np.datetime64("9999-12-31T23:59:59", "s")


@dataclass(frozen=True)
class Cases:
    """What counts ask for of every incident: 54 MB a million of them.

    Attributes
    ----------
    parts : number, revision and how many rows of each part, in the order of the rows.
    grids, kinds : texts; ``grid`` and ``kind`` of an incident are places in them, -1 where it names no grid.
    x, y : longitude and latitude; not a number where the place is not known.
    reported, due : in UTC, to the second below; ``due`` is far away where there is no limit.
    closed, rejected, escalated, on_time, late, rating : see :class:`CaseFacts`.
    """

    parts: list[tuple[int, int, int]]
    grids: list[str]
    kinds: list[str]
    grid: Ints
    kind: Ints
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    reported: NDArray[np.datetime64]
    due: NDArray[np.datetime64]
    closed: NDArray[np.bool_]
    rejected: NDArray[np.bool_]
    escalated: NDArray[np.bool_]
    on_time: NDArray[np.bool_]
    late: NDArray[np.bool_]
    rating: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.grid)

    def facts(self, rows: Ints, now: "datetime") -> CaseFacts:
        """The facts of some rows at a moment."""
        chosen = {name: getattr(self, name)[rows] for name in ("closed", "rejected", "escalated", "on_time", "late", "rating")}
        is_open = ~chosen["closed"] & ~chosen["rejected"]
        return CaseFacts(**chosen, overdue=is_open & (self.due[rows] < np.datetime64(instant(now), "s")))


class IncidentColumns:
    """The columns of a database's incidents; shared by threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.dialect
        self._incidents = database.dialect.tables.registers["incidents"]
        self._stored = database.dialect.tables.incident_parts
        self._parts: dict[int, tuple[int, pa.Table]] = {}
        self._cases: tuple[int, Cases] | None = None
        self._told: tuple[int, int, Cases] | None = None
        self._every_s = 0
        self._lock = Lock()

    def read(self, connection: sa.Connection) -> tuple[int, Cases]:
        """The revision of the register in this transaction, and its incidents.

        Notes
        -----
        Of a million incidents 0.3 s for a store that was just opened, and 0.1 s for each part that changed since.
        """
        revision = self.revision(connection)
        with self._lock:  # nobody reads a million rows beside another who does
            if self._cases is None or self._cases[0] != revision:
                self._cases = revision, self._refreshed(connection)
            return self._cases

    def publish_every(self, seconds: int) -> None:
        """What :meth:`published` gives stays as it is for so long, by the clock."""
        self._every_s = seconds

    def published(self, connection: sa.Connection) -> tuple[int, Cases]:
        """The incidents that viewers are told of: those of the first one who asked since the hour, or what it is, began.

        Who asks again and again can then not tell, by what they are told or by the time it takes, when an incident was written.
        """
        hour = int(time.time()) // self._every_s if self._every_s else -1
        told = self._told
        if told is None or hour < 0 or told[0] != hour:
            told = self._told = hour, *self.read(connection)
        return told[1], told[2]

    def revision(self, connection: sa.Connection) -> int:
        """The revision of the register in this transaction."""
        kept = self._dialect.tables.records["registers"]
        return int(connection.scalar(sa.select(kept.c.revision).where(kept.c.name == "incidents")) or 0)

    def changed_after(self, connection: sa.Connection, fid: int) -> None:
        """Tells the parts of rows above a number that they changed, after a writer who did without the triggers."""
        part, parts = self._incidents.c.fid.op(">>")(sa.literal_column(str(PART_BITS))), self._stored
        changed = {"revision": parts.c.revision + 1, "packed": None}
        connection.execute(sa.update(parts).where(parts.c.part >= fid >> PART_BITS).values(changed))
        new = sa.select(part, sa.literal_column("1")).where(self._incidents.c.fid > fid).distinct()
        connection.execute(sa.insert(parts).from_select(["part", "revision"], new.where(part.not_in(sa.select(parts.c.part)))))

    def store(self, connection: sa.Connection) -> None:
        """Stores the columns of all parts that have none stored, in the writer's transaction."""
        parts = self._stored
        lacking = connection.execute(sa.select(parts.c.part, parts.c.revision).where(parts.c.packed.is_(None))).all()
        for part, revision in lacking:
            self._put(connection, part, revision, self._from_rows(connection, part))

    def _refreshed(self, connection: sa.Connection) -> Cases:
        parts = self._stored
        found = {part: revision for part, revision in connection.execute(sa.select(parts.c.part, parts.c.revision))}  # noqa: C416 - of rows
        mine = {part: kept for part, kept in self._parts.items() if found.get(part) == kept[0]}
        lacking = sorted(set(found) - set(mine))
        for begin in range(0, len(lacking), _AT_ONCE):
            asked = sa.select(parts.c.part, parts.c.packed).where(parts.c.part.in_(lacking[begin : begin + _AT_ONCE]))
            for part, packed in connection.execute(asked.where(parts.c.packed.is_not(None))):
                mine[part] = found[part], _unpacked(packed)
        anew = [part for part in lacking if part not in mine]
        for part in anew:
            mine[part] = found[part], self._from_rows(connection, part)
        self._parts = mine
        if len(anew) >= _WORTH_STORING:
            self._store_if_nobody_writes({part: mine[part] for part in anew})
        return _joined([(part, *mine[part]) for part in sorted(mine) if len(mine[part][1])])

    def _store_if_nobody_writes(self, made: Mapping[int, "tuple[int, pa.Table]"]) -> None:
        """For the next who opens the store; a part that changed meanwhile has another revision, and is left."""
        if self._database.writable:
            with self._database.writing_unless_busy() as connection:
                for part, (revision, columns) in made.items():
                    self._put(connection, part, revision, columns)

    def _put(self, connection: sa.Connection, part: int, revision: int, columns: "pa.Table") -> None:
        parts = self._stored
        same = sa.and_(parts.c.part == part, parts.c.revision == revision)
        connection.execute(sa.update(parts).where(same).values({"packed": _packed(columns)}))

    def _from_rows(self, connection: sa.Connection, part: int) -> "pa.Table":
        table = self._incidents
        ended, due = (sa.func.rtrim(table.c[name], "Z") for name in ("closed_at", "due_at"))
        within = self._dialect.by_code_point(ended) <= self._dialect.by_code_point(due)
        seconds = [sa.func.substr(table.c[name], 1, 19) for name in ("reported_at", "due_at")]
        asked = (table.c[GEOMETRY], table.c.grid, table.c.kind, *seconds, table.c.stage, table.c.escalated_at, within)
        first = part << PART_BITS
        chosen = sa.and_(table.c.fid >= first, table.c.fid < first + (1 << PART_BITS))
        rows = connection.execute(sa.select(*asked, table.c.satisfaction).where(chosen).order_by(table.c.fid)).all()
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 9
        return self._as_table(*columns)

    def _as_table(
        self,
        shapes: Sequence[bytes | None],
        grid: Sequence[str | None],
        kind: Sequence[str],
        reported: Sequence[str],
        due: Sequence[str | None],
        stage: Sequence[str],
        escalated: Sequence[str | None],
        within: Sequence[bool | None],
        rating: Sequence[int | None],
    ) -> "pa.Table":
        import pyarrow as pa  # serving starts without it
        import shapely

        points = self._dialect.decode(shapes)
        closed = np.array([each == "closed" for each in stage], bool)
        return pa.table(
            {
                "grid": pa.array([each or None for each in grid], pa.string()).dictionary_encode(),
                "kind": pa.array(kind, pa.string()).dictionary_encode(),
                "x": shapely.get_x(points),
                "y": shapely.get_y(points),
                "reported": np.array(reported, "datetime64[s]"),
                "due": np.array([each or _NEVER for each in due], "datetime64[s]"),
                "closed": closed,
                "rejected": np.array([each == "rejected" for each in stage], bool),
                "escalated": np.array([each is not None for each in escalated], bool),
                "on_time": closed & np.array([bool(each) for each in within], bool),
                "late": closed & np.array([each is not None and not each for each in within], bool),
                "rating": np.array([each or 0 for each in rating], np.int8),
            }
        )


def _packed(columns: "pa.Table") -> bytes:
    import pyarrow as pa  # serving starts without it

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, columns.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(columns)
    return bytes(sink.getvalue())


def _unpacked(stored: bytes) -> "pa.Table":
    import pyarrow as pa  # serving starts without it

    return pa.ipc.open_stream(stored).read_all()


def _joined(parts: "list[tuple[int, int, pa.Table]]") -> Cases:
    """The rows of all parts as arrays."""
    empty = np.array([], np.int64)
    if not parts:
        times, flags = empty.astype("datetime64[s]"), empty.astype(bool)
        spots, ratings = empty.astype(np.float64), empty.astype(np.int8)
        return Cases([], [], [], empty, empty, spots, spots, times, times, flags, flags, flags, flags, flags, ratings)
    import pyarrow as pa  # a service without incidents does without it

    whole = pa.concat_tables([table for _, _, table in parts]).unify_dictionaries().combine_chunks()
    told = {name: whole[name].chunk(0) for name in whole.column_names}
    codes = {name: told.pop(name) for name in ("grid", "kind")}
    arrays = {name: column.to_numpy(zero_copy_only=False) for name, column in told.items()}
    places = {name: column.indices.fill_null(-1).to_numpy().astype(np.int64) for name, column in codes.items()}
    sizes = [(part, revision, len(table)) for part, revision, table in parts]
    return Cases(sizes, codes["grid"].dictionary.to_pylist(), codes["kind"].dictionary.to_pylist(), **places, **arrays)
