"""The tables of the store, made from the contracts: one set for PostGIS and for the embedded GeoPackage.

Every layer of a plan is a table of the same name with the contract's columns, an integer ``fid`` that keeps the
order of rows, the ``plan`` they belong to, the ``community`` they lie in, ``geom`` where the contract has a geometry, and
``item``, the number of the row, where no single column identifies it. The layers of a town stand beside them as
``town_<layer>`` with the ``town`` they belong to. Registers have a ``revision`` for each row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from gridplan.contracts import PLAN, REGISTERS, REPORT, TOWN, Contract
from gridplan.contracts import Column as ContractColumn
from gridplan.store.records import PLANS, RECORDS, TOWNS

#: The revision of the tables: the newest in ``migrations/versions``, and what an embedded file says of itself.
SCHEMA = "0008"
#: What an embedded file may say besides: it lacks states of plans or columns of registers, and is upgraded when it is opened
#: for writing.
BEFORE = ("0006", "0007")

GEOMETRY = "geom"
#: A part of the incidents has the rows whose numbers agree but for so many bits; see ``incident_columns``.
PART_BITS = 14
GeometryType = Callable[[str, Contract], TypeEngine[bytes]]

# A GeoPackage knows no BIGINT; its INTEGER has 64 bits, as BIGINT has in PostgreSQL.
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TYPES: Mapping[str, TypeEngine[str] | TypeEngine[int] | TypeEngine[float] | TypeEngine[bool]] = {
    "text": sa.Text(),
    "time": sa.Text(),
    "int": _WHOLE,
    "float": sa.Double(),
    "bool": sa.Boolean(),
}
_NAMES = {"ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s"}

#: The report of a town, stored like one of its layers.
TOWN_REPORT = REPORT


#: Table -> name -> columns of its indexes. The edit log is read by what it tells of, the newest lines first; incidents are
#: listed by stage, those due first.
_INDEXES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "edits": {"scope": ("scope", "fid"), "item": ("scope", "item", "fid")},
    "incidents": {"due": ("stage", "due_at")},
    "organisations": {"zone": ("level", "zone")},
}


@dataclass(frozen=True)
class Tables:
    """The tables by name of layer, register or record; ``plans`` and ``towns`` own the rows of ``plan`` and ``town``."""

    metadata: sa.MetaData
    plans: sa.Table
    towns: sa.Table
    plan: Mapping[str, sa.Table]
    town: Mapping[str, sa.Table]
    registers: Mapping[str, sa.Table]
    records: Mapping[str, sa.Table]
    incident_parts: sa.Table

    def bundle(self) -> list[sa.Table]:
        """The tables of a plan bundle."""
        return [self.plans, *self.plan.values()]

    def service(self) -> list[sa.Table]:
        """The tables that an embedded file gets besides when it is first opened for writing."""
        return [*self.registers.values(), *self.records.values(), self.incident_parts]


def build_tables(geometry: GeometryType, *, new_id: str | None) -> Tables:
    """The tables with the geometry type that ``geometry`` gives for a table name and its contract.

    ``new_id`` is the database's expression for the id of a row that some program inserts into a register without one; where
    there is none, a trigger gives it.
    """
    metadata = sa.MetaData(naming_convention=_NAMES)
    plans = layer_table(metadata, "plans", PLANS, geometry)
    towns = layer_table(metadata, "towns", TOWNS, geometry)
    layers = {**TOWN, "report": TOWN_REPORT}
    return Tables(
        metadata,
        plans,
        towns,
        {name: _plan_table(metadata, name, contract, geometry, plans.c.id) for name, contract in PLAN.items()},
        {
            name: layer_table(metadata, f"town_{name}", contract, geometry, owner=("town", towns.c.name))
            for name, contract in layers.items()
        },
        {name: _register_table(metadata, name, contract, geometry, new_id) for name, contract in REGISTERS.items()},
        {name: layer_table(metadata, name, contract, geometry, more=_beside(name)) for name, contract in RECORDS.items()},
        _incident_parts(metadata),
    )


def identity(contract: Contract) -> str:
    """The column that identifies a feature of a layer or register: its key where that is one column, else ``item``."""
    return contract.key[0] if len(contract.key) == 1 else "item"


def _plan_table(metadata: sa.MetaData, name: str, contract: Contract, geometry: GeometryType, owner: sa.Column[str]) -> sa.Table:
    """A layer of plans. Pages go by ``fid``, so every layer has an index for that order within a plan."""
    more: list[sa.schema.SchemaItem] = []
    if "community" not in contract.names():
        more.append(sa.Column("community", sa.Text()))
    if identity(contract) == "item":
        more.append(sa.Column("item", _WHOLE))
    more += [sa.Index(f"ix_{name}_plan", "plan", "fid"), sa.Index(f"ix_{name}_community", "plan", "community", "fid")]
    return layer_table(metadata, name, contract, geometry, owner=("plan", owner), more=more)


def _register_table(metadata: sa.MetaData, name: str, contract: Contract, geometry: GeometryType, new_id: str | None) -> sa.Table:
    revision = sa.Column("revision", _WHOLE, nullable=False, server_default=sa.text("1"))
    table = layer_table(metadata, name, contract, geometry, more=[revision, *_found_by(name)])
    if new_id is None:
        table.c.id.nullable = table.c.revision.nullable = True  # until a trigger has given them
    else:
        table.c.id.server_default = sa.DefaultClause(sa.text(new_id))
    return table


def _incident_parts(metadata: sa.MetaData) -> sa.Table:
    """The parts of the incidents: a revision that every change of a row of theirs lets grow, and their columns while it lasts."""
    return sa.Table(
        "incident_parts",
        metadata,
        sa.Column("part", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("revision", _WHOLE, nullable=False),
        sa.Column("packed", sa.LargeBinary()),
    )


def _found_by(name: str) -> list[sa.schema.SchemaItem]:
    """The indexes of a record or register beside that of its key."""
    return [sa.Index(f"ix_{name}_{index}", *columns) for index, columns in _INDEXES.get(name, {}).items()]


def _beside(name: str) -> list[sa.schema.SchemaItem]:
    """What a record has beside its contract: its indexes, and the bytes of a file, which are no column that is asked for."""
    packed = [sa.Column("packed", sa.LargeBinary(), nullable=False)] if name == "job_files" else []
    return [*packed, *_found_by(name)]


def layer_table(
    metadata: sa.MetaData,
    name: str,
    contract: Contract,
    geometry: GeometryType,
    *,
    owner: tuple[str, sa.Column[str]] | None = None,
    more: Sequence[sa.schema.SchemaItem] = (),
) -> sa.Table:
    """The table ``name`` with the contract's columns; ``owner`` is the column that says whose row it is, and its target."""
    columns: list[sa.schema.SchemaItem] = [sa.Column("fid", _WHOLE, primary_key=True, autoincrement=True)]
    if contract.geometry:
        columns.append(sa.Column(GEOMETRY, geometry(name, contract)))
    if owner is not None:
        columns.append(sa.Column(owner[0], sa.Text(), sa.ForeignKey(owner[1], ondelete="CASCADE"), nullable=False))
    columns += [sa.Column(column.name, _TYPES[column.kind], nullable=column.nullable) for column in contract.columns]
    columns += [check for column in contract.columns for check in _checks(name, column)]
    columns += more
    key = ((owner[0],) if owner else ()) + contract.key
    if contract.key:
        columns.append(sa.UniqueConstraint(*key))
    elif owner is not None and not more:
        columns.append(sa.Index(f"ix_{name}_{owner[0]}", owner[0]))
    return sa.Table(name, metadata, *columns, sqlite_autoincrement=True)


def _checks(table: str, column: ContractColumn) -> list[sa.CheckConstraint]:
    """The contract's range and list of values, as the database keeps them against every other program."""
    this: sa.ColumnClause[object] = sa.column(column.name)
    checks = []
    if column.minimum is not None:
        least: sa.ColumnClause[float] = sa.literal_column(f"{column.minimum:g}")
        fits = this >= least
        if column.maximum is not None:
            fits = this.between(least, sa.literal_column(f"{column.maximum:g}"))
        checks.append(sa.CheckConstraint(fits, name=f"ck_{table}_{column.name}"))
    if column.values:
        checks.append(sa.CheckConstraint(this.in_(column.values), name=f"ck_{table}_{column.name}"))
    return checks


def findable(text: str) -> bool:
    """Whether some row could have this text: PostgreSQL keeps none with the character 0, and refuses to look for it."""
    return "\x00" not in text
