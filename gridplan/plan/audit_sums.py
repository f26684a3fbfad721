"""Checks of sums: households and stated counts add up from level to level."""

import pandas as pd

from gridplan.plan.audit_codes import LINKS
from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan

#: what adds up to what: child table, its column, parent table and its key
SUMS = tuple(link for link in LINKS if link[0] != "nodes")


def sum_checks(plan: Plan) -> tuple[Check, ...]:
    """The checks of sums."""
    return (_households(plan), _counts(plan))


def _households(plan: Plan) -> Check:
    """Households of the children of each zone and building add up to its own, and so do the totals."""
    tables = {name: pd.DataFrame(table) for name, table in plan.layers()}
    wrong: list[str] = []
    for child, column, parent, key in SUMS:
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
