"""Checks of ranges, and of what is said where one is not kept."""

import pandas as pd

from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan
from gridplan.schemes.model import Scheme

#: what a zone can stand for without a range
WHOLE = ("community", "compound", "building")


def range_checks(plan: Plan, scheme: Scheme) -> tuple[Check, ...]:
    """The checks of ranges and findings."""
    return (_ranges(plan, scheme, "grid"), _ranges(plan, scheme, "unit"), _stacks(plan), _findings(plan), _status(plan))


def limits_of(plan: Plan, scheme: Scheme, level: str) -> pd.DataFrame:
    """Code, ``measure``, its value, ``low`` and ``high`` of each zone of a level, a row for each measure that has a range there.

    Special grids have no range, nor have their units without households, nor grids that stand for something whole.
    """
    kind = plan.communities.drop_duplicates("code").set_index("code")["kind"]
    grids = plan.grids.drop_duplicates("code")
    special = grids.set_index("code")["kind"] == "special"
    if level == "grid":
        zones = grids[["code", "households", "population"]].assign(kind=grids["community"].map(kind), whole=grids["of"].notna())
        zones = zones[grids["kind"] != "special"]
    else:
        zones = plan.units[["code", "households"]].assign(population=pd.NA, whole=False)
        zones["kind"] = plan.units["grid"].map(grids.set_index("code")["community"]).map(kind)
        zones = zones[~plan.units["grid"].map(special).fillna(False).astype("bool") | (zones["households"] > 0)]
    rule_of = scheme.grids.rule if level == "grid" else scheme.units.rule
    rows = []
    for name, part in pd.DataFrame(zones).dropna(subset="kind").groupby("kind"):
        rule = rule_of(str(name))
        part = part[~part["whole"]] if rule.each in WHOLE else part
        for measure in ("households", "population"):
            limits = getattr(rule, measure)
            if limits is not None:
                known = part[part[measure].notna()]
                row = {"code": known["code"], "measure": measure, "value": known[measure].astype("int64")}
                rows.append(pd.DataFrame({**row, "low": limits.low, "high": limits.high}))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["code", "measure", "value", "low", "high"])


def _ranges(plan: Plan, scheme: Scheme, level: str) -> Check:
    zones = limits_of(plan, scheme, level)
    out = zones[(zones["value"] < zones["low"]) | (zones["value"] > zones["high"])]
    found = plan.findings[(plan.findings["level"] == level) & plan.findings["proof"]]
    proofs = set(zip(found["zone"], found["measure"], strict=True))
    # A zone with too few households and too few people has one finding, for its households.
    proved = {code for code, size in zip(out["code"], out["value"], strict=True) if (code, float(size)) in proofs}
    neither = sorted(set(out["code"]) - proved)
    count = int(zones["code"].nunique())
    return check(f"{level}_ranges", neither, f"{count - len(proved) - len(neither)} + {len(proved)} / {count}")


def _stacks(plan: Plan) -> Check:
    """Only units of a tower have floors, from low to high, and at least two of them share their land."""
    units = plan.units
    stacked = units[units["stacked"]]
    land = stacked["grid"] + "/" + stacked.geometry.to_wkb(hex=True)
    alone = units.index.isin(land.index[~land.duplicated(keep=False)])
    floors = units[["floor_from", "floor_to"]].notna().any(axis=1)
    backwards = (units["floor_from"] > units["floor_to"]).fillna(False).astype("bool")
    wrong = alone | (~units["stacked"] & floors) | backwards
    return check("stacks", units["code"][wrong])


def _findings(plan: Plan) -> Check:
    """A finding names a zone that is there, has its land, and with a proof also a waiver."""
    made = plan.areas[plan.areas["made"]]
    land = {
        (level, code): shape
        for table, levels in (
            (made, made["level"]),
            (plan.grids, ["grid"] * len(plan.grids)),
            (plan.units, ["unit"] * len(plan.units)),
        )
        for level, code, shape in zip(levels, table["code"], table.geometry.to_wkb(), strict=True)
    }
    found = plan.findings
    wrong = [
        f"{level}/{zone}"
        for level, zone, shape in zip(found["level"], found["zone"], found.geometry.to_wkb(), strict=True)
        if land.get((level, zone)) != shape
    ]
    without = found[found["proof"] & found["waiver"].isna()]
    return check("findings", wrong + list(without["zone"]))


def _status(plan: Plan) -> Check:
    """The status and reason of a grid and of an area that was made are those of its findings; given areas are ok."""
    of_zone = plan.findings.groupby(["level", "zone"])
    proof, reason = of_zone["proof"].all().to_dict(), of_zone["code"].first().to_dict()
    wrong = []
    for table, levels in (
        (plan.areas, plan.areas["level"].where(plan.areas["made"], "")),
        (plan.grids, ["grid"] * len(plan.grids)),
    ):
        for level, code, status, why in zip(levels, table["code"], table["status"], table["reason"].fillna(""), strict=True):
            zone = (level, code)
            expected = ("proved" if proof[zone] else "open", reason[zone]) if zone in proof else ("ok", "")
            if (status, why) != expected:
                wrong.append(code)
    return check("status", wrong)
