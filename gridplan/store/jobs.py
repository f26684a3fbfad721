"""Jobs: what was asked, how far it is, how it ended. A job is never lost: it ends as done, failed or cancelled."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gridplan.errors import GridplanError, StoreError
from gridplan.messages import Fact, Phrase
from gridplan.store import frames, plans
from gridplan.store.database import Database
from gridplan.store.job_files import drop_files, keep_file, write_file
from gridplan.store.log import EditLog, Editor, now

if TYPE_CHECKING:
    from gridplan.plan import Plan

#: Seconds after which a server that does not tell that it lives is taken for dead.
STALE_S = 30.0
#: The kind of the jobs that make plans.
PLANNING = "plan"


@dataclass(frozen=True)
class Job:
    """A job.

    Attributes
    ----------
    progress : share done, 0-1.
    message : what it is doing, or why it failed, in the words of ``gridplan.messages``.
    asked : what was asked, as JSON has it.
    result : what it made; None until it is done.
    role : of who asked.
    cancel : whether it was asked to stop.
    """

    id: str
    kind: str
    state: str
    progress: float
    message: Phrase | None
    asked: Mapping[str, object]
    result: Mapping[str, object] | None
    who: str
    role: str
    created_at: str
    started_at: str | None
    ended_at: str | None
    cancel: bool
    number: int


class Jobs:
    """The jobs of a database. ``owner`` is the server process that runs a job; another one never writes it."""

    def __init__(self, database: Database, log: EditLog) -> None:
        self._database = database
        self._log = log
        self._table = database.dialect.tables.records["jobs"]
        self._files = database.dialect.tables.records["job_files"]

    def create(self, kind: str, asked: Mapping[str, object], who: Editor, *, file: Path | None = None) -> Job:
        """A new job, queued, with the file that it is given: both are kept or neither."""
        row = {
            "id": secrets.token_hex(8),
            "kind": kind,
            "state": "queued",
            "progress": 0.0,
            "params": json.dumps({"asked": asked, "role": who.role}, ensure_ascii=False),
            "who": who.name,
            "created_at": now(),
            "cancel": False,
        }
        with self._database.writing() as connection:
            connection.execute(sa.insert(self._table), row)
            if file is not None:
                keep_file(connection, self._files, str(row["id"]), file)
            return self._one(connection, str(row["id"]))

    def get(self, job: str) -> Job:
        """A job.

        Raises
        ------
        StoreError
            GP441 there is none of this id.
        """
        with self._database.reading() as connection:
            return self._one(connection, job)

    def list(self, *, limit: int = 100, before: int | None = None) -> list[Job]:
        """The last jobs, the newest first; ``before`` is the number of one."""
        query = sa.select(self._table).order_by(self._table.c.fid.desc()).limit(limit)
        if before is not None:
            query = query.where(self._table.c.fid < before)
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query).mappings()]

    def write_file(self, job: str, path: Path) -> None:
        """Writes the file that the job was given to ``path``; it is forgotten as soon as the job ends, however."""
        with self._database.reading() as connection:
            write_file(connection, self._files, job, path)

    def claim(self, owner: str) -> Job | None:
        """The job queued first, which this server now runs; None where none is."""
        table = self._table
        first = sa.select(table.c.id).where(table.c.state == "queued").order_by(table.c.fid).limit(1)
        with self._database.reading() as connection:
            if connection.scalar(first) is None:
                return None  # a look that takes no writer's lock
        with self._database.writing() as connection:
            job = connection.scalar(first.with_for_update(skip_locked=True))
            if job is None:
                return None
            begun = {"state": "running", "owner": owner, "started_at": now(), "heartbeat_at": now()}
            connection.execute(sa.update(table).where(table.c.id == job).values(begun))
            return self._one(connection, job)

    def beat(self, job: str, owner: str, progress: float, message: Phrase | None) -> bool:
        """Tells that the job is run still, and how far it is, unless somebody writes who would have to be waited for.

        Gives whether it is to go on: that must be known while the job itself keeps others from writing, too.
        """
        table = self._table
        told = {"progress": progress, "message": _message(message), "heartbeat_at": now()}
        mine = sa.and_(table.c.id == job, table.c.state == "running", table.c.owner == owner)
        with self._database.writing_unless_busy() as connection:
            connection.execute(sa.update(table).where(mine).values(told))
        return self.wanted(job, owner)

    def wanted(self, job: str, owner: str) -> bool:
        """Whether the job is to go on."""
        table = self._table
        mine = sa.and_(table.c.id == job, table.c.state == "running", table.c.owner == owner)
        with self._database.reading() as connection:
            return connection.scalar(sa.select(table.c.cancel).where(mine)) is False

    def finish(self, job: str, owner: str, plan: "Plan", result: Mapping[str, object]) -> None:
        """Saves the plan and ends the job with its result, in one transaction: both happen or neither.

        Raises
        ------
        StoreError
            GP402 another plan has this id; GP445 the job was cancelled or given up meanwhile, so nothing is saved.
        """
        dialect = self._database.dialect
        with self._database.writing() as connection:
            found = self.done(connection, job, owner, result)
            known = plans.has_plan(connection, dialect, plan.id)
            if known and not plan.equals(frames.select_plan(connection, dialect, plan.id)):
                raise StoreError("GP402", plan=plan.id, where="the store")
            if not known:
                frames.insert_plan(connection, dialect, plan)
                after = {"job": job, "asked": found.asked}
                self._log.write(connection, Editor(found.who, found.role), plan.id, "create", revision=1, after=after)

    def done(self, connection: sa.Connection, job: str, owner: str, result: Mapping[str, object]) -> Job:
        """The job, done with its result when the transaction ends in which what it made is saved.

        Raises
        ------
        StoreError
            GP445 the job was cancelled or given up meanwhile.
        """
        table = self._table
        ended = {"state": "done", "progress": 1.0, "message": None, "ended_at": now(), "result": json.dumps(result)}
        mine = sa.and_(table.c.id == job, table.c.state == "running", table.c.owner == owner, table.c.cancel.is_(False))
        if connection.execute(sa.update(table).where(mine).values(ended)).rowcount != 1:
            raise StoreError("GP445")
        drop_files(connection, self._files, sa.select(table.c.id).where(table.c.id == job))
        return self._one(connection, job)

    def fail(self, job: str, owner: str, error: GridplanError) -> None:
        """Ends the job as failed, where this server runs it still; as cancelled where it was asked to stop."""
        table = self._table
        with self._database.writing() as connection:
            mine = sa.and_(table.c.id == job, table.c.state == "running", table.c.owner == owner)
            cancelled = connection.scalar(sa.select(table.c.cancel).where(mine).with_for_update())
            self._end(connection, mine, StoreError("GP445") if cancelled else error)

    def requeue(self, job: str, owner: str) -> None:
        """Puts the job back into the queue, where this server runs it still: it is being stopped."""
        table = self._table
        again = {"state": "queued", "progress": 0.0, "message": None, "owner": None, "started_at": None, "heartbeat_at": None}
        with self._database.writing() as connection:
            mine = sa.and_(table.c.id == job, table.c.state == "running", table.c.owner == owner)
            self._end(connection, sa.and_(mine, table.c.cancel.is_(True)), StoreError("GP445"))
            connection.execute(sa.update(table).where(mine).values(again))

    def cancel(self, job: str) -> Job:
        """The job, which ends soon where it runs, and at once where it did not yet.

        Raises
        ------
        StoreError
            GP441 there is none of this id; GP442 it is over.
        """
        table = self._table
        with self._database.writing() as connection:
            found = self._one(connection, job, lock=True)
            if found.state not in ("queued", "running"):
                raise StoreError("GP442", job=job, state=found.state)
            connection.execute(sa.update(table).where(table.c.id == job).values(cancel=True))
            if found.state == "queued":
                self._end(connection, table.c.id == job, StoreError("GP445"))
            return self._one(connection, job)

    def recover(self, owner: str, *, alone: bool, stale_s: float = STALE_S) -> int:
        """Fails the jobs of servers that are dead; how many.

        Parameters
        ----------
        owner : this server, whose own jobs are left.
        alone : no other server may have the store open, so every job of another one is of a dead one. Else those are that did
            not tell that they live for ``stale_s`` seconds.
        """
        table = self._table
        lost = sa.and_(table.c.state == "running", table.c.owner != owner)
        if not alone:
            since = datetime.now(UTC) - timedelta(seconds=stale_s)
            lost = sa.and_(lost, table.c.heartbeat_at < since.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
        with self._database.reading() as connection:
            if connection.scalar(sa.select(table.c.id).where(lost).limit(1)) is None:
                return 0
        with self._database.writing() as connection:
            cancelled = self._end(connection, sa.and_(lost, table.c.cancel.is_(True)), StoreError("GP445"))
            return cancelled + self._end(connection, lost, StoreError("GP443"))

    def _end(self, connection: sa.Connection, which: sa.ColumnElement[bool], error: GridplanError) -> int:
        state = "cancelled" if error.code == "GP445" else "failed"
        ended = {"state": state, "message": _message(Phrase(error.code, error.facts)), "ended_at": now()}
        drop_files(connection, self._files, sa.select(self._table.c.id).where(which))
        return connection.execute(sa.update(self._table).where(which).values(ended)).rowcount

    def _one(self, connection: sa.Connection, job: str, *, lock: bool = False) -> Job:
        query = sa.select(self._table).where(self._table.c.id == job)
        row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        if row is None:
            raise StoreError("GP441", job=job[:80])
        return _job(row)


def _job(row: sa.RowMapping) -> Job:
    given = json.loads(row["params"])
    return Job(
        id=row["id"],
        kind=row["kind"],
        state=row["state"],
        progress=row["progress"],
        message=None if row["message"] is None else _phrase(json.loads(row["message"])),
        asked=given["asked"],
        result=None if row["result"] is None else json.loads(row["result"]),
        who=row["who"],
        role=given["role"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        cancel=bool(row["cancel"]),
        number=row["fid"],
    )


def _message(phrase: Phrase | None) -> str | None:
    """The words as the table keeps them: their key and facts, so that each reader gets them in their language."""
    return None if phrase is None else json.dumps(_plain(phrase), ensure_ascii=False)


def _plain(fact: Fact) -> object:
    if isinstance(fact, Phrase):
        return {"key": fact.key, "facts": {name: _plain(each) for name, each in fact.facts.items()}}
    if isinstance(fact, tuple):
        return [_plain(each) for each in fact]
    # The engine's numbers are numpy's.
    return fact.item() if hasattr(fact, "item") else fact


def _phrase(plain: dict[str, object]) -> Phrase:
    facts = plain["facts"]
    assert isinstance(facts, dict)
    return Phrase(str(plain["key"]), {name: _fact(value) for name, value in facts.items()})


def _fact(plain: object) -> Fact:
    if isinstance(plain, dict):
        return _phrase(plain)
    if isinstance(plain, list):
        return tuple(_phrase(each) for each in plain)
    assert isinstance(plain, str | int | float)
    return plain
