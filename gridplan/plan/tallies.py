"""Counts of a plan by town and kind, and in the words that documents use."""

import pandas as pd

from gridplan.plan.model import Plan

COUNTS = ("communities", "households", "grids", "in_range", "proved", "open", "units")


def tally(plan: Plan) -> pd.DataFrame:
    """Grids, units and households of each town and kind of grid.

    Returns
    -------
    DataFrame
        ``town`` (code of the area above the communities; missing where they name none), ``name`` (missing where the plan does not
        know it), ``kind`` (urban, rural, mixed, special), ``communities`` (with such grids), ``households``, ``grids``, of
        these ``in_range``, ``proved`` (out of range with a proof) and ``open``, and ``units``; by town and kind.

    Examples
    --------
    >>> import gridplan as gp
    >>> gp.tally(gp.plan_town(gp.demo_town()))["grids"].sum()  # doctest: +SKIP
    13
    """
    town_of = plan.communities.set_index("code")["parent"]
    grids = pd.DataFrame(plan.grids.drop(columns="geometry")).assign(town=plan.grids["community"].map(town_of))
    for name, status in (("in_range", "ok"), ("proved", "proved"), ("open", "open")):
        grids[name] = (grids["status"] == status).astype("int64")
    grouped = grids.groupby(["town", "kind"], dropna=False, sort=True)
    sums = grouped[["households", "in_range", "proved", "open", "units"]].sum()
    table = sums.assign(communities=grouped["community"].nunique(), grids=grouped.size()).reset_index()
    names = plan.areas.drop_duplicates("code").set_index("code")["name"]
    table["name"] = table["town"].map(names)
    return table[["town", "name", "kind", *COUNTS]]


def totals(plan: Plan) -> dict[str, int]:
    """The whole plan's counts by the names that documents have for them.

    ``towns``, ``communities``, ``grids``, ``units``, ``households``, ``population`` (left out where some is not known),
    ``urban_grids`` (mixed ones among them), ``rural_grids``, ``special_grids``, ``compounds`` (urban and mixed grids that stand
    for something), ``second_grids`` (all grids), and each level that the scheme made above the grids: ``basic_grids``,
    ``town_areas``, ``village_areas``, ...
    """
    kind = plan.grids["kind"].value_counts()
    people = plan.grids["population"]
    known = people.notna() | (plan.grids["households"] == 0)
    found = {
        "towns": int(plan.communities["parent"].nunique()),
        "communities": len(plan.communities),
        "households": int(plan.grids["households"].sum()),
        "grids": len(plan.grids),
        "second_grids": len(plan.grids),
        "urban_grids": int(kind.get("urban", 0) + kind.get("mixed", 0)),
        "rural_grids": int(kind.get("rural", 0)),
        "special_grids": int(kind.get("special", 0)),
        "compounds": int((plan.grids["of"].notna() & plan.grids["kind"].isin(["urban", "mixed"])).sum()),
        "units": len(plan.units),
    }
    if known.all():
        found["population"] = int(people.fillna(0).sum())
    made = plan.areas[plan.areas["made"]]["level"].value_counts()
    for level, count in sorted(made.items()):
        found["basic_grids" if level == "basic" else f"{level}s"] = int(count)
    return found
