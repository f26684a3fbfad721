"""Tables of incidents as everybody may read them: zones of enough households, rounded counts and what follows from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridplan.analysis.incidents.floors import LEAST_DIVIDED_BY, LEAST_HOUSEHOLDS, ROUND_TO, rounded
from gridplan.analysis.incidents.measures import COUNTS, RATES, Ints, divided

#: What is told of no row: a sum of answers, and the mean made from it, follow each single answer.
UNTOLD = ("satisfaction_sum", "satisfaction")
_DIGITS = 2
_RULE = {"least_households": LEAST_HOUSEHOLDS, "round_to": ROUND_TO, "least_divided_by": LEAST_DIVIDED_BY}


@dataclass(frozen=True)
class ToldZones:
    """Codes of the grids and communities of which numbers are told; of any other zone there are none.

    ``gridplan.analysis.incidents.disclosure.told_zones`` finds them.
    """

    grids: frozenset[str] = frozenset()
    communities: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Published:
    """The columns that are told, and by which rule."""

    columns: Mapping[str, Sequence[Any]]  # texts and numbers
    rule: Mapping[str, int]


def published(keys: Mapping[str, list[str]], counts: Mapping[str, Ints], *, zones: ToldZones) -> Published:
    """The table without what could be read off of single households.

    Rows of grids and communities that are not among ``zones`` are withheld, and rows that come to 0 incidents; rows of no zone
    (an empty code) are told. Counts are rounded, each row for itself, so that sums differ from totals; accepted, open and small
    loop are made from the rounded ones, as are rates, which are told to whole percent where they are of at least
    :data:`LEAST_DIVIDED_BY` incidents. :data:`UNTOLD` are None.

    Examples
    --------
    >>> counts = {name: np.array([2, 41]) for name in COUNTS}
    >>> table = published({"kind": ["a", "b"]}, counts, zones=ToldZones())
    >>> table.columns["kind"], table.columns["reported"], table.rule["withheld"]
    (['b'], [40], 1)
    """
    told = _told_rows(keys, counts["reported"], zones)
    columns: dict[str, Sequence[Any]] = {  # as above
        name: [value for value, shown in zip(values, told, strict=True) if shown] for name, values in keys.items()
    }
    shown = _shown({name: values[told] for name, values in counts.items()})
    for name in COUNTS:
        columns[name] = shown[name].tolist()
    for name, rates in divided(shown).items():
        columns[name] = np.where(shown[RATES[name][1]] >= LEAST_DIVIDED_BY, np.round(rates, _DIGITS), np.nan).tolist()
    for name in UNTOLD:
        columns[name] = [None] * int(told.sum())
    return Published(columns, {**_RULE, "withheld": int((~told).sum())})


def published_repeats(keys: Mapping[str, list[str]], counts: Mapping[str, Ints], *, zones: ToldZones) -> Published:
    """The same of incidents that came again: ``reported``, ``placed``, ``repeats``."""
    told = _told_rows(keys, counts["reported"], zones)
    columns: dict[str, Sequence[Any]] = {  # as above
        name: [value for value, shown in zip(values, told, strict=True) if shown] for name, values in keys.items()
    }
    shown = {name: rounded(values[told]) for name, values in counts.items()}
    shown["placed"] = np.minimum(shown["placed"], shown["reported"])
    shown["repeats"] = np.minimum(shown["repeats"], shown["placed"])
    shares = np.where(shown["placed"] >= LEAST_DIVIDED_BY, np.round(repeat_shares(shown), _DIGITS), np.nan)
    columns |= {**{name: values.tolist() for name, values in shown.items()}, "repeat_share": shares.tolist()}
    return Published(columns, {**_RULE, "withheld": int((~told).sum())})


def repeat_shares(counts: Mapping[str, Ints]) -> list[float]:
    """Repeats among incidents with a place; not a number where there are none."""
    placed = counts["placed"].astype(np.float64)
    found: list[float] = np.divide(counts["repeats"], placed, out=np.full(len(placed), np.nan), where=placed > 0).tolist()
    return found


def _told_rows(keys: Mapping[str, list[str]], reported: Ints, zones: ToldZones) -> NDArray[np.bool_]:
    """The rows that are told: of zones with enough households or of none, and of more than 0 incidents."""
    told: NDArray[np.bool_] = rounded(reported) > 0 if keys else np.ones(len(reported), bool)
    for name, known in (("grid", zones.grids), ("community", zones.communities)):
        if name in keys:
            told &= np.array([not code or code in known for code in keys[name]], bool)
    return told


def _shown(counts: Mapping[str, Ints]) -> dict[str, NDArray[np.int64]]:
    """Rounded counts; those that are differences of others come from the rounded ones, lest two roundings narrow each other."""
    found = {name: rounded(values) for name, values in counts.items()}
    found["accepted"] = np.maximum(found["reported"] - found["rejected"], 0)
    found["closed"] = np.minimum(found["closed"], found["accepted"])
    found["open"] = found["accepted"] - found["closed"]
    found["large_loop"] = np.minimum(found["large_loop"], found["closed"])
    found["small_loop"] = found["closed"] - found["large_loop"]
    found["on_time"] = np.minimum(found["on_time"], found["due"])
    return found
