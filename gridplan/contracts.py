"""The tables that pass between stages and leave the program: columns, types, units, geometry; and their check.

A stage checks what it is given at its border and trusts it inside. The same contracts make the columns of
the store and of the documentation, so a table is described once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.errors import InputError

Kind = Literal["text", "int", "float", "bool"]
DTYPES: Mapping[Kind, str] = {"text": "str", "int": "Int64", "float": "float64", "bool": "bool"}
SHOWN = 5

POLYGON = ("Polygon", "MultiPolygon")
LINE = ("LineString", "MultiLineString")
POINT = ("Point",)


@dataclass(frozen=True)
class Column:
    """One column: its type, whether a value may be missing, its unit or values, and what it means."""

    name: str
    kind: Kind
    about: str
    nullable: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None


@dataclass(frozen=True)
class Contract:
    """A table: its columns, its geometry types (empty where it has none) and the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    geometry: tuple[str, ...] = ()
    key: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """The column names in order, without the geometry."""
        return [column.name for column in self.columns]


def _shown(ids: Sequence[object]) -> str:
    more = "" if len(ids) <= SHOWN else f" … (+{len(ids) - SHOWN})"
    return ", ".join(str(name) for name in ids[:SHOWN]) + more


def conform(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """The table with the contract's columns in the contract's order and types, extra columns left out.

    Nullable columns that are missing are added empty. Geometry, index and row order stay as they are.

    Raises
    ------
    InputError
        GP102 a column is missing; GP103 values are of the wrong type, missing, below the minimum or not in the
        list; GP104 the key is not unique; GP105 no CRS; GP107 a geometry of the wrong type.
    """
    label = _labels(frame, contract)
    columns = {}
    for column in contract.columns:
        if column.name not in frame.columns:
            if not column.nullable:
                present = ", ".join(str(name) for name in frame.columns)
                raise InputError("GP102", table=contract.name, column=column.name, present=present)
            empty = np.nan if column.kind == "float" else pd.NA  # float64 refuses NA
            columns[column.name] = pd.Series(empty, index=frame.index).astype(_dtype(column))
        else:
            columns[column.name] = _typed(frame[column.name], column, contract.name, label)
    result = pd.DataFrame(columns, index=frame.index)
    if contract.key:
        doubled = result[result.duplicated(list(contract.key))]
        if len(doubled):
            ids = doubled[list(contract.key)].agg("/".join, axis=1) if len(contract.key) > 1 else doubled[contract.key[0]]
            shown = _shown(list(ids.unique()))
            raise InputError("GP104", table=contract.name, column="/".join(contract.key), count=len(doubled), ids=shown)
    if not contract.geometry:
        return result
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError("GP102", table=contract.name, column="geometry", present=", ".join(map(str, frame.columns)))
    if frame.crs is None:
        raise InputError("GP105", table=contract.name)
    wrong = ~(frame.geometry.geom_type.isin(contract.geometry) | frame.geometry.isna() | frame.geometry.is_empty)
    if wrong.any():
        found = ", ".join(sorted(set(frame.geometry.geom_type[wrong])))
        expected = ", ".join(contract.geometry)
        ids = _shown(list(label[wrong]))
        raise InputError("GP107", table=contract.name, count=int(wrong.sum()), found=found, expected=expected, ids=ids)
    return gpd.GeoDataFrame(result, geometry=frame.geometry.array, crs=frame.crs)


def _labels(frame: pd.DataFrame, contract: Contract) -> pd.Series:
    """What a row is called in a message: its key, or its row number."""
    if contract.key and contract.key[0] in frame.columns:
        return frame[contract.key[0]].astype("str")
    return pd.Series([f"row {number}" for number in range(len(frame))], index=frame.index)


def _dtype(column: Column) -> str:
    return "float64" if column.kind == "float" else ("boolean" if column.kind == "bool" else DTYPES[column.kind])


def _typed(values: pd.Series, column: Column, table: str, label: pd.Series) -> pd.Series:
    bad = pd.Series(False, index=values.index)
    missing = values.isna()
    if column.kind == "text":
        typed = values.astype("str").where(~missing)
        if column.values:
            bad |= ~typed.isin(column.values) & ~missing
    elif column.kind == "bool":
        bad |= ~values.isin([True, False]) & ~missing
        typed = values.where(~bad & ~missing).astype("boolean")
    else:
        number = pd.to_numeric(values, errors="coerce").astype("float64")
        bad |= (number.isna() | ~np.isfinite(number)) & ~missing
        if column.kind == "int":
            bad |= number.notna() & (number != number.round())
        if column.minimum is not None:
            bad |= number < column.minimum
        typed = number.where(~bad) if column.kind == "float" else number.where(~bad).astype("Int64")
    if not column.nullable:
        bad |= missing
    if bad.any():
        shown = [f"{name}={value!r}" for name, value in zip(label[bad], values[bad], strict=True)]
        expected = _expected(column)
        raise InputError("GP103", table=table, column=column.name, expected=expected, count=int(bad.sum()), ids=_shown(shown))
    if column.kind in ("int", "bool") and not column.nullable:
        return typed.astype("int64" if column.kind == "int" else "bool")
    return typed


def _expected(column: Column) -> str:
    if column.values:
        return " | ".join(column.values)
    least = "" if column.minimum is None else f" >= {column.minimum:g}"
    empty = " (or empty)" if column.nullable else ""
    return f"{column.kind}{least}{empty}"


_HOUSEHOLDS = Column("households", "int", "households", minimum=0)
_POPULATION = Column("population", "int", "people; empty where not known", nullable=True, minimum=0)

#: What a town bundle holds: the input of a plan. ``communities`` and either ``buildings`` or ``atoms`` are required.
TOWN: Mapping[str, Contract] = {
    contract.name: contract
    for contract in (
        Contract(
            "communities",
            (
                Column("code", "text", "code of the community, 12 digits where the statistical one is known"),
                Column("name", "text", "name"),
                Column("kind", "text", "which rule holds", values=("urban", "rural")),
                Column("parent", "text", "code of the street or town above it", nullable=True),
            ),
            POLYGON,
            ("code",),
        ),
        Contract(
            "buildings",
            (
                Column("id", "text", "id"),
                Column("households", "int", "households; empty where to be estimated", nullable=True, minimum=0),
                _POPULATION,
                Column("levels", "float", "floors above ground", nullable=True, minimum=0),
                Column("entrances", "int", "entrances (单元门)", nullable=True, minimum=0),
                Column("use", "text", "residential, mixed, or any other word for no homes", nullable=True),
                Column("compound", "text", "id of the compound (小区) it stands in", nullable=True),
                Column("address", "text", "address, as ledgers write it", nullable=True),
            ),
            (*POLYGON, *POINT),
            ("id",),
        ),
        Contract(
            "atoms",
            (
                Column("id", "text", "id"),
                Column("community", "text", "code of the community it belongs to"),
                _HOUSEHOLDS,
                _POPULATION,
                Column("compound", "text", "id of the compound it stands in", nullable=True),
            ),
            POLYGON,
            ("id",),
        ),
        Contract(
            "streets",
            (
                Column("class", "text", "rank", values=("major", "minor", "path")),
                Column("name", "text", "name", nullable=True),
            ),
            LINE,
        ),
        Contract(
            "barriers",
            (Column("kind", "text", "what it is", values=("river", "rail", "wall")),),
            (*LINE, *POLYGON),
        ),
        Contract(
            "compounds",
            (
                Column("id", "text", "id"),
                Column("name", "text", "name", nullable=True),
                Column("class", "text", "class", nullable=True, values=("new", "old", "unmanaged")),
            ),
            POLYGON,
            ("id",),
        ),
        Contract(
            "services",
            (
                Column("id", "text", "id"),
                Column("name", "text", "name", nullable=True),
                Column("kind", "text", "school, clinic, community_centre, ..."),
                Column("capacity", "float", "people it can serve", nullable=True, minimum=0),
            ),
            POINT,
            ("id",),
        ),
    )
}

_CODE = Column("code", "text", "code")
_FLOOR = "floor of a unit stacked in a tower, 1 = ground; empty elsewhere"

#: What a plan bundle holds: the result, in EPSG:4326. Areas and compactness are measured in the local metre CRS of ``meta``.
PLAN: Mapping[str, Contract] = {
    contract.name: contract
    for contract in (
        Contract(
            "communities",
            (
                _CODE,
                Column("name", "text", "name"),
                Column("kind", "text", "which rule holds", values=("urban", "rural")),
                Column("parent", "text", "code of the area above it", nullable=True),
                _HOUSEHOLDS,
                Column("grids", "int", "grids in it"),
            ),
            POLYGON,
            ("code",),
        ),
        Contract(
            "grids",
            (
                _CODE,
                Column("name", "text", "name"),
                Column("kind", "text", "kind", values=("urban", "rural", "special")),
                Column("community", "text", "code of its community"),
                _HOUSEHOLDS,
                _POPULATION,
                Column("units", "int", "units in it"),
                Column("buildings", "int", "buildings in it"),
                Column("area_m2", "float", "area in square metres", minimum=0),
                Column("compactness", "float", "Polsby-Popper, 4 pi area / perimeter^2, 0-1", minimum=0),
                Column(
                    "status",
                    "text",
                    "ok; proved = out of range, proof in findings; open = the search found no better",
                    values=("ok", "proved", "open"),
                ),
                Column("reason", "text", "message code of the finding; empty where ok", nullable=True),
            ),
            POLYGON,
            ("code",),
        ),
        Contract(
            "units",
            (
                _CODE,
                Column("grid", "text", "code of its grid"),
                _HOUSEHOLDS,
                Column("stacked", "bool", "whether it shares its land with other floors of the same building"),
                Column("floor_from", "int", f"first {_FLOOR}", nullable=True),
                Column("floor_to", "int", f"last {_FLOOR}", nullable=True),
            ),
            POLYGON,
            ("code",),
        ),
        Contract(
            "buildings",
            (
                Column("id", "text", "id in the input"),
                Column("grid", "text", "code of its grid"),
                _HOUSEHOLDS,
                Column("estimated", "bool", "whether its households were estimated"),
            ),
            (*POLYGON, *POINT),
            ("id",),
        ),
        Contract(
            "sections",
            (
                Column("id", "text", "id: the building's, with /n where it is divided"),
                Column("building", "text", "id of its building"),
                Column("unit", "text", "code of its unit"),
                Column("floor_from", "int", f"first {_FLOOR}", nullable=True),
                Column("floor_to", "int", f"last {_FLOOR}", nullable=True),
                _HOUSEHOLDS,
            ),
            (),
            ("id",),
        ),
        Contract(
            "findings",
            (
                Column("code", "text", "message code, GP2xx"),
                Column("level", "text", "grid or unit"),
                Column("zone", "text", "code of the zone"),
                Column("measure", "float", "measured value, households unless the message says otherwise"),
                Column("limit", "float", "the limit it breaks"),
                Column("message", "text", "the finding in English"),
                Column("message_zh", "text", "the finding in Chinese"),
                Column("proof", "bool", "whether no legal answer exists; false: the search found none"),
                Column("waiver", "text", "the nearest waiver that would make it legal, in English", nullable=True),
                Column("waiver_zh", "text", "the same in Chinese", nullable=True),
            ),
            POLYGON,
        ),
        Contract(
            "lineage",
            (
                Column("old", "text", "code in the parent plan"),
                Column("new", "text", "code in this plan"),
                _HOUSEHOLDS,
            ),
            (),
            ("old", "new"),
        ),
        Contract(
            "meta",
            (Column("key", "text", "name of the fact"), Column("value", "text", "its value; JSON where it is a list or table")),
            (),
            ("key",),
        ),
        Contract(
            "report",
            (
                Column("stage", "text", "stage that said it"),
                Column("reason", "text", "message key"),
                Column("id", "text", "id in the input"),
                Column("detail", "text", "measured value or other id", nullable=True),
            ),
        ),
    )
}
