"""The tables of the store, made from the contracts: one set for PostGIS and for the embedded GeoPackage.

Every layer of a plan is a table of the same name with the contract's columns, an integer ``fid`` that keeps the
order of rows, the ``plan`` they belong to, and ``geom`` where the contract has a geometry. The layers of a town
stand beside them as ``town_<layer>`` with the ``town`` they belong to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from gridplan.contracts import PLAN, REPORT, TOWN, Contract
from gridplan.contracts import Column as ContractColumn

#: The revision of the tables: the newest in ``migrations/versions``, and what an embedded file says of itself.
SCHEMA = "0004"

GEOMETRY = "geom"
GeometryType = Callable[[str, Contract], TypeEngine[bytes]]

# A GeoPackage knows no BIGINT; its INTEGER has 64 bits, as BIGINT has in PostgreSQL.
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TYPES: Mapping[str, TypeEngine[str] | TypeEngine[int] | TypeEngine[float] | TypeEngine[bool]] = {
    "text": sa.Text(),
    "int": _WHOLE,
    "float": sa.Double(),
    "bool": sa.Boolean(),
}
_NAMES = {"ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s"}

PLANS = Contract(
    "plans",
    (
        ContractColumn("id", "text", "id of the plan"),
        ContractColumn("name", "text", "name"),
        ContractColumn("scheme", "text", "name of the scheme"),
        ContractColumn("seed", "int", "seed"),
        ContractColumn("parent", "text", "id of the plan it was redrawn from, or empty"),
        ContractColumn("grids", "int", "grids in it", minimum=0),
        ContractColumn("units", "int", "units in it", minimum=0),
        ContractColumn("households", "int", "households in it", minimum=0),
    ),
    key=("id",),
)
TOWNS = Contract(
    "towns",
    (
        ContractColumn("name", "text", "name it was saved by"),
        ContractColumn("layers", "text", "JSON list of the layers that are there"),
        ContractColumn("source", "text", "JSON: file names and sha256"),
    ),
    key=("name",),
)
#: The report of a town, stored like one of its layers.
TOWN_REPORT = REPORT


@dataclass(frozen=True)
class Tables:
    """The tables by layer name; ``plans`` and ``towns`` own the rows of the others."""

    metadata: sa.MetaData
    plans: sa.Table
    towns: sa.Table
    plan: Mapping[str, sa.Table]
    town: Mapping[str, sa.Table]


def build_tables(geometry: GeometryType) -> Tables:
    """The tables with the geometry type that ``geometry`` gives for a table name and its contract."""
    metadata = sa.MetaData(naming_convention=_NAMES)
    plans = layer_table(metadata, "plans", PLANS, geometry)
    towns = layer_table(metadata, "towns", TOWNS, geometry)
    plan = {name: layer_table(metadata, name, contract, geometry, owner=("plan", plans.c.id)) for name, contract in PLAN.items()}
    layers = {**TOWN, "report": TOWN_REPORT}
    town = {
        name: layer_table(metadata, f"town_{name}", contract, geometry, owner=("town", towns.c.name))
        for name, contract in layers.items()
    }
    return Tables(metadata, plans, towns, plan, town)


def layer_table(
    metadata: sa.MetaData,
    name: str,
    contract: Contract,
    geometry: GeometryType,
    *,
    owner: tuple[str, sa.Column[str]] | None = None,
) -> sa.Table:
    """The table ``name`` with the contract's columns; ``owner`` is the column that says whose row it is, and its target."""
    columns: list[sa.schema.SchemaItem] = [sa.Column("fid", _WHOLE, primary_key=True, autoincrement=True)]
    if contract.geometry:
        columns.append(sa.Column(GEOMETRY, geometry(name, contract)))
        if owner is not None:
            columns.append(sa.Index(f"ix_{name}_{GEOMETRY}", GEOMETRY, postgresql_using="gist").ddl_if(dialect="postgresql"))
    if owner is not None:
        columns.append(sa.Column(owner[0], sa.Text(), sa.ForeignKey(owner[1], ondelete="CASCADE"), nullable=False))
    columns += [sa.Column(column.name, _TYPES[column.kind], nullable=column.nullable) for column in contract.columns]
    columns += [check for column in contract.columns for check in _checks(name, column)]
    key = ((owner[0],) if owner else ()) + contract.key
    if contract.key:
        columns.append(sa.UniqueConstraint(*key))
    elif owner is not None:
        columns.append(sa.Index(f"ix_{name}_{owner[0]}", owner[0]))
    return sa.Table(name, metadata, *columns, sqlite_autoincrement=True)


def _checks(table: str, column: ContractColumn) -> list[sa.CheckConstraint]:
    """The contract's minimum and list of values, as the database keeps them against every other program."""
    this: sa.ColumnClause[object] = sa.column(column.name)
    checks = []
    if column.minimum is not None:
        checks.append(sa.CheckConstraint(this >= sa.literal_column(f"{column.minimum:g}"), name=f"ck_{table}_{column.name}"))
    if column.values:
        checks.append(sa.CheckConstraint(this.in_(column.values), name=f"ck_{table}_{column.name}"))
    return checks
