"""What a plan comes to against its rules, counted by the database: for each community, or for each grid."""

from typing import NamedTuple

import sqlalchemy as sa

from gridplan.store.database import Database


class AreaTold(NamedTuple):
    """An area of the administrative tree, as given."""

    code: str
    name: str
    level: str
    parent: str | None


class CommunityCounts(NamedTuple):
    """A community: its grids by status, its units and those out of range, its findings that are not proved.

    ``bbox`` is west, south, east, north.
    """

    code: str
    name: str
    kind: str
    parent: str | None
    households: int
    population: int | None
    grids: int
    special: int
    ok: int
    proved: int
    open: int
    units: int
    units_out: int
    findings_open: int
    bbox: tuple[float, float, float, float] | None


class GridCounts(NamedTuple):
    """A grid and what it counts."""

    code: str
    name: str
    kind: str
    community: str
    households: int
    population: int | None
    units: int
    buildings: int
    status: str


class PlanCounts:
    """The counts of the plans of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def areas(self, plan: str) -> list[AreaTold]:
        """The administrative areas above the communities, as they were given; none where there are none."""
        areas = self._database.dialect.tables.plan["areas"]
        query = sa.select(areas.c.code, areas.c.name, areas.c.level, areas.c.parent)
        with self._database.reading() as connection:
            found = connection.execute(query.where(areas.c.plan == plan, areas.c.made.is_(sa.false())).order_by(areas.c.fid))
            return [AreaTold(*row) for row in found]

    def grids(self, plan: str) -> list[GridCounts]:
        """The grids, in the order of the plan."""
        grids = self._database.dialect.tables.plan["grids"]
        query = sa.select(*(grids.c[name] for name in GridCounts._fields))
        with self._database.reading() as connection:
            return [GridCounts(*row) for row in connection.execute(query.where(grids.c.plan == plan).order_by(grids.c.fid))]

    def communities(self, plan: str) -> list[CommunityCounts]:
        """The communities, in the order of the plan."""
        tables = self._database.dialect.tables.plan
        grids, units, findings, communities = (tables[name] for name in ("grids", "units", "findings", "communities"))
        with self._database.reading() as connection:
            held = {
                row[0]: row[1:]
                for row in connection.execute(
                    sa.select(
                        grids.c.community,
                        _whole(grids.c.households),
                        # Unknown people of one grid make those of the community unknown.
                        sa.case((sa.func.count(grids.c.population) == sa.func.count(), _whole(grids.c.population))),
                        sa.func.count(),
                        _count(grids.c.kind == "special"),
                        *(_count(grids.c.status == status) for status in ("ok", "proved", "open")),
                    )
                    .where(grids.c.plan == plan)
                    .group_by(grids.c.community)
                )
            }
            pieces = {
                row[0]: row[1:]
                for row in connection.execute(
                    sa.select(units.c.community, sa.func.count()).where(units.c.plan == plan).group_by(units.c.community)
                )
            }
            # A finding of a unit is that its households are out of range.
            outside = sa.func.count(sa.distinct(sa.case((findings.c.level == "unit", findings.c.zone))))
            unproved = _count(findings.c.proof.is_(sa.false()))
            told = (
                sa.select(findings.c.community, outside, unproved).where(findings.c.plan == plan).group_by(findings.c.community)
            )
            faults = {row[0]: row[1:] for row in connection.execute(told)}
            extent = self._database.dialect.extent(communities)
            boxes = sa.select(communities.c.code, *extent).where(communities.c.plan == plan).group_by(communities.c.code)
            sides = {row[0]: row[1:] for row in connection.execute(boxes)}
            query = sa.select(communities.c.code, communities.c.name, communities.c.kind, communities.c.parent)
            named = connection.execute(query.where(communities.c.plan == plan).order_by(communities.c.fid)).all()
        return [
            CommunityCounts._make(
                [
                    *row,
                    *held.get(row[0], (0, 0, 0, 0, 0, 0, 0)),
                    *pieces.get(row[0], (0,)),
                    *faults.get(row[0], (0, 0)),
                    _box(sides.get(row[0], ())),
                ]
            )
            for row in named
        ]


def _box(sides: tuple[float | None, ...]) -> tuple[float, float, float, float] | None:
    known = [side for side in sides if side is not None]
    return (known[0], known[1], known[2], known[3]) if len(known) == 4 else None


def _whole(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """The sum as a whole number; PostgreSQL gives decimals for sums of such."""
    return sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """How many rows it holds of."""
    return _whole(sa.case((condition, 1), else_=0))
