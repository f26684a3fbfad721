"""Checks of codes, sums, ranges, findings and facts: everything but land."""

import json
from collections.abc import Iterator

import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridplan.errors import RuleError
from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan
from gridplan.schemes.model import Scheme
from gridplan.schemes.pattern import Pattern

META = ("plan", "name", "scheme", "seed", "parent", "crs", "versions", "source", "parameters", "objective", "bound", "counts")
#: what a zone can stand for without a range
WHOLE = ("community", "compound", "building")
#: child table, its column, and the parent table that has the code or id
LINKS = (
    ("grids", "community", "communities", "code"),
    ("units", "grid", "grids", "code"),
    ("buildings", "grid", "grids", "code"),
    ("sections", "unit", "units", "code"),
    ("sections", "building", "buildings", "id"),
)


def number_checks(plan: Plan, scheme: Scheme) -> tuple[Check, ...]:
    """The checks that need no geometry."""
    return (
        _codes_unique(plan),
        _codes_parse(plan, scheme),
        _parents_known(plan),
        _households(plan),
        _counts(plan),
        _ranges(plan, scheme, "grid"),
        _ranges(plan, scheme, "unit"),
        _stacks(plan),
        _findings(plan),
        _status(plan),
        _lineage(plan),
        _voided(plan),
        _meta(plan, scheme),
    )


def _tables(plan: Plan) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame(table) for name, table in plan.layers()}


def _codes_unique(plan: Plan) -> Check:
    tables = _tables(plan)
    keys = {"communities": "code", "grids": "code", "units": "code", "buildings": "id", "sections": "id", "meta": "key"}
    doubled = (tables[name][key][tables[name][key].duplicated()] for name, key in keys.items())
    found = [code for codes in doubled for code in codes]
    for name, key in (("lineage", ["level", "old", "new"]), ("voided", ["level", "code"])):
        rows = tables[name][key]
        found += [">".join(row) for row in rows[rows.duplicated()].fillna("").itertuples(index=False, name=None)]
    return check("codes_unique", found)


def _codes_parse(plan: Plan, scheme: Scheme) -> Check:
    """A code is its parent's code and a number as the scheme's pattern writes it."""
    wrong: list[str] = []
    for table, parent, level in ((plan.grids, "community", "grid"), (plan.units, "grid", "unit")):
        pattern = (scheme.grids if level == "grid" else scheme.units).code
        wrong += [code for code, above in zip(table["code"], table[parent], strict=True) if _above(code, pattern) != above]
    return check("codes_parse", wrong)


def _above(code: str, pattern: Pattern) -> str | None:
    """The parent that a code leads back to; None where it is no code of the pattern."""
    try:
        return pattern.split(code)[0]
    except RuleError:
        return None


def _parents_known(plan: Plan) -> Check:
    tables = _tables(plan)
    wrong = []
    for child, column, parent, key in LINKS:
        named = tables[child][column]
        wrong += list(named[~named.isin(tables[parent][key])])
    return check("parents_known", wrong)


def _households(plan: Plan) -> Check:
    """Households of the children of each zone and building add up to its own, and so do the totals."""
    tables = _tables(plan)
    wrong: list[str] = []
    for child, column, parent, key in LINKS:
        own = tables[parent].groupby(key)["households"].sum()
        below = tables[child].groupby(column)["households"].sum().reindex(own.index, fill_value=0)
        wrong += [f"{child}/{code}" for code in own.index[own != below]]
    names = ("communities", "grids", "units", "sections", "buildings")
    totals = {name: int(tables[name]["households"].sum()) for name in names}
    if len(set(totals.values())) > 1:
        wrong.append("total")
    return check("households", wrong, ", ".join(f"{name} {total}" for name, total in totals.items()))


def _counts(plan: Plan) -> Check:
    """Communities and grids state how many grids, units and buildings they have."""
    wrong: list[str] = []
    for table, column, child, key in (
        (plan.communities, "grids", plan.grids, "community"),
        (plan.grids, "units", plan.units, "grid"),
        (plan.grids, "buildings", plan.buildings, "grid"),
    ):
        counted = table["code"].map(child[key].value_counts()).fillna(0)
        wrong += list(table["code"][counted != table[column]])
    return check("counts", wrong)


