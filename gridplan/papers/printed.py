"""A paper as both writers print it: texts and numbers in one language, in the order of the page."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gridplan.messages import Language, text
from gridplan.papers.forms import Filing, Flow
from gridplan.papers.rows import LEVELS, RegisteredLevel, Row, records, rows_of
from gridplan.plan.comparison import Comparison, compare
from gridplan.plan.model import Plan
from gridplan.plan.succession import CHANGES
from gridplan.schemes import parse_scheme

Value = str | int | float | None
#: A text, a number, a share (0-1, shown in per cent), or codes and what begins with one, a line each: digits stay together.
Holds = Literal["text", "number", "share", "codes"]

SIGNATURES = ("filled_by", "checked_by", "head", "signed_on")


@dataclass(frozen=True)
class Column:
    """A column: its heading, what it holds, and its share of the width that codes and numbers leave."""

    heading: str
    holds: Holds
    share: float


@dataclass(frozen=True)
class Table:
    """A table with its title, its rows and, under them, their totals, if it has any."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    totals: Sequence[Value]


@dataclass(frozen=True)
class Paper:
    """A form: its title, what it is about, its tables and who signs it."""

    title: str
    language: Language
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    signatures: Sequence[str]


@dataclass(frozen=True)
class _Says:
    """A column before it is in a language: key of its heading, what it holds, its share, and its value in a row."""

    key: str
    holds: Holds
    share: float
    value: Callable[[Row, Language], object]


def registration_paper(old: Plan, new: Plan, language: Language, filing: Filing) -> Paper:
    """The registration table of the grids and units that changed, as a form."""
    found = compare(old, new)
    rows = {level: rows_of(found, old, new, level) for level in LEVELS}
    tables = [_table(level, rows[level], language) for level in LEVELS]
    told = {**_facts(old, new, found, rows["grid"], language), **_filed(filing, language)}
    facts = [(_label(f"paper.fact.{key}", language), value) for key, value in told.items()]
    signs = [_label(f"paper.sign.{key}", language) for key in SIGNATURES]
    return Paper(text("paper.title.grid", language), language, facts, tables, signs)


def change_label(row: Row, language: Language) -> str:
    """What happened to a zone, in words; of one that was kept, what is other."""
    change = str(row["change"])
    if change == "moved":
        return text("paper.change.border" if row["new_code"] in _tuple(row["old_codes"]) else "paper.change.recoded", language)
    if change != "kept":
        return text(f"paper.change.{change}", language)
    other = bool(row["came_from"] or row["went_to"]) or row["households"] != row["households_before"]
    parts = (("kept", other), ("renamed", bool(row.get("renamed"))))
    told = [text(f"paper.change.{key}", language) for key, is_so in parts if is_so]
    return "\n".join(told or [text("paper.change.kind", language)])


def _facts(old: Plan, new: Plan, found: Comparison, grids: pd.DataFrame, language: Language) -> dict[str, str]:
    schemes = dict.fromkeys(_scheme(plan, language) for plan in (old, new))
    counts = grids["change"].value_counts()
    parts = [
        text("paper.count", language, what=text(f"paper.change.{name}", language), count=int(counts[name]))
        for name in CHANGES
        if name in counts
    ]
    return {
        "old": f"{old.fact('name')} ({old.id})",
        "new": f"{new.fact('name')} ({new.id})",
        "scheme": " → ".join(schemes),
        "grids": f"{len(old.grids)} → {len(new.grids)}",
        "units": f"{len(old.units)} → {len(new.units)}",
        "households": f"{found.households_before} → {found.households}",
        "moved": str(found.moved),
        "changes": text("paper.list", language).join(parts) or text("paper.none", language),
    }


def _scheme(plan: Plan, language: Language) -> str:
    scheme = parse_scheme(plan.fact("scheme"), plan.id)
    return f"{getattr(scheme.title, language)} ({scheme.name})"


def _label(key: str, language: Language) -> str:
    return text("paper.label", language, label=text(key, language))


