"""Casework in the store: steps of incidents, their history, incidents brought from files, the plans that were in force."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from gridplan.analysis.incidents.casework import Step, taken
from gridplan.analysis.incidents.limits import DEFAULT, Limits
from gridplan.errors import StoreError
from gridplan.progress import Progress, silent
from gridplan.store.checked_rows import Row
from gridplan.store.collections import Scopes
from gridplan.store.database import Database
from gridplan.store.incident_columns import IncidentColumns
from gridplan.store.jobs import Job, Jobs
from gridplan.store.log import Edit, EditLog, Editor
from gridplan.store.registers import Based, Registers, Written
from gridplan.store.rendering import Value
from gridplan.store.tables import GEOMETRY, findable

if TYPE_CHECKING:
    import geopandas as gpd

    from gridplan.analysis.incidents.assignment import InForce
    from gridplan.report import Report

REGISTER = "incidents"
#: The kind of the jobs that bring incidents from files.
IMPORTING = "import"
#: Ids that one statement names at most.
_AT_ONCE = 5000


#: From so many new rows on it is quicker to index a table anew.
_MANY = 20_000


@dataclass(frozen=True)
class Added:
    """What became of incidents brought from elsewhere.

    Attributes
    ----------
    created : rows that are new.
    unchanged : rows that the store has just so.
    replaced : ids of rows that took the place of others.
    kept : ids of rows that say something else than the store, which stays as it is.
    report : where rows lie in no grid, by id; see ``gridplan.assign_grids``.
    """

    created: int
    unchanged: int
    replaced: tuple[str, ...]
    kept: tuple[str, ...]
    report: "Report"


@dataclass(frozen=True)
class _Ready:
    """Rows as the register takes them: column -> values, their shapes, and where they lie in no grid."""

    columns: Mapping[str, Sequence[Value]]
    shapes: np.ndarray
    report: "Report"


def _in_their_grids(
    incidents: "gpd.GeoDataFrame", history: "list[InForce]", planned: "gpd.GeoSeries"
) -> "tuple[gpd.GeoDataFrame, Report]":
    """The incidents, those without a grid with the one in force when they were reported, and where there was none.

    Those that name a grid keep it; what no plan that was ever in force has is told.
    """
    from gridplan.analysis.incidents.assignment import assign_grids
    from gridplan.report import Report

    without = incidents["grid"].isna()
    grids, report = assign_grids(incidents[without], history, planned=planned)
    known = {code for each in history for code in each.grids["code"]}
    strange = incidents[~without & ~incidents["grid"].isin(known)]
    report += Report.of("incidents", "report.incident_unknown_grid", strange["id"], strange["grid"])
    return incidents.assign(grid=incidents["grid"].where(~without, grids.reindex(incidents.index))), report


class Incidents:
    """The casework of a database. Each step is one transaction with its line in the edit log."""

    def __init__(
        self,
        database: Database,
        scopes: Scopes,
        log: EditLog,
        registers: Registers,
        columns: IncidentColumns,
        jobs: Jobs,
    ) -> None:
        self._database = database
        self._dialect = database.dialect
        self._collection = scopes.collection(REGISTER)
        self._log = log
        self._registers = registers
        self._columns = columns
        self._jobs = jobs

    def take(
        self,
        item: str,
        step: Step,
        who: Editor,
        *,
        based: Based = None,
        note: str | None = None,
        limits: Limits = DEFAULT,
    ) -> Written:
        """The incident after the step, which the log has as an operation of its name.

        Raises
        ------
        InputError
            GP173-GP176 the step cannot be taken, or not so.
        StoreError
            GP409 read only; GP417 no such incident; GP420 it is at another revision.
        """

        def change(case: Mapping[str, object]) -> Mapping[str, Value]:
            return taken(case, step, limits)  # type: ignore[return-value]  # texts and numbers

        return self._registers.amend(REGISTER, item, change, who, operation=step.name, based=based, note=note)

    def history(self, item: str, *, limit: int = 1000) -> list[Edit]:
        """The lines of the edit log that tell of an incident, the newest first.

        Raises
        ------
        StoreError
            GP417 there neither is nor was such an incident.
        """
        found = self._log.history(REGISTER, item=item, limit=limit)
        if not found and not findable(item):
            raise StoreError("GP417", item=item[:80], collection=REGISTER)
        if not found:
            table = self._collection.table
            with self._database.reading() as connection:
                if connection.scalar(sa.select(table.c.fid).where(table.c.id == item)) is None:
                    raise StoreError("GP417", item=item[:80], collection=REGISTER)
        return found

    def in_force(self) -> "list[InForce]":
        """Every adoption of a plan in a community, with the grids that it has there, for ``gridplan.assign_grids``."""
        import geopandas as gpd

        from gridplan.analysis.incidents.assignment import InForce

        tables = self._dialect.tables
        made, grids = tables.records["adoptions"], tables.plan["grids"]
        columns = (made.c.fid, made.c.community, made.c.at, grids.c.code, grids.c[GEOMETRY])
        joined = sa.and_(grids.c.plan == made.c.plan, grids.c.community == made.c.community)
        query = sa.select(*columns).join(grids, joined).order_by(made.c.fid, grids.c.fid)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found: dict[int, tuple[str, str, list[str], list[bytes | None]]] = {}
        for number, community, at, code, shape in rows:
            _, _, codes, shapes = found.setdefault(number, (community, at, [], []))
            codes.append(code)
            shapes.append(shape)
        return [
            InForce(community, at, gpd.GeoDataFrame({"code": codes}, geometry=self._dialect.decode(shapes), crs="EPSG:4326"))
            for community, at, codes, shapes in found.values()
        ]

    def _planned(self) -> "gpd.GeoSeries":
        """The land of the communities that have plans of which none was ever adopted."""
        import geopandas as gpd

        tables = self._dialect.tables
        table, made = tables.plan["communities"], tables.records["adoptions"]
        query = sa.select(table.c[GEOMETRY]).where(table.c.code.not_in(sa.select(made.c.community)))
        with self._database.reading() as connection:
            shapes = list(connection.scalars(query.order_by(table.c.fid)))
        return gpd.GeoSeries(self._dialect.decode(shapes), crs="EPSG:4326")

    def add(self, incidents: "gpd.GeoDataFrame", who: Editor, *, replace: bool = False, progress: Progress = silent) -> Added:
        """Incidents from elsewhere put into the register in one transaction: a line in the log, and one for each replaced.

        Parameters
        ----------
        incidents : columns of the register, as :func:`gridplan.read_incidents` gives them.
        replace : whether a row that says something else than the one of its id in the store takes its place, or stays out.

        Raises
        ------
        InputError
            GP102-GP107 the table breaks its contract.
        StoreError
            GP409 read only; GP410 a geometry that does not fit.

        Notes
        -----
        Rows that name no grid get the one in force where and when they were reported; where none was, they stay without, also
        when a plan is adopted later. Measured on two idle cores:
        1 million new rows take 37 s into a GeoPackage, 29 s into PostGIS.
        """
        ready = self._ready(incidents, progress)
        with self._database.writing() as connection:
            return self._added(connection, ready, who, replace=replace, progress=progress)

    def finish(
        self,
        job: Job,
        owner: str,
        incidents: "gpd.GeoDataFrame",
        *,
        replace: bool,
        result: Callable[[Added], Mapping[str, object]],
        progress: Progress = silent,
    ) -> None:
        """The same as :meth:`add` for a job, which ends with its result: both or neither.

        Parameters
        ----------
        result : what the job is to say of what became of the rows.

        Raises
        ------
        StoreError
            GP445 the job was cancelled or given up meanwhile, so nothing is put into the register; GP410 as :meth:`add`.
        InputError
            GP102-GP107 the table breaks its contract.
        """
        ready = self._ready(incidents, progress)
        with self._database.writing() as connection:
            added = self._added(connection, ready, Editor(job.who, job.role), replace=replace, progress=progress)
            # Last, since whoever cancels the job changes its row.
            self._jobs.done(connection, job.id, owner, result(added))

    def _ready(self, incidents: "gpd.GeoDataFrame", progress: Progress) -> "_Ready":
        from gridplan.contracts import conform
        from gridplan.store.frames.rows import plain_values

        progress("stage.store", 0, max(len(incidents), 1))
        contract = self._collection.contract
        checked, report = _in_their_grids(conform(incidents, contract), self.in_force(), self._planned())
        columns = {name: plain_values(checked[name]) for name in contract.names()}
        return _Ready(columns, np.asarray(checked.geometry.array, dtype=object), report)

    def _added(self, connection: sa.Connection, ready: "_Ready", who: Editor, *, replace: bool, progress: Progress) -> Added:
        columns, shapes = ready.columns, ready.shapes
        revision = self._registers.lock(connection, self._collection)
        known = self._known(connection, columns["id"])  # type: ignore[arg-type]  # ids are texts
        fresh = np.array([name not in known for name in columns["id"]], dtype=bool)
        self._insert(connection, columns, shapes, np.flatnonzero(fresh), revision)
        unchanged, replaced, kept = self._put(connection, columns, shapes, np.flatnonzero(~fresh), who, replace=replace)
        after = self._registers.lock(connection, self._collection)
        told = {"created": int(fresh.sum()), "unchanged": unchanged, "replaced": len(replaced), "kept": len(kept)}
        if told["created"] or replaced:
            self._log.write(connection, who, REGISTER, "import", revision=after, after=told)
        progress("stage.store", len(fresh), max(len(fresh), 1))
        return Added(told["created"], unchanged, tuple(replaced), tuple(kept), ready.report)

    def _known(self, connection: sa.Connection, ids: Sequence[str]) -> set[str]:
        """Those of the ids that the register has."""
        table = self._collection.table
        found: set[str] = set()
        if connection.scalar(sa.select(table.c.fid).limit(1)) is None:
            return found
        for begin in range(0, len(ids), _AT_ONCE):
            found |= set(connection.scalars(sa.select(table.c.id).where(table.c.id.in_(ids[begin : begin + _AT_ONCE]))))
        return found

    def _insert(
        self,
        connection: sa.Connection,
        columns: Mapping[str, Sequence[Value]],
        shapes: np.ndarray,
        rows: np.ndarray,
        revision: int,
    ) -> None:
        if not len(rows):
            return
        self._dialect.note(connection, self._collection.table, shapes[rows])
        mine: dict[str, Sequence[object]] = {name: [values[row] for row in rows] for name, values in columns.items()}
        mine["revision"] = [revision + 1] * len(rows)
        mine[GEOMETRY] = self._dialect.encode(shapes[rows])
        if len(rows) < _MANY:
            self._dialect.load(connection, self._collection.table, mine)
        else:
            last = int(connection.scalar(sa.select(sa.func.max(self._collection.table.c.fid))) or 0)
            self._dialect.load_many(connection, self._collection.table, mine, shapes[rows])
            self._columns.changed_after(connection, last)
            self._columns.store(connection)

    def _put(
        self,
        connection: sa.Connection,
        columns: Mapping[str, Sequence[Value]],
        shapes: np.ndarray,
        rows: np.ndarray,
        who: Editor,
        *,
        replace: bool,
    ) -> tuple[int, list[str], list[str]]:
        """How many of the rows are there just so, and the ids of those that took the place of others, and of those left out."""
        unchanged, replaced, kept = 0, [], []
        for begin in range(0, len(rows), _AT_ONCE):
            chunk = rows[begin : begin + _AT_ONCE]
            stored = self._stored(connection, [str(columns["id"][row]) for row in chunk])
            for row in chunk:
                name = str(columns["id"][row])
                new = Row(name, {column: cells[row] for column, cells in columns.items() if column != "id"}, shapes[row])
                if new == stored[name]:
                    unchanged += 1
                elif replace:
                    self._registers.put(connection, REGISTER, new, who)
                    replaced.append(name)
                else:
                    kept.append(name)
        return unchanged, replaced, kept

    def _stored(self, connection: sa.Connection, ids: Sequence[str]) -> dict[str, Row]:
        """The rows of these ids."""
        table, names = self._collection.table, self._collection.contract.names()
        query = sa.select(*(table.c[name] for name in names), table.c[GEOMETRY]).where(table.c.id.in_(ids))
        rows = connection.execute(query).all()
        shapes = self._dialect.decode([row[-1] for row in rows])
        return {
            row.id: Row(row.id, {name: value for name, value in zip(names, row, strict=False) if name != "id"}, shape)
            for row, shape in zip(rows, shapes, strict=True)
        }