def _limits(plan: Plan, scheme: Scheme, level: str) -> pd.DataFrame:
    """Code, measured value, ``low`` and ``high`` of each zone of a level, a row for each measure that has a range there.

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
                row = {"code": known["code"], "value": known[measure].astype("int64"), "low": limits.low, "high": limits.high}
                rows.append(pd.DataFrame(row))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["code", "value", "low", "high"])


def _ranges(plan: Plan, scheme: Scheme, level: str) -> Check:
    zones = _limits(plan, scheme, level)
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
    wrong: list[str] = []
    for level, table in (("grid", plan.grids), ("unit", plan.units)):
        land = dict(zip(table["code"], table.geometry.to_wkb(), strict=True))
        found = plan.findings[plan.findings["level"] == level]
        for zone, shape in zip(found["zone"], found.geometry.to_wkb(), strict=True):
            if land.get(zone) != shape:
                wrong.append(f"{level}/{zone}")
    other = plan.findings[~plan.findings["level"].isin(["grid", "unit"])]
    without = plan.findings[plan.findings["proof"] & plan.findings["waiver"].isna()]
    return check("findings", wrong + list(other["zone"]) + list(without["zone"]))


def _status(plan: Plan) -> Check:
    """The status and reason of a grid are those of its findings."""
    found = plan.findings[plan.findings["level"] == "grid"]
    proof = found.groupby("zone")["proof"].all().to_dict()
    reason = found.groupby("zone")["code"].first().to_dict()
    wrong = []
    for code, status, why in zip(plan.grids["code"], plan.grids["status"], plan.grids["reason"].fillna(""), strict=True):
        expected = ("proved" if proof[code] else "open", reason[code]) if code in proof else ("ok", "")
        if (status, why) != expected:
            wrong.append(code)
    return check("status", wrong)


def _lineage(plan: Plan) -> Check:
    """What came from a parent plan adds up to the households of every zone, and each change is what it is called."""
    rows = plan.lineage
    wrong: list[str] = []
    for level, table in (("grid", plan.grids), ("unit", plan.units)):
        own = table.drop_duplicates("code").set_index("code")["households"]
        came = rows[rows["level"] == level].groupby("new")["households"].agg(["sum", "size"])
        came = came.reindex(own.index.union(came.index), fill_value=0)
        if _stated_parent(plan):
            # A zone without a row, and a row without a zone, are wrong too.
            wrong += list(came.index[(came["sum"] != own.reindex(came.index)) | (came["size"] == 0)])
    old, new, change = rows["old"], rows["new"], rows["change"]
    named = ((old == new) == (change == "kept")) & (old.isna() == (change == "new")) & (new.isna() == (change == "gone"))
    empty = (rows["households"].where(new.isna(), 0) != 0) | (rows["households_before"].where(old.isna(), 0) != 0)
    wrong += list((old.fillna("") + ">" + new.fillna(""))[~named | empty])
    wrong += list(rows["level"][~rows["level"].isin(["grid", "unit"])])
    if not _stated_parent(plan) and len(rows):
        wrong.append("parent")
    return check("lineage", wrong)


def _voided(plan: Plan) -> Check:
    """No zone has a voided code, and what ended in this plan is voided by it."""
    wrong: list[str] = []
    for level, table in (("grid", plan.grids), ("unit", plan.units)):
        voided = plan.voided[plan.voided["level"] == level]
        wrong += list(table["code"][table["code"].isin(voided["code"])])
        old = plan.lineage["old"][plan.lineage["level"] == level].dropna()
        ended = old[~old.isin(table["code"])]
        if _stated_parent(plan):
            wrong += list(ended[~ended.isin(voided["code"])])
    wrong += list(plan.voided["level"][~plan.voided["level"].isin(["grid", "unit"])])
    if not _stated_parent(plan) and len(plan.voided):
        wrong.append("parent")
    return check("voided", wrong)


def _stated_parent(plan: Plan) -> str:
    return str(dict(zip(plan.meta["key"], plan.meta["value"], strict=True)).get("parent") or "")


def _meta(plan: Plan, scheme: Scheme) -> Check:
    """Every fact is there, and those that can be checked are true."""
    facts = dict(zip(plan.meta["key"], plan.meta["value"], strict=True))
    return check("meta", [*(key for key in META if key not in facts), *_untrue(plan, facts, scheme)])


def _untrue(plan: Plan, facts: dict[str, str], scheme: Scheme) -> Iterator[str]:
    if facts.get("scheme", scheme.text) != scheme.text:
        yield "scheme"
    try:
        metres = {axis.unit_name for axis in CRS(facts["crs"]).axis_info} == {"metre"} if "crs" in facts else True
    except CRSError:
        metres = False
    if not metres:
        yield "crs"
    stated = json.loads(facts.get("counts", "{}"))
    status = plan.grids["status"].value_counts()
    true = {"grids": len(plan.grids), "units": len(plan.units), "households": int(plan.grids["households"].sum())}
    true |= {
        f"grids_{name}": int(status.get(value, 0)) for name, value in (("in_range", "ok"), ("proved", "proved"), ("open", "open"))
    }
    if any(stated.get(name, count) != count for name, count in true.items()):
        yield "counts"
