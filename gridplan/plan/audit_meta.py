"""The check of what a plan says of itself."""

import json
from collections.abc import Iterator

from pyproj import CRS
from pyproj.exceptions import CRSError

from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan
from gridplan.schemes.model import Scheme

META = ("plan", "name", "scheme", "seed", "parent", "crs", "versions", "source", "parameters", "objective", "bound", "counts")


def meta_check(plan: Plan, scheme: Scheme) -> Check:
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
