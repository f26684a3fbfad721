"""Checks of codes: unique, built on the code of the parent, and leading to one that is there."""

import pandas as pd

from gridplan.errors import RuleError
from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan
from gridplan.schemes.model import Scheme
from gridplan.schemes.pattern import Pattern

#: child table, its column, and the parent table that has the code or id
LINKS = (
    ("grids", "community", "communities", "code"),
    ("units", "grid", "grids", "code"),
    ("buildings", "grid", "grids", "code"),
    ("sections", "unit", "units", "code"),
    ("sections", "building", "buildings", "id"),
    ("nodes", "grid", "grids", "code"),
    ("nodes", "building", "buildings", "id"),
)

#: what is unique in each table, and what its rows are ordered by
KEYS = {
    "areas": ["code"],
    "communities": ["code"],
    "grids": ["code"],
    "units": ["code"],
    "buildings": ["id"],
    "sections": ["id"],
    "nodes": ["code"],
    "posts": ["level", "zone", "role"],
    "lineage": ["level", "old", "new"],
    "voided": ["level", "code"],
    "meta": ["key"],
}


def code_checks(plan: Plan, scheme: Scheme) -> tuple[Check, ...]:
    """The checks of codes."""
    return (_codes_unique(plan), _codes_parse(plan, scheme), _parents_known(plan))


def _codes_unique(plan: Plan) -> Check:
    tables = dict(plan.layers())
    found: list[str] = []
    for name, key in KEYS.items():
        rows = pd.DataFrame(tables[name])[key]
        found += [">".join(row) for row in rows[rows.duplicated()].fillna("").itertuples(index=False, name=None)]
    return check("codes_unique", found)


def _codes_parse(plan: Plan, scheme: Scheme) -> Check:
    """A code is its parent's code and a number as the scheme's pattern writes it; that of the place, where it has no parent."""
    made = plan.areas[plan.areas["made"]]
    rows = [
        *zip(made["code"], made["parent"].fillna(scheme.place or ""), made["level"], strict=True),
        *zip(plan.grids["code"], plan.grids["community"], ["grid"] * len(plan.grids), strict=True),
        *zip(plan.units["code"], plan.units["grid"], ["unit"] * len(plan.units), strict=True),
        *zip(plan.nodes["code"], _parents_of_nodes(plan), plan.nodes["level"], strict=True),
    ]
    patterns = {level.name: level.code for level in scheme.levels}
    wrong = [code for code, parent, level in rows if level not in patterns or _above(code, patterns[level]) != parent]
    return check("codes_parse", wrong)


def _parents_of_nodes(plan: Plan) -> list[str]:
    """A building is numbered in its grid, an entrance in its building where that is numbered."""
    nodes = plan.nodes
    entrance = nodes["of"] == "entrance"
    numbered = nodes[~entrance].drop_duplicates("building").set_index("building")["code"]
    inside = nodes["building"].map(numbered)
    return [str(code) for code in inside.where(entrance & inside.notna(), nodes["grid"])]


def _above(code: str, pattern: Pattern) -> str | None:
    """The parent that a code leads back to; None where it is no code of the pattern."""
    try:
        return pattern.split(code)[0]
    except RuleError:
        return None


def _parents_known(plan: Plan) -> Check:
    tables = dict(plan.layers())
    wrong: list[str] = []
    for child, column, parent, key in LINKS:
        named = tables[child][column]
        wrong += list(named[~named.isin(tables[parent][key])])
    above = plan.areas["parent"].dropna()
    wrong += list(above[~above.isin([*plan.areas["code"], *plan.communities["code"]])])
    return check("parents_known", wrong)
