"""The check of a table against its contract."""

import unicodedata
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.contracts.model import DTYPES, SHOWN, Column, Contract
from gridplan.errors import InputError

#: Whole numbers from here on are not all kept by a float, so one read as a float is not surely the one that was meant.
EXACT = 2.0**53


def _shown(ids: Sequence[object]) -> str:
    more = "" if len(ids) <= SHOWN else f" … (+{len(ids) - SHOWN})"
    return ", ".join(str(name) for name in ids[:SHOWN]) + more


def conform(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """The table with the contract's columns in the contract's order and types, extra columns left out.

    Nullable columns that are missing are added empty. Whole numbers in a text column become their digits (522730001001.0 the
    text 522730001001), since a column with gaps keeps them as floats. Geometry, index and row order stay as they are.

    Raises
    ------
    InputError
        GP102 a column is missing; GP103 values are of the wrong type, missing, below the minimum or not in the
        list, or a key is blank or a number with a fraction; GP104 the key is not unique; GP105 no CRS; GP107 a geometry of
        the wrong type.
    """
    label, number = _labels(frame, contract), _numbered(frame)
    columns = {}
    for column in contract.columns:
        if column.name not in frame.columns:
            if not column.nullable:
                present = ", ".join(str(name) for name in frame.columns)
                raise InputError("GP102", table=contract.name, column=column.name, present=present)
            empty = np.nan if column.kind == "float" else pd.NA  # float64 refuses NA
            columns[column.name] = pd.Series(empty, index=frame.index).astype(_dtype(column))
        else:
            key = column.name in contract.key
            columns[column.name] = _typed(frame[column.name], column, contract.name, number if key else label, key=key)
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
        return _text(frame[contract.key[0]]).astype("str")
    return _numbered(frame)


def _numbered(frame: pd.DataFrame) -> pd.Series:
    return pd.Series([f"row {number}" for number in range(len(frame))], index=frame.index)


def _text(values: pd.Series) -> pd.Series:
    """The values with each whole number that was kept as a float as a whole number again."""
    if values.dtype.kind not in "fO":
        return values
    whole = [isinstance(value, float) and value.is_integer() and abs(value) < EXACT for value in values]
    if not any(whole):
        return values
    plain = [int(value) if is_whole else value for value, is_whole in zip(values, whole, strict=True)]
    return pd.Series(plain, index=values.index, dtype=object)


def _dtype(column: Column) -> str:
    return "float64" if column.kind == "float" else ("boolean" if column.kind == "bool" else DTYPES[column.kind])


def _typed(values: pd.Series, column: Column, table: str, label: pd.Series, *, key: bool) -> pd.Series:
    bad = pd.Series(False, index=values.index)
    missing = values.isna()
    if column.kind in ("text", "time"):
        plain = _text(values)
        typed = plain.astype("str").where(~missing)
        if key:
            bad |= (typed.str.strip() == "").fillna(False) | np.array([isinstance(value, float) for value in plain], bool)
        if column.values:
            bad |= ~typed.isin(column.values) & ~missing
    elif column.kind == "bool":
        bad |= ~values.isin([True, False]) & ~missing
        typed = values.where(~bad & ~missing).astype("boolean")
    else:
        number = pd.to_numeric(half_width(values), errors="coerce").astype("float64")
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
        expected = _expected(column, key=key)
        raise InputError("GP103", table=table, column=column.name, expected=expected, count=int(bad.sum()), ids=_shown(shown))
    if column.kind in ("int", "bool") and not column.nullable:
        return typed.astype("int64" if column.kind == "int" else "bool")
    return typed


def half_width(values: pd.Series) -> pd.Series:
    """The values, with the digits of a Chinese input method (１２) as numbers have them."""
    if values.dtype.kind in "fiub":
        return values
    return values.map(lambda value: unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)


def _expected(column: Column, *, key: bool) -> str:
    if column.values:
        return " | ".join(column.values)
    if key and column.kind == "text":
        return "text, not blank, or a whole number"
    least = "" if column.minimum is None else f" >= {column.minimum:g}"
    empty = " (or empty)" if column.nullable else ""
    return f"{column.kind}{least}{empty}"
