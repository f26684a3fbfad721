"""The towns of a store as a list that grows and shrinks, each change with its line in the edit log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store import frames, plans
from gridplan.store.database import Database
from gridplan.store.log import EditLog, Editor
from gridplan.store.tables import findable

if TYPE_CHECKING:
    import pandas as pd

    from gridplan.sources import Town

#: What the edit log calls the towns.
TOWNS = "towns"
#: The revisions that a town has: saved, and gone.
SAVED, _GONE = 1, 2
_SHOWN_JOBS = 5


@dataclass(frozen=True)
class TownInfo:
    """What is known of a town: the layers it has, and the files it was made from, with their sha256."""

    name: str
    layers: tuple[str, ...]
    source: Mapping[str, str]


class TownList:
    """The towns of a database. Each change is one transaction: it and its line in the log, or neither."""

    def __init__(self, database: Database, log: EditLog) -> None:
        self._database = database
        self._dialect = database.dialect
        self._log = log

    def page(self, *, limit: int, after: int | None = None) -> tuple[list[str], int | None]:
        """Names in the order they were saved, after a row number; and the number to go on after, where there are more."""
        towns = self._dialect.tables.towns
        query = sa.select(towns.c.fid, towns.c.name).where(towns.c.fid > (after or 0)).order_by(towns.c.fid).limit(limit + 1)
        with self._database.reading() as connection:
            rows = connection.execute(query).all() if self._dialect.has(connection, towns) else []
        shown = rows[:limit]
        return [str(name) for _, name in shown], shown[-1][0] if len(rows) > limit else None

    def one(self, name: str) -> TownInfo:
        """What is known of a town.

        Raises
        ------
        StoreError
            GP411 no such town.
        """
        with self._database.reading() as connection:
            return self._find(connection, name)

    def of_source(self, source: Mapping[str, str]) -> str | None:
        """The name of the town that was made from these files, so that a plan of this source is of that town; None without one.

        Of several the one saved first: they hold the same.
        """
        towns = self._dialect.tables.towns
        query = sa.select(towns.c.name, towns.c.source).order_by(towns.c.fid)
        with self._database.reading() as connection:
            rows = connection.execute(query).all() if self._dialect.has(connection, towns) else []
        return next((str(row.name) for row in rows if json.loads(row.source) == dict(source)), None)

    def compounds(self, name: str) -> "pd.DataFrame | None":
        """The compounds of a town with their classes, as its contract has them; None where it has no such layer.

        Raises
        ------
        StoreError
            GP411 no such town.
        """
        with self._database.reading() as connection:
            if "compounds" not in self._find(connection, name).layers:
                return None
            return frames.select_town_layer(connection, self._dialect, name, "compounds")

    def of_plan(self, plan: str) -> str | None:
        """The name of the town that the plan was made of, as :meth:`of_source`; None too where the plan does not say."""
        meta = self._dialect.tables.plan["meta"]
        with self._database.reading() as connection:
            source = connection.scalar(sa.select(meta.c.value).where(meta.c.plan == plan, meta.c.key == "source"))
        return None if source is None else self.of_source(json.loads(source))

    def add(self, name: str, town: "Town", who: Editor) -> None:
        """Saves a town that is not there yet; one of that name stays as it is.

        Raises
        ------
        StoreError
            GP409 the store is only open for reading.
        """
        try:
            with self._database.writing() as connection:
                if name in plans.select_towns(connection, self._dialect):
                    return
                frames.insert_town(connection, self._dialect, name, town)
                self._log.write(connection, who, TOWNS, "create", revision=SAVED, item=name, after=told_of(town))
        except sa.exc.IntegrityError:
            return  # somebody else saved it between the look and the insert

    def delete(self, name: str, who: Editor) -> None:
        """The town is there no more; plans that were made of it stay, and the log keeps that it was.

        Raises
        ------
        StoreError
            GP409 the store is only open for reading; GP411 no such town; GP432 jobs need it still.
        """
        with self._database.writing() as connection:
            found = self._find(connection, name, lock=True)
            waiting = self._jobs_of(connection, name)
            if waiting:
                jobs = ", ".join(waiting[:_SHOWN_JOBS]) + (" …" if len(waiting) > _SHOWN_JOBS else "")
                raise StoreError("GP432", town=name, jobs=jobs)
            plans.delete_town(connection, self._dialect, name)
            before = {"layers": list(found.layers), "source": dict(found.source)}
            self._log.write(connection, who, TOWNS, "delete", revision=_GONE, item=name, before=before)

    def _find(self, connection: sa.Connection, name: str, *, lock: bool = False) -> TownInfo:
        towns = self._dialect.tables.towns
        row = None
        if findable(name) and self._dialect.has(connection, towns):
            query = sa.select(towns.c.layers, towns.c.source).where(towns.c.name == name)
            row = connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise StoreError("GP411", town=name[:80], where=self._database.where, known="GET /towns")
        return TownInfo(name, tuple(json.loads(row.layers)), json.loads(row.source))

    def _jobs_of(self, connection: sa.Connection, name: str) -> list[str]:
        """The jobs that are not over and are to plan the town."""
        jobs = self._dialect.tables.records["jobs"]
        query = sa.select(jobs.c.id, jobs.c.params).where(jobs.c.state.in_(("queued", "running"))).order_by(jobs.c.fid)
        return [job for job, params in connection.execute(query) if json.loads(params)["asked"].get("town") == name]


def told_of(town: "Town") -> dict[str, object]:
    """What the edit log keeps of a town."""
    return {"layers": [layer for layer, _ in town.layers()], "source": dict(town.source)}
