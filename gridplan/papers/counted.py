"""Tables of counts and rates as a workbook: incidents, posts, bodies."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from gridplan.messages import Language, catalogue, text
from gridplan.papers.excel import workbook
from gridplan.papers.printed import Column, Holds, Paper, Table, Value
from gridplan.replacing import check_ending, replacing
from gridplan.spreadsheets import csv_bytes

#: Columns that are shares of 1; every other column of numbers is a number.
_SHARES = ("closure_rate", "on_time_rate", "small_loop_rate", "satisfied_share", "repeat_share", "share")
#: Endings of the files.
COUNT_FORMATS = (".xlsx", ".csv")


def write_counts(
    table: pd.DataFrame, path: str | Path, *, title: str, facts: Mapping[str, str], language: Language = "zh"
) -> None:
    """Writes a table of ``incident_rates``, ``organisation_coverage`` or ``staffing`` as a workbook, or as plain CSV.

    Parameters
    ----------
    title : key ``paper.counts.<title>`` of the messages.
    facts : what stands above the table, by the keys ``paper.counts.fact.<name>``.

    Raises
    ------
    OutputError
        GP601 it cannot be written there; GP602 another ending than ``.xlsx`` and ``.csv``.
    """
    path = Path(path)
    check_ending(path, COUNT_FORMATS)
    if path.suffix.lower() == ".csv":
        made = csv_bytes(table)
    else:
        said = [
            (text("paper.label", language, label=text(f"paper.counts.fact.{name}", language)), value)
            for name, value in facts.items()
        ]
        heading = text(f"paper.counts.{title}", language)
        columns = [Column(column_name(name, language), _holds(table, name), 1.0) for name in table.columns]
        values = [
            [_value(value, share=name in _SHARES) for name, value in zip(table.columns, row, strict=True)]
            for row in table.astype(object).to_numpy().tolist()
        ]
        rows = [_named(row, list(table.columns), language) for row in values]
        made = workbook(Paper(heading, language, said, [Table(heading, columns, rows, ())], ()))
    with replacing(path) as draft:
        draft.write_bytes(made)


def column_name(name: str, language: Language) -> str:
    """What a column is called."""
    key = f"counts.col.{name}"
    return text(key, language) if key in catalogue() else name


def value_name(column: str, value: str, language: Language) -> str:
    """What a value of the contract is called: a kind or form of a body, a level, a class of compound."""
    key = f"counts.{column}.{value}"
    return text(key, language) if key in catalogue() else value


def _holds(table: pd.DataFrame, name: str) -> Holds:
    if name in _SHARES:
        return "share"
    return "number" if pd.api.types.is_numeric_dtype(table[name]) else "text"


def _value(value: object, *, share: bool) -> Value:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not share:
        value = round(value, 2)
    return None if pd.isna(value) else value  # type: ignore[return-value]  # a number of a cell


def _named(row: list[Value], names: list[str], language: Language) -> list[Value]:
    return [
        value_name(name, value, language) if isinstance(value, str) else value for name, value in zip(names, row, strict=True)
    ]
