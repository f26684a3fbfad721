"""What can be asked for: the layers of plans and the registers, and which plan an address means."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from gridplan.contracts import OFFERED, PLAN, REGISTERS, SHOWN, Contract
from gridplan.errors import StoreError
from gridplan.store.database import Database, Statement
from gridplan.store.filters import Columns, Queryable
from gridplan.store.tables import GEOMETRY, identity

#: Layers whose rows each lie in one community; the others belong to the plan as a whole.
_COMMUNAL = ("communities", "grids", "units", "buildings", "sections", "nodes", "posts", "findings", "lineage", "voided", "atoms")


@dataclass(frozen=True)
class Collection:
    """A layer of plans, or a register."""

    name: str
    contract: Contract
    table: sa.Table
    register: bool

    @property
    def identity(self) -> str:
        """The column that a feature is called by; ``item``, its number, is no property."""
        return identity(self.contract)

    @cached_property
    def queryables(self) -> Columns:
        """What filters may name: every property, and the geometry."""
        found = {column.name: Queryable(self.table.c[column.name], column.kind) for column in self.contract.columns}
        if self.contract.geometry:
            found["geometry"] = Queryable(self.table.c[GEOMETRY], "geometry")
        return found

    @property
    def communal(self) -> bool:
        """Whether the rows of one community can be told from the others."""
        return self.name in _COMMUNAL


@dataclass(frozen=True)
class Dataset:
    """Which rows an address means.

    Attributes
    ----------
    plan : id of a plan; None: the plan adopted last, or where none is adopted the one saved last.
    community : code of a community: the plan adopted there, its rows alone. Not both.
    """

    plan: str | None = None
    community: str | None = None


@dataclass(frozen=True)
class Scope:
    """The plan or register that a dataset means now, and its revision."""

    name: str
    revision: int
    community: str | None = None


class Scopes:
    """Names and datasets looked up in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        tables = database.dialect.tables
        layers = {
            name: Collection(name, PLAN[name], table, register=False) for name, table in tables.plan.items() if name in OFFERED
        }
        registers = {name: Collection(name, REGISTERS[name], table, register=True) for name, table in tables.registers.items()}
        self.collections: Mapping[str, Collection] = {**layers, **registers}
        plans, adoptions, kept = tables.plans, tables.records["adoptions"], tables.records["registers"]
        name = sa.bindparam("name", type_=sa.Text())
        found = sa.select(plans.c.id, plans.c.revision)
        last = sa.select(sa.func.coalesce(sa.func.max(adoptions.c.fid), 0)).where(adoptions.c.plan == plans.c.id)
        self._some = database.compile(sa.select(plans.c.id).order_by(plans.c.fid.desc()).limit(SHOWN))
        self._by_plan = database.compile(found.where(plans.c.id == name))
        self._current = database.compile(found.order_by(last.scalar_subquery().desc(), plans.c.fid.desc()).limit(1))
        adopted = found.join(adoptions, adoptions.c.plan == plans.c.id).where(adoptions.c.community == name)
        self._by_community = database.compile(adopted.order_by(adoptions.c.fid.desc()).limit(1))
        self._by_register = database.compile(sa.select(kept.c.name, kept.c.revision).where(kept.c.name == name))

    def collection(self, name: str) -> Collection:
        """The collection of that name.

        Raises
        ------
        StoreError
            GP408 there is none.
        """
        if name not in self.collections:
            raise StoreError("GP408", layer=name, known=", ".join(self.collections))
        return self.collections[name]

    def register_revision(self, name: str) -> int:
        """The revision of a register; 0 where the file has none."""
        row = self._database.row(self._by_register, {"name": name})
        return 0 if row is None else int(row[1])

    def scope(self, dataset: Dataset, collection: Collection | None = None) -> Scope:
        """The plan that the dataset means now, or the register that the collection is.

        Raises
        ------
        StoreError
            GP401 no such plan; GP407 the store holds no plan; GP416 nothing is adopted in that community.
        """
        where = self._database.where
        if collection is not None and collection.register:
            return self._first(self._by_register, collection.name, None, StoreError("GP408", layer=collection.name, known="-"))
        if dataset.community is not None:
            missing = StoreError("GP416", community=dataset.community, where=where)
            return self._first(self._by_community, dataset.community, dataset.community, missing)
        if dataset.plan is None:
            return self._first(self._current, None, None, StoreError("GP407", where=where))
        row = self._database.row(self._by_plan, {"name": dataset.plan})
        if row is None:
            raise self.no_plan(dataset.plan)
        return Scope(row[0], row[1])

    def no_plan(self, plan: str) -> StoreError:
        """What is said of a plan that is not there, with some of those that are."""
        known = ", ".join(row[0] for row in self._database.rows(self._some, {}))
        return StoreError("GP401", plan=plan, where=self._database.where, known=known or "-")

    def _first(self, statement: Statement, name: str | None, community: str | None, missing: StoreError) -> Scope:
        row = self._database.row(statement, {} if name is None else {"name": name})
        if row is None:
            raise missing
        return Scope(row[0], row[1], community)
