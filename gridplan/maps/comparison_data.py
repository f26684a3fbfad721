"""What the page of two plans is made from: lines of both, the land that changed, the lineage, packed shapes and words."""

import geopandas as gpd

from gridplan.analysis.land import changed_land
from gridplan.cartography.changes import CHANGE_FILLS
from gridplan.maps.background import background
from gridplan.maps.limits import MOST_KEPT
from gridplan.maps.packed import packed_for_page
from gridplan.maps.page import PageData, page_words
from gridplan.maps.plan_data import Columns, columns, grid_columns, label_places, plan_facts
from gridplan.maps.polylines import Rows
from gridplan.maps.topology import make_topology
from gridplan.messages import Language
from gridplan.plan.comparison import Comparison, compare
from gridplan.plan.model import Plan
from gridplan.progress import Progress
from gridplan.sources.town import Town


def comparison_data(old: Plan, new: Plan, town: Town | None, language: Language, progress: Progress) -> PageData:
    """All that the page shows."""
    land = changed_land(old, new)
    topology = make_topology(
        {
            "grids": new.grids.geometry.to_numpy(),
            "old": old.grids.geometry.to_numpy(),
            "communities": new.communities.geometry.to_numpy(),
            "land": land.geometry.to_numpy(),
        }
    )
    west, south, east, north = (float(value) for value in new.communities.total_bounds)
    loose: dict[str, Rows] = dict(background(town, (west, south, east, north), topology.origin))
    features = sum(len(rows) for rows in topology.layers.values())
    shapes, moved_m = packed_for_page(topology, loose, features, progress)
    values = {
        "language": language,
        "title": "compare.title",
        "words": page_words("compare"),
        "facts": {**plan_facts(new), "moved_m": moved_m, "old": {"id": old.id, "name": old.fact("name")}},
        "painted": features > MOST_KEPT,
        "fills": CHANGE_FILLS,
        "communities": columns(new.communities, ("code", "name")) | label_places(new.communities, new),
        "old_communities": columns(old.communities, ("code", "name")),
        "grids": grid_columns(new) | label_places(new.grids, new),
        "old": grid_columns(old) | label_places(old.grids, old),
        "land": _land(land, old, new),
        "compared": _compared(compare(old, new)),
    }
    return PageData(values, shapes)


def _land(land: gpd.GeoDataFrame, old: Plan, new: Plan) -> Columns:
    """The land that changed, with the rows of its old and its new grid."""
    made = columns(land, ("change", "households"))
    made["area"] = (land["area_m2"] / 100).round().astype(int).tolist()
    for name, plan in (("old", old), ("new", new)):
        row = {code: number for number, code in enumerate(plan.grids["code"])}
        made[name] = [row.get(code) for code in land[name]]
    return made


def _compared(found: Comparison) -> dict[str, object]:
    """The counts, the steps of the grids, and the names that changed."""
    return {
        "households": found.households,
        "before": found.households_before,
        "moved": found.moved,
        "grids": vars(found.zones["grid"]),
        "units": vars(found.zones["unit"]),
        "steps": [[step.old, step.new, step.change, step.households] for level, step in found.steps if level == "grid"],
        "renamed": [[each.level, each.code, each.before, each.after] for each in found.renamed],
    }
