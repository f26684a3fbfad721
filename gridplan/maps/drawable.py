"""What of a plan is drawn."""

from collections.abc import Collection
from dataclasses import replace

import geopandas as gpd

from gridplan.plan.model import Plan


def drawable(plan: Plan) -> Plan:
    """The plan without the rows that have no shape, and without what lies in grids that have none."""
    layers = {name: frame for name, frame in plan.layers() if isinstance(frame, gpd.GeoDataFrame)}
    empty = {name: frame.geometry.isna() | frame.geometry.is_empty for name, frame in layers.items()}
    kept = {name: layers[name][~gone].reset_index(drop=True) for name, gone in empty.items() if gone.any()}
    if not kept:
        return plan
    return _of_its_grids(replace(plan, **kept))


def of_communities(plan: Plan, communities: Collection[str]) -> Plan:
    """The plan without the land of any other community."""
    grids = plan.grids[plan.grids["community"].isin(communities)].reset_index(drop=True)
    land = plan.communities[plan.communities["code"].isin(communities)].reset_index(drop=True)
    return _of_its_grids(replace(plan, grids=grids, communities=land))


def _of_its_grids(shown: Plan) -> Plan:
    """The plan without what lies in grids that it does not have."""
    grids = set(shown.grids["code"])
    within = {name: getattr(shown, name) for name in ("units", "buildings", "nodes")}
    shown = replace(shown, **{name: each[each["grid"].isin(grids)].reset_index(drop=True) for name, each in within.items()})
    sections = shown.sections[shown.sections["unit"].isin(set(shown.units["code"]))].reset_index(drop=True)
    zones = grids | set(shown.units["code"]) | set(shown.areas["code"]) | set(shown.communities["code"])
    findings = shown.findings[shown.findings["zone"].isin(zones)].reset_index(drop=True)
    return replace(shown, sections=sections, findings=findings)
