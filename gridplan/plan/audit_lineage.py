"""Checks of what became of former codes."""

from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan


def lineage_checks(plan: Plan) -> tuple[Check, ...]:
    """The checks of lineage and voided codes."""
    return (_lineage(plan), _voided(plan))


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
