"""Coverage as a paper: a table for each level, each zone and kind of service on a line, distances side by side."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gridplan.messages import Language, text, word
from gridplan.papers.excel import workbook
from gridplan.papers.printed import Column, Holds, Paper, Table, Value
from gridplan.plan.model import Plan
from gridplan.replacing import check_ending, replacing

#: The levels of each table, in their order.
_TABLES: Sequence[tuple[str, tuple[str, ...]]] = (
    ("town", ("town", "area")),
    ("community", ("community",)),
    ("grid", ("grid",)),
    ("compound_class", ("compound_class",)),
)


def write_coverage(plan: Plan, table: pd.DataFrame, path: str | Path, *, language: Language = "zh") -> None:
    """Writes the tables of coverage (:func:`gridplan.coverage`) as an Excel workbook: in all, by community, grid and class.

    A line a zone and kind of service: households, those within each distance and their share. The same table gives the same
    bytes; the file appears whole or not at all.

    Raises
    ------
    OutputError
        GP601 it cannot be written there; GP602 another ending than ``.xlsx``.

    Examples
    --------
    >>> import gridplan as gp
    >>> gp.write_coverage(plan, table, "覆盖统计表.xlsx")  # doctest: +SKIP
    """
    path = Path(path)
    check_ending(path, (".xlsx",))
    made = workbook(coverage_paper(plan, table, language))
    with replacing(path) as draft:
        draft.write_bytes(made)


def coverage_paper(plan: Plan, table: pd.DataFrame, language: Language) -> Paper:
    """The tables of coverage (contract ``coverage``) as a form in ``language``; people are told where any are known."""
    steps = sorted(int(step) for step in table["within_m"].unique())
    facts = [
        (text("paper.label", language, label=text(f"paper.coverage.{key}", language)), value)
        for key, value in (("plan", f"{plan.fact('name')} ({plan.id})"), ("method", _methods(table, language)))
    ]
    tables = []
    for name, levels in _TABLES:
        mine = table[table["level"].isin(levels)]
        if len(mine):
            people = bool(mine["population"].notna().any())
            rows = [_row(rows, people, language) for _, rows in mine.groupby(["level", "code", "kind"], sort=False)]
            tables.append(Table(text(f"paper.coverage.{name}", language), _columns(steps, people, language), rows, ()))
    return Paper(text("paper.coverage.title", language), language, facts, tables, ())


def _methods(table: pd.DataFrame, language: Language) -> str:
    found = [method for method in ("network", "straight", "mixed") if (table["method"] == method).any()]
    return text("paper.list", language).join(text(f"coverage.method.{method}", language) for method in found) or "-"


def _columns(steps: Sequence[int], people: bool, language: Language) -> list[Column]:
    def column(key: str, holds: Holds, share: float = 0.0, **facts: int) -> Column:
        return Column(text(f"paper.coverage.col.{key}", language, **facts), holds, share)

    found = [column("zone", "codes", 1), column("name", "text", 2), column("kind", "text", 1)]
    found += [column("buildings", "number"), column("households", "number")]
    for step in steps:
        found += [column("households_within", "number", within=step), column("share", "share", within=step)]
    if people:
        found.append(column("population", "number"))
        found += [column("population_within", "number", within=step) for step in steps]
    return [*found, column("method", "text", 1)]


def _row(rows: pd.DataFrame, people: bool, language: Language) -> list[Value]:
    """The line of one zone and kind; ``rows`` are its distances, ascending."""
    first = rows.iloc[0]
    zone = text("coverage.whole", language) if first["level"] == "town" else str(first["code"])
    name = "" if pd.isna(first["name"]) else str(first["name"])
    if first["level"] == "compound_class":
        zone, name = text(f"coverage.class.{first['code']}", language), ""
    line: list[Value] = [zone, name, word("service", str(first["kind"]), language)]
    line += [int(first["buildings"]), int(first["households"])]
    for within, share in zip(rows["households_within"], rows["share"], strict=True):
        line += [int(within), None if pd.isna(share) else float(share)]
    if people:
        line += [None if pd.isna(count) else int(count) for count in (first["population"], *rows["population_within"])]
    return [*line, "" if pd.isna(first["method"]) else text(f"coverage.method.{first['method']}", language)]
