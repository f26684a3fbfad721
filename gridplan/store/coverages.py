"""How far the buildings of a town are from its services, kept once a town; what that covers of any plan made of it."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.store import frames
from gridplan.store.coverage_rows import Covered, Measured, Shared, covered_row, shared_row
from gridplan.store.database import Database
from gridplan.store.jobs import Jobs
from gridplan.store.log import now

if TYPE_CHECKING:
    import pandas as pd

Level = Literal["town", "area", "community", "grid", "compound_class"]
#: The kind of the jobs that measure.
MEASURING = "coverage"
#: Code of the whole plan, and class of compounds of what stands in none: as the functions on tables have them.
_WHOLE, _NO_CLASS = "all", "none"


class Coverages:
    """The distances that a database keeps. They are of a town, so that all plans of it share them, redrawn ones too."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._database = database
        self._jobs = jobs

    def measured(self, plan: str) -> Measured:
        """What is known of the distances of the plan's town.

        Raises
        ------
        StoreError
            GP460 they were not measured yet.
        """
        found = self.found(plan)
        if found is None:
            raise StoreError("GP460", plan=plan)
        return found

    def found(self, plan: str) -> Measured | None:
        """The same, or None where they were not measured yet."""
        table = self._database.dialect.tables.records["coverages"]
        with self._database.reading() as connection:
            town = self._town_of(connection, plan)
            query = sa.select(table.c.town, table.c.at, table.c.who, table.c.about).where(table.c.town == town)
            row = connection.execute(query).one_or_none() if town else None
        return None if row is None else Measured(row.town, row.at, row.who, json.loads(row.about))

    def capacities(self, plan: str, *, by: Level, kinds: Sequence[str]) -> list[Shared]:
        """Capacity for 1,000 people within a walk in the zones of a level, as :func:`gridplan.access_2sfca` tells it.

        Raises
        ------
        StoreError
            GP460 as :meth:`measured`; GP468 capacities were not shared.
        """
        measured = self.measured(plan)
        shared = measured.about.get("capacity")
        if not isinstance(shared, dict):
            raise StoreError("GP468", plan=plan)
        offers = {str(offer["kind"]): offer for offer in shared["kinds"]}
        far = self._database.dialect.tables.records["distances"]
        unknown = sa.case((sa.and_(far.c.people > 0, far.c.per_1000.is_(None)), 1), else_=0)
        sums = [
            sa.func.coalesce(sa.func.sum(far.c.people), 0.0),
            sa.func.coalesce(sa.func.sum(far.c.people * far.c.per_1000), 0.0),
            sa.func.coalesce(sa.func.sum(sa.case((far.c.per_1000 == 0, far.c.people), else_=0.0)), 0.0),
            _whole(unknown),
        ]
        zones, found = self._summed(plan, measured.town, by, kinds, sums)
        return [
            shared_row(by, code, name, kind, int(shared["within_m"]), offers[kind], found[code, kind])
            for code, name in zones.items()
            for kind in kinds
            if kind in offers
        ]

    def table(self, plan: str, *, by: Level, within_m: Sequence[int], kinds: Sequence[str]) -> list[Covered]:
        """The rows of a level of :func:`gridplan.coverage`, counted by the database.

        Parameters
        ----------
        within_m : metres, ascending.
        kinds : of services, some of those that were measured.

        Raises
        ------
        StoreError
            GP460 as :meth:`measured`.
        """
        zones, found = self._summed(plan, self.measured(plan).town, by, kinds, self._counts(within_m))
        return [
            covered_row(by, code, name, kind, found[code, kind], within, place)
            for code, name in zones.items()
            for kind in kinds
            for place, within in enumerate(within_m)
        ]

    def distances(self, plan: str) -> "pd.DataFrame":
        """The distances of the plan's town, as :func:`gridplan.analysis.services.measuring.measure` gave them.

        Raises
        ------
        StoreError
            GP460 as :meth:`measured`.
        """
        town = self.measured(plan).town
        with self._database.reading() as connection:
            return frames.select_distances(connection, self._database.dialect, town)

    def finish(
        self,
        job: str,
        owner: str,
        plan: str,
        distances: "pd.DataFrame",
        *,
        about: Mapping[str, object],
        result: Mapping[str, object],
    ) -> None:
        """Keeps the distances of the plan's town in the place of former ones, and ends the job: both or neither.

        Parameters
        ----------
        distances : the columns of the contract ``distances`` but ``town``.
        about : see :class:`Measured`.
        result : of the job.

        Raises
        ------
        StoreError
            GP445 the job was cancelled or given up meanwhile, so nothing is kept; GP461 the plan does not say of what town it is.
        """
        dialect = self._database.dialect
        rows, heads = dialect.tables.records["distances"], dialect.tables.records["coverages"]
        with self._database.writing() as connection:
            ended = self._jobs.done(connection, job, owner, result)
            town = self._town_of(connection, plan)
            if not town:
                raise StoreError("GP461", plan=plan)
            for table in (rows, heads):
                connection.execute(sa.delete(table).where(table.c.town == town))
            head = {"town": town, "at": now(), "who": ended.who, "about": json.dumps(about, ensure_ascii=False, sort_keys=True)}
            connection.execute(sa.insert(heads), head)
            frames.insert_distances(connection, dialect, town, distances)

    def _town_of(self, connection: sa.Connection, plan: str) -> str:
        """The identity of the town that the plan was made of; empty where an older program did not note it."""
        meta = self._database.dialect.tables.plan["meta"]
        return str(connection.scalar(sa.select(meta.c.value).where(meta.c.plan == plan, meta.c.key == "town")) or "")

    def _zones(self, connection: sa.Connection, plan: str, by: Level) -> Iterator[tuple[str, str | None]]:
        """Code and name of every zone of the level, the ones without a building too."""
        tables = self._database.dialect.tables.plan
        areas = tables["areas"]
        if by == "town":
            top = sa.select(areas.c.name).where(areas.c.plan == plan, areas.c.made.is_(sa.false()), areas.c.parent.is_(None))
            names = list(connection.scalars(top))
            yield _WHOLE, names[0] if len(names) == 1 else None
        if by in ("area", "community", "grid"):
            table = tables[{"area": "areas", "community": "communities", "grid": "grids"}[by]]
            query = sa.select(table.c.code, table.c.name).where(table.c.plan == plan)
            if by == "area":
                query = query.where(table.c.made.is_(sa.false())).order_by(self._database.dialect.by_code_point(table.c.code))
            yield from ((str(code), name) for code, name in connection.execute(query.order_by(table.c.fid)))

    def _areas(self, connection: sa.Connection, plan: str) -> dict[str, list[str]]:
        """Code of each community to those of the areas that it lies in."""
        tables = self._database.dialect.tables.plan
        areas, communities = tables["areas"], tables["communities"]
        query = sa.select(areas.c.code, areas.c.parent).where(areas.c.plan == plan, areas.c.made.is_(sa.false()))
        above: dict[str, str | None] = {str(code): parent for code, parent in connection.execute(query)}
        found: dict[str, list[str]] = {}
        query = sa.select(communities.c.code, communities.c.parent).where(communities.c.plan == plan)
        for code, parent in connection.execute(query):
            chain, area = [], parent
            while area in above and area not in chain:
                chain.append(str(area))
                area = above[str(area)]
            found[str(code)] = chain
        return found

    def _summed(
        self, plan: str, town: str, by: Level, kinds: Sequence[str], sums: Sequence[sa.ColumnElement[Any]]
    ) -> tuple[dict[str, str | None], Mapping[tuple[str, str], list[Any]]]:
        """Code and name of the zones of a level, and the sums over the buildings of each, by zone and kind."""
        counted: Level = "community" if by == "area" else by
        with self._database.reading() as connection:
            query = self._counted(plan, town, counted, kinds, sums)
            rows = [(str(row[0]), str(row[1]), row[2:]) for row in connection.execute(query)]
            zones = dict(self._zones(connection, plan, by))
            above = self._areas(connection, plan) if by == "area" else {}
        found: defaultdict[tuple[str, str], list[Any]] = defaultdict(lambda: [0] * len(sums))
        for zone, kind, mine in rows:
            for code in above.get(zone, ()) if by == "area" else (zone,):
                found[code, kind] = [one + other for one, other in zip(found[code, kind], mine, strict=True)]
        if by == "compound_class":
            zones = {code: code for code in sorted({code for code, _ in found}, key=lambda code: (code == _NO_CLASS, code))}
        return zones, found

    def _counts(self, within_m: Sequence[int]) -> list[sa.ColumnElement[int]]:
        """Five sums over all buildings, and three within each distance."""
        tables = self._database.dialect.tables
        buildings, far = tables.plan["buildings"], tables.records["distances"]
        sums: list[sa.ColumnElement[int]] = [
            sa.func.count(),
            _whole(buildings.c.households),
            _whole(far.c.population),
            _whole(sa.case((far.c.population.is_(None), 1), else_=0)),
            _whole(sa.case((far.c.method == "straight", 1), else_=0)),
        ]
        for within in within_m:
            near = far.c.metres <= within
            sums += [
                _whole(sa.case((near, 1), else_=0)),
                _whole(sa.case((near, buildings.c.households), else_=0)),
                _whole(sa.case((near, far.c.population), else_=0)),
            ]
        return sums

    def _counted(
        self, plan: str, town: str, by: Level, kinds: Sequence[str], sums: Sequence[sa.ColumnElement[Any]]
    ) -> sa.Select[Any]:
        """Zone, kind and the sums."""
        tables = self._database.dialect.tables
        buildings, grids, far = tables.plan["buildings"], tables.plan["grids"], tables.records["distances"]
        zone: sa.ColumnElement[str] = {
            "grid": buildings.c.grid,
            "community": grids.c.community,
            "compound_class": far.c.compound_class,
        }.get(by, sa.literal(_WHOLE))
        joined = buildings.join(grids, sa.and_(grids.c.plan == buildings.c.plan, grids.c.code == buildings.c.grid)).join(
            far, sa.and_(far.c.town == town, far.c.building == buildings.c.id)
        )
        query = sa.select(zone, far.c.kind, *sums).select_from(joined).where(buildings.c.plan == plan, far.c.kind.in_(kinds))
        if by == "compound_class":
            query = query.where(far.c.compound_class.is_not(None))
        return query.group_by(*([far.c.kind] if by == "town" else [zone, far.c.kind]))


def _whole(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """The sum as a whole number; PostgreSQL gives decimals for sums of such."""
    return sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)
