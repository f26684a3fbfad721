"""What differs between two plans: zones kept, changed, new and gone, and the households that moved."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gridplan.plan.heritage import lineage
from gridplan.plan.matching import LEVELS
from gridplan.plan.model import Plan
from gridplan.plan.succession import Step

#: Layers whose rows have a name, by what a row is called.
NAMED: Mapping[str, str] = {"grid": "grids", "community": "communities", "area": "areas"}


@dataclass(frozen=True)
class Zones:
    """How many zones have their code and all their households still (``kept``), or their code alone (``changed``)."""

    kept: int
    changed: int
    new: int
    gone: int


@dataclass(frozen=True)
class Renaming:
    """A row that has its code still, and another name."""

    level: str
    code: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """What differs between two plans.

    Attributes
    ----------
    moved : households that are in a grid of another code now; those that came or went are not counted.
    zones : by level, grid and unit.
    steps : by level, the lineage without the zones that were kept.
    """

    households: int
    households_before: int
    moved: int
    zones: Mapping[str, Zones]
    renamed: tuple[Renaming, ...]
    steps: tuple[tuple[str, Step], ...]


def compare(old: Plan, new: Plan) -> Comparison:
    """What differs between two plans, from ``old`` to ``new``; see :func:`gridplan.plan.lineage` for its cost and limits."""
    rows = lineage(old, new)
    grids = rows[rows["level"] == "grid"]
    zones, whole = {}, {}
    for level in LEVELS:
        of_level = rows[rows["level"] == level]
        whole[level] = _kept(of_level)
        zones[level] = _count(of_level, whole[level])
    steps = tuple(
        (row.level, Step(_text(row.old), _text(row.new), row.change, int(row.households), int(row.households_before)))
        for row in rows.itertuples()
        if row.change != "kept" or row.new not in whole[row.level]
    )
    return Comparison(
        households=int(grids["households"].sum()),
        households_before=int(grids["households_before"].sum()),
        moved=int(grids["households"][~grids["change"].isin(["kept", "new", "gone"])].sum()),
        zones=zones,
        renamed=tuple(row for level, layer in NAMED.items() for row in _renamed(level, getattr(old, layer), getattr(new, layer))),
        steps=steps,
    )


def _kept(rows: pd.DataFrame) -> set[str]:
    """The codes that nothing came to and nothing went from, and that have as many households as before."""
    same = rows[(rows["change"] == "kept") & (rows["households"] == rows["households_before"])]
    once = ~rows["old"].duplicated(keep=False) & ~rows["new"].duplicated(keep=False)
    return set(same["new"][once.reindex(same.index)])


def _count(rows: pd.DataFrame, kept: set[str]) -> Zones:
    old, new = set(rows["old"].dropna()), set(rows["new"].dropna())
    return Zones(kept=len(kept), changed=len((old & new) - kept), new=len(new - old), gone=len(old - new))


def _renamed(level: str, old: pd.DataFrame, new: pd.DataFrame) -> list[Renaming]:
    both = old[["code", "name"]].merge(new[["code", "name"]], on="code", suffixes=("_before", "_after"))
    other = both[both["name_before"] != both["name_after"]]
    return [Renaming(level, row.code, row.name_before, row.name_after) for row in other.itertuples()]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
