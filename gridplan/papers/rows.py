"""The rows of the registration table: each grid or unit that changed, what it was, what it is, where its households went."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from gridplan.papers.forms import Flow
from gridplan.plan.audit_ranges import limits_of
from gridplan.plan.comparison import Comparison, compare
from gridplan.plan.model import Plan
from gridplan.plan.succession import Change, Step
from gridplan.schemes import parse_scheme

RegisteredLevel = Literal["grid", "unit"]
Row = Mapping[str, object]

LEVELS: tuple[RegisteredLevel, ...] = ("grid", "unit")

_LAYER: Mapping[str, str] = {"grid": "grids", "unit": "units"}
#: What a zone is registered as, where several things happened to it: the first of these.
_FIRST: tuple[Change, ...] = ("merged", "split", "moved", "new")
_TEXT = ("change", "town", "town_name", "community", "community_name", "new_code", "new_name", "kind", "grid")
_WHOLE = ("number", "households_before", "households", "population_before", "population", "low", "high")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "grid": (
        *("number", "change", "renamed", "town", "town_name", "community", "community_name", "kind"),
        *("old_codes", "old_names", "new_code", "new_name", "households_before", "households", "population_before", "population"),
        *("came_from", "went_to", "low", "high", "measure", "finding", "finding_zh"),
    ),
    "unit": (
        *(
            "number",
            "change",
            "town",
            "town_name",
            "community",
            "community_name",
            "grids_before",
            "grid",
            "old_codes",
            "new_code",
        ),
        *("households_before", "households", "came_from", "went_to", "low", "high", "measure", "finding", "finding_zh"),
    ),
}


def registration_table(old: Plan, new: Plan, *, level: RegisteredLevel = "grid") -> pd.DataFrame:
    """The grids (or units) that changed from ``old`` to ``new``: one row for each that is there now, and for each that is gone.

    Parameters
    ----------
    old, new
        The plan that held, and the one that is to hold. ``new`` need not be redrawn from ``old``.
    level
        ``grid`` or ``unit``.

    Returns
    -------
    DataFrame
        By community and code, index 0..n-1. A zone is in it where households came or went, where it has another code, and for
        grids another name or kind.

        ==============================  ======  ======================================================================
        column                          type    meaning
        ==============================  ======  ======================================================================
        number                          int     1..n
        change                          text    kept (the same code with other households, name or kind), split, merged,
                                                moved, new, gone; as in :func:`gridplan.lineage`. Where several hold, the
                                                first of merged, split, moved; ``came_from`` and ``went_to`` tell all
        renamed                         bool    grids: the same code with another name
        town, town_name                 text    area above the community; empty where not known
        community, community_name       text    community of the zone, where it is gone of the old one
        kind                            text    grids: urban, rural, mixed, special
        grids_before, grid              tuple,  units: codes of the grids that ``old_codes`` were in, and of the grid now
                                        text
        old_codes                       tuple   codes in ``old`` that live on, or ended, in this zone; where there is none,
                                                those that its households came from. Empty where it is new
        old_names                       tuple   grids: their names
        new_code, new_name              text    in ``new``; empty where it is gone (``new_name``: grids)
        households_before               int     households in ``old`` of ``old_codes``; each old zone is counted in one row, so
                                                it is empty where ``old_codes`` live on, or ended, in another row
        households                      int     households in ``new``; empty where it is gone
        population_before, population   int     grids: people; empty where not known
        came_from                       tuple   :class:`Flow` of the households of ``new`` that were not in this code
        went_to                         tuple   :class:`Flow` of the households of ``old`` that are in another code now
        low, high, measure              int,    the range that the scheme of ``new`` asks for, and of what: households or
                                        text    population; empty where there is none
        finding, finding_zh             text    why the zone of ``new`` is out of its range; empty where it is not
        ==============================  ======  ======================================================================

    Notes
    -----
    Cost: that of :func:`gridplan.lineage`.

    Examples
    --------
    >>> import gridplan as gp
    >>> gp.registration_table(old, new)[["change", "old_codes", "new_code"]]  # doctest: +SKIP
    """
    return rows_of(compare(old, new), old, new, level)


def registration_records(old: Plan, new: Plan) -> dict[RegisteredLevel, list[Row]]:
    """The rows of :func:`registration_table` by level, each as its columns; None where a value is missing."""
    found = compare(old, new)
    return {level: records(rows_of(found, old, new, level)) for level in LEVELS}


def records(rows: pd.DataFrame) -> list[Row]:
    """Each row as its columns; None where a value is missing."""
    plain = rows.astype(object)
    return list(plain.where(plain.notna(), None).to_dict("records"))


def rows_of(found: Comparison, old: Plan, new: Plan, level: RegisteredLevel) -> pd.DataFrame:
    """:func:`registration_table` of plans that are compared already."""
    then, now = _Zones.of(old, level), _Zones.of(new, level)
    went = _Went.of([step for of_level, step in found.steps if of_level == level], then, now)
    again = _otherwise(found, then, now) if level == "grid" else set()
    rows = [_row(code, went, then, now) for code in {*went.to, *again} if code in now.facts]
    rows += [_gone(code, went, then) for code in went.left if code not in went.successor]
    rows.sort(key=_place_in_order)
    table = pd.DataFrame(rows, columns=[name for name in _COLUMNS[level] if name != "number"], dtype=object)
    table.insert(0, "number", range(1, len(table) + 1))
    whole = dict.fromkeys((name for name in _WHOLE if name in table), "Int64")
    text = dict.fromkeys((name for name in (*_TEXT, "measure", "finding", "finding_zh") if name in table), "str")
    return table.astype(whole | text | ({"renamed": "bool"} if level == "grid" else {}))


@dataclass(frozen=True)
class _Zones:
    """The zones of a level of a plan: facts, range and finding by code; communities and areas by theirs."""

    facts: Mapping[str, Mapping[str, object]]
    grids: Mapping[str, Mapping[str, object]]
    communities: Mapping[str, Mapping[str, object]]
    areas: Mapping[str, str]
    limits: Mapping[str, Mapping[str, object]]
    findings: Mapping[str, Sequence[Mapping[str, object]]]

    @classmethod
    def of(cls, plan: Plan, level: RegisteredLevel) -> "_Zones":
        limits = limits_of(plan, parse_scheme(plan.fact("scheme"), plan.id), level)
        findings = defaultdict(list)
        for row in plan.findings[plan.findings["level"] == level].itertuples():
            findings[row.zone].append({"finding": row.message, "finding_zh": row.message_zh})
        return cls(
            facts=_by_code(getattr(plan, _LAYER[level])),
            grids=_by_code(plan.grids),
            communities=_by_code(plan.communities),
            areas={code: str(area["name"]) for code, area in _by_code(plan.areas).items()},
            limits=_by_code(limits),
            findings=findings,
        )

    def households(self, code: str) -> int:
        return int(str(self.facts[code]["households"]))

    def place(self, code: str) -> dict[str, object]:
        """Community and town of a zone, kind, and grid of a unit."""
        zone = self.facts[code]
        grid = zone if "community" in zone else self.grids[str(zone["grid"])]
        community = self.communities[str(grid["community"])]
        town = community["parent"]
        return {
            "community": grid["community"],
            "community_name": community["name"],
            "town": town,
            "town_name": None if town is None else self.areas.get(str(town)),
            "kind": grid["kind"],
            "grid": zone.get("grid"),
        }

    def people(self, codes: Sequence[str]) -> int | None:
        """The people of all these together; None where some are not known."""
        found = [self.facts[code].get("population") for code in codes]
        return None if not found or None in found else sum(int(str(each)) for each in found)


@dataclass(frozen=True)
class _Went:
    """Steps by the code they lead to and from, and the zone that each code that ended is registered with."""

    to: Mapping[str, list[Step]]
    left: Mapping[str, list[Step]]
    successor: Mapping[str, str]
    heirs: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, steps: Sequence[Step], then: _Zones, now: _Zones) -> "_Went":
        to, left = defaultdict(list), defaultdict(list)
        for step in steps:
            if step.new is not None:
                to[step.new].append(step)
            if step.old is not None:
                left[step.old].append(step)
        successor = {code: code for code in then.facts if code in now.facts}
        heirs = defaultdict(list)
        for code, ways in sorted(left.items()):
            onward = [(-step.before, -step.households, step.new) for step in ways if step.new is not None]
            if code not in successor and onward:
                successor[code] = min(onward)[2]
                heirs[successor[code]].append(code)
        return cls(to, left, successor, heirs)


def _row(code: str, went: _Went, then: _Zones, now: _Zones) -> dict[str, object]:
    """A zone that is there now."""
    counted = [*([code] if code in then.facts else []), *went.heirs.get(code, [])]
    arrived = [step for step in went.to.get(code, []) if step.old != code]
    sources = [step.old for step in sorted(arrived, key=lambda step: (-step.households, step.old or "")) if step.old is not None]
    shown = counted or sources
    away = [step for each in counted for step in went.left.get(each, []) if step.new != code]
    # What left this code tells of it too where it lives on; a code that ended here is told by what arrived.
    told = {step.change for step in arrived} | {step.change for step in away if step.old == code}
    told -= {"gone"} | ({"new"} if counted else set())
    limits = now.limits.get(code, {})
    findings = now.findings.get(code, ())
    return {
        "change": next((change for change in _FIRST if change in told), "kept"),
        "renamed": code in then.facts and then.facts[code].get("name") != now.facts[code].get("name"),
        **now.place(code),
        "old_codes": tuple(shown),
        "old_names": tuple(then.facts[each].get("name") for each in shown),
        "grids_before": _grids(shown, then),
        "new_code": code,
        "new_name": now.facts[code].get("name"),
        "households_before": sum(then.households(each) for each in counted) if counted else None,
        "households": now.households(code),
        "population_before": then.people(counted),
        "population": now.people([code]),
        "came_from": tuple(Flow(step.old, step.households, step.change) for step in arrived if step.households),
        "went_to": _onward(away),
        **{name: limits.get(name) for name in ("low", "high", "measure")},
        **{name: "\n".join(str(each[name]) for each in findings) or None for name in ("finding", "finding_zh")},
    }


def _gone(code: str, went: _Went, then: _Zones) -> dict[str, object]:
    """A zone that nothing is left of."""
    return {
        "change": "gone",
        "renamed": False,
        **then.place(code),
        "grid": None,
        "old_codes": (code,),
        "old_names": (then.facts[code].get("name"),),
        "grids_before": _grids([code], then),
        **dict.fromkeys(("new_code", "new_name", "households", "population", "low", "high", "measure", "finding", "finding_zh")),
        "households_before": then.households(code),
        "population_before": then.people([code]),
        "came_from": (),
        "went_to": _onward(went.left[code]),
    }


def _place_in_order(row: Mapping[str, object]) -> tuple[str, str]:
    code, old = row["new_code"], row["old_codes"]
    return str(row["community"]), code if isinstance(code, str) else str(next(iter(old), "") if isinstance(old, tuple) else "")


def _grids(codes: Sequence[str], then: _Zones) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(then.facts[code]["grid"]) for code in codes if "grid" in then.facts[code]))


def _onward(steps: Sequence[Step]) -> tuple[Flow, ...]:
    """What went to each code, by code, those that are gone at the end; several zones that ended here are summed."""
    sums: dict[tuple[str | None, str], int] = defaultdict(int)
    for step in steps:
        if step.before:
            sums[step.new, step.change] += step.before
    ways = sorted(sums.items(), key=lambda way: (way[0][0] is None, way[0][0] or "", way[0][1]))
    return tuple(Flow(code, households, change) for (code, change), households in ways)


def _otherwise(found: Comparison, then: _Zones, now: _Zones) -> set[str]:
    """The grids that have another name or kind."""
    named = {row.code for row in found.renamed if row.level == "grid"}
    both = (code for code in now.facts if code in then.facts)
    return named | {code for code in both if then.facts[code]["kind"] != now.facts[code]["kind"]}


def _by_code(table: pd.DataFrame) -> dict[str, dict[str, object]]:
    """The rows by code, without the geometry; what is missing is None."""
    plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore")).drop_duplicates("code")
    plain = plain.astype(object).where(plain.notna(), None)
    return dict(zip(plain["code"], plain.to_dict("records"), strict=True))
