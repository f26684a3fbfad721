"""The check of a table against its contract."""

import unicodedata
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.contracts.model import DTYPES, SHOWN, Column, Contract
from gridplan.errors import InputError

#: Whole numbers from here on are not all kept by a float, so one read as a float is not surely the one that was meant.
EXACT = 2.0**53
#: Whole numbers from here on are none of 64 bits.
LARGEST = 2.0**63
#: The type of text columns.
TEXT = pd.StringDtype(na_value=np.nan)


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
        GP102 a column is missing; GP103 values are of the wrong type, missing, out of range, too long or not in the
        list, or a key is blank or a number with a fraction; GP104 the key is not unique; GP105 no CRS; GP107 a geometry of
        the wrong type.
    """
    result = pd.DataFrame({column.name: _column(frame, column, contract) for column in contract.columns}, index=frame.index)
    repeated = result.duplicated(list(contract.key)) if contract.key else None
    if repeated is not None and repeated.any():
        doubled = result[repeated]
        ids = doubled[list(contract.key)].agg("/".join, axis=1) if len(contract.key) > 1 else doubled[contract.key[0]]
        shown = _shown(list(ids.unique()))
        raise InputError("GP104", table=contract.name, column="/".join(contract.key), count=len(doubled), ids=shown)
    if not contract.geometry:
        return result
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError("GP102", table=contract.name, column="geometry", present=", ".join(map(str, frame.columns)))
    if frame.crs is None:
        raise InputError("GP105", table=contract.name)
    shapes = frame.geometry
    types = shapes.geom_type
    wrong = ~(types.isin(contract.geometry) | shapes.isna() | shapes.is_empty)
    if wrong.any():
        found = ", ".join(sorted(set(types[wrong])))
        expected = ", ".join(contract.geometry)
        ids = _shown(list(_labels(frame, contract)[wrong]))
        raise InputError("GP107", table=contract.name, count=int(wrong.sum()), found=found, expected=expected, ids=ids)
    return gpd.GeoDataFrame(result, geometry=shapes.array, crs=frame.crs)


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


def _column(frame: pd.DataFrame, column: Column, contract: Contract) -> pd.Series:
    """One column of the contract, in its type."""
    if column.name not in frame.columns:
        if not column.nullable:
            present = ", ".join(str(name) for name in frame.columns)
            raise InputError("GP102", table=contract.name, column=column.name, present=present)
        empty = np.nan if column.kind == "float" else pd.NA  # float64 refuses NA
        return pd.Series(empty, index=frame.index).astype(_dtype(column))
    values, key = frame[column.name], column.name in contract.key
    missing = values.isna().to_numpy()
    if column.kind in ("text", "time"):
        typed, bad = _texts(values, missing, column, key=key)
    elif column.kind == "bool":
        typed, bad = values, ~values.isin([True, False]).to_numpy(dtype=bool) & ~missing
    else:
        typed, bad = _numbers(values, missing, column)
    if not column.nullable:
        bad |= missing
    if bad.any():
        label = _numbered(frame) if key else _labels(frame, contract)
        shown = [f"{name}={value!r}" for name, value in zip(label[bad], values[bad], strict=True)]
        expected = _expected(column, key=key)
        raise InputError("GP103", table=contract.name, column=column.name, expected=expected, count=len(shown), ids=_shown(shown))
    if column.kind in ("int", "bool"):
        return typed.astype(_dtype(column) if column.nullable else column.kind)
    return typed


def _texts(values: pd.Series, missing: NDArray[np.bool_], column: Column, *, key: bool) -> tuple[pd.Series, NDArray[np.bool_]]:
    """The values as text, and which of them cannot be."""
    bad = np.zeros(len(values), dtype=bool)
    is_text = values.dtype == TEXT
    plain = values if is_text else _text(values)
    typed = plain if is_text else plain.astype("str").where(~missing)
    if key:
        fractions = missing if is_text else np.array([isinstance(value, float) for value in plain], dtype=bool)
        bad |= (typed.str.strip() == "").to_numpy(dtype=bool) | fractions
    if column.values:
        bad |= ~typed.isin(column.values).to_numpy(dtype=bool) & ~missing
    if column.longest is not None:
        bad |= (typed.str.len() > column.longest).to_numpy(dtype=bool, na_value=False)
    return typed, bad


def _numbers(values: pd.Series, missing: NDArray[np.bool_], column: Column) -> tuple[pd.Series, NDArray[np.bool_]]:
    """The values as floats, and which of them cannot be, or are not whole where they must be, or too small."""
    number = values if values.dtype.kind in "iuf" else pd.to_numeric(half_width(values), errors="coerce")
    floats = number.to_numpy(dtype="float64", na_value=np.nan)
    bad = ~np.isfinite(floats) & ~missing
    if column.kind == "int":
        bad |= ~np.isnan(floats) & ((floats != np.round(floats)) | (np.abs(floats) >= LARGEST))
    if column.minimum is not None:
        bad |= floats < column.minimum
    if column.maximum is not None:
        bad |= floats > column.maximum
    return pd.Series(floats, index=values.index), bad


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
    most = "" if column.maximum is None else f" <= {column.maximum:g}"
    long = "" if column.longest is None else f" of at most {column.longest} characters"
    empty = " (or empty)" if column.nullable else ""
    return f"{column.kind}{least}{most}{long}{empty}"