def _table(level: RegisteredLevel, rows: pd.DataFrame, language: Language) -> Table:
    says = _SAYS[level]
    columns = [Column(text(f"paper.col.{each.key}", language), each.holds, each.share) for each in says]
    values = [[_plain(each.value(row, language)) for each in says] for row in records(rows)]
    return Table(text(f"paper.title.{level}", language), columns, values, _totals(level, rows, language))


def _filed(filing: Filing, language: Language) -> dict[str, str]:
    day = filing.day
    said = "" if day is None else text("paper.day", language, year=day.year, month=day.month, day=day.day)
    return {"day": said, "adopted_by": filing.adopted_by or "", "note": filing.note or ""}


def _totals(level: str, rows: pd.DataFrame, language: Language) -> list[Value]:
    """The sums; of people only where all are known."""
    sums: dict[str, Value] = {"number": text("paper.total", language)}
    for name in ("households_before", "households"):
        sums[name] = int(rows[name].sum())
    for name, counted in (("population_before", "households_before"), ("population", "households")):
        if name in rows:
            known = rows.loc[rows[counted].notna(), name]
            sums[name] = int(known.sum()) if known.notna().all() else None
    return [sums.get(each.key) for each in _SAYS[level]]


def _plain(value: object) -> Value:
    return value if value is None or isinstance(value, int) else str(value)


def _place(row: Row, language: Language) -> str:
    town = row["town_name"] or row["town"]
    return "\n".join(str(each) for each in (town, row["community_name"] or row["community"]) if each)


def _lines(key: str) -> Callable[[Row, Language], object]:
    return lambda row, language: "\n".join(str(each) for each in _tuple(row[key]) if each is not None)


def _flows(key: str) -> Callable[[Row, Language], object]:
    def told(row: Row, language: Language) -> str:
        sums: dict[str, int] = defaultdict(int)
        for flow in _tuple(row[key]):
            assert isinstance(flow, Flow)
            sums[flow.code or text(f"paper.flow.{flow.change}", language)] += flow.households
        return "\n".join(text("paper.flow", language, zone=zone, households=count) for zone, count in sums.items())

    return told


def _tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _own(key: str) -> Callable[[Row, Language], object]:
    return lambda row, language: row[key]


def _range(row: Row, language: Language) -> str | None:
    if row["measure"] is None:
        return None
    return text(f"paper.range.{row['measure']}", language, low=str(row["low"]), high=str(row["high"]))


def _finding(row: Row, language: Language) -> object:
    return row["finding_zh" if language == "zh" else "finding"]


_NUMBER = _Says("number", "number", 0, _own("number"))
_ENDS = (
    _Says("came_from", "codes", 1.5, _flows("came_from")),
    _Says("went_to", "codes", 1.5, _flows("went_to")),
    _Says("range", "text", 1, _range),
    _Says("finding", "text", 3, _finding),
)
_SAYS: Mapping[str, Sequence[_Says]] = {
    "grid": (
        _NUMBER,
        _Says("change", "text", 1.2, change_label),
        _Says("place", "text", 1.8, _place),
        _Says("old_codes", "codes", 1, _lines("old_codes")),
        _Says("old_names", "text", 2.2, _lines("old_names")),
        _Says("new_code", "codes", 1, _own("new_code")),
        _Says("new_name", "text", 2.2, _own("new_name")),
        _Says("households_before", "number", 0, _own("households_before")),
        _Says("households", "number", 0, _own("households")),
        _Says("population_before", "number", 0, _own("population_before")),
        _Says("population", "number", 0, _own("population")),
        *_ENDS,
    ),
    "unit": (
        _NUMBER,
        _Says("change", "text", 1.2, change_label),
        _Says("place", "text", 1.8, _place),
        _Says("grids_before", "codes", 1, _lines("grids_before")),
        _Says("old_units", "codes", 1, _lines("old_codes")),
        _Says("grid", "codes", 1, _own("grid")),
        _Says("new_unit", "codes", 1, _own("new_code")),
        _Says("households_before", "number", 0, _own("households_before")),
        _Says("households", "number", 0, _own("households")),
        *_ENDS,
    ),
}
