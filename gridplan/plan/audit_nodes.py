"""The check of nodes: a point for each building with households and each of its entrances, where the scheme numbers them."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely

from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan
from gridplan.schemes.model import Scheme

NEAR = 2e-7
"""Degrees (about 2 cm) that a point may lie beside its land: its coordinates are rounded to 1e-7."""


def nodes_check(plan: Plan, scheme: Scheme) -> Check:
    """Each level of nodes has the buildings with households, or entrances that hold all these, in their grid, at their place."""
    levels = {level.name: level.atoms for level in scheme.of("nodes")}
    nodes = plan.nodes
    wrong = list(nodes["code"][nodes["level"].map(levels).ne(nodes["of"])])
    buildings = plan.buildings.drop_duplicates("id").set_index("id")
    for name, atoms in levels.items():
        own = nodes[nodes["level"] == name]
        things = buildings if atoms == "building" else plan.sections.drop_duplicates("id").set_index("id")
        lived = things[things["households"] > 0]
        wrong += [f"{name}/{thing}" for thing in own["id"][own["id"].duplicated() | ~own["id"].isin(lived.index)]]
        building = own["id"] if atoms == "building" else own["id"].map(things["building"])
        wrong += list(own["code"][own["building"].ne(building)])
        # Floors above one another share an entrance, so entrances are held against their building.
        homes = buildings["households"][buildings["households"] > 0]
        counted = own.groupby("building")["households"].sum().reindex(homes.index, fill_value=0)
        wrong += [f"{name}/{thing}" for thing in homes.index[counted.ne(homes)]]
    wrong += list(nodes["code"][nodes["grid"].ne(nodes["building"].map(buildings["grid"]))])
    return check("nodes", [*wrong, *_elsewhere(plan)])


def _elsewhere(plan: Plan) -> Iterator[str]:
    """Buildings whose point is not in their outline, entrances whose point is not in their grid."""
    grids = plan.grids.drop_duplicates("code").set_index("code").geometry
    buildings = plan.buildings.drop_duplicates("id").set_index("id").geometry
    for of, lands, column in (("building", buildings, "building"), ("entrance", grids, "grid")):
        nodes = plan.nodes[(plan.nodes["of"] == of) & plan.nodes[column].isin(lands.index)]
        away = shapely.distance(np.asarray(nodes.geometry.array), np.asarray(lands.loc[nodes[column]].array))
        yield from pd.Series(nodes["code"])[away > NEAR]
