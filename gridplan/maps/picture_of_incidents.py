"""The picture of incidents for reports: heat, hot spots and clusters on one sheet, with the grids of the highest rates."""

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridplan.analysis.incidents.view import IncidentView, ViewOptions, incident_view
from gridplan.maps.drawable import drawable
from gridplan.maps.incidents_data import CLASSES, RAMPS, density_shown, scale_of
from gridplan.maps.picture_ground import (
    COMMUNITY,
    GRID,
    community_labels,
    grid_number,
    ground_layers,
    metre_shapes,
    outlines,
    plan_credit,
    zone_labels,
)
from gridplan.maps.pictures import Drawn, Label, Look, Shapes, Sheet, Table, bounds_of, picture
from gridplan.messages import Language, text
from gridplan.plan.model import Plan
from gridplan.sources.town import Town

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HOT = {"hot": Look(line="#9c0d1f", width=2.6), "cold": Look(line="#0b4083", width=2.6, dash=(3, 2))}
_CLUSTER = Look(line="#15191d", width=1.3, dash=(1, 2))
#: Rows of the table at most: the sheet has room for no more.
_ROWS = 14


def incidents_picture(
    plan: Plan,
    incidents: gpd.GeoDataFrame,
    *,
    town: Town | None = None,
    language: Language = "en",
    options: ViewOptions | None = None,
    dots_per_inch: int = 200,
) -> bytes:
    """The heat of incidents on a plan as a PNG for reports, A4 lying, with hot spots, clusters and the grids of highest rates.

    Parameters
    ----------
    plan, incidents, town, options, language : as :func:`gridplan.incidents_page`; with ``options.public`` nothing is shown from
        which one household could be read off.
    dots_per_inch : 50 to 600.

    Returns
    -------
    bytes
        The same for the same input; ``write_picture`` writes them.

    Raises
    ------
    InputError
        GP105, GP106, GP181, GP182, GP184 as :func:`gridplan.incident_view`.
    OutputError
        GP611 too few or too many dots per inch.
    MissingToolError
        GP720 the package with the Chinese font is not installed.
    """
    view = incident_view(plan, incidents, options=options)
    return view_picture(plan, view, town=town, language=language, dots_per_inch=dots_per_inch)


def view_picture(
    plan: Plan, view: IncidentView, *, town: Town | None = None, language: Language = "en", dots_per_inch: int = 200
) -> bytes:
    """The same picture of what was counted already."""
    plan = drawable(plan)
    zones = view.zones
    told, per = density_shown(view)
    names = [span.name for span in view.spans]
    shown = Sheet(
        title=text("map.incidents.title", language, name=plan.fact("name")),
        subtitle=text(
            "picture.incidents.sub",
            language,
            period=text("map.incidents.time.whole", language, first=names[0], last=names[-1]) if names else "–",
            **{name: f"{count:,}" for name, count in view.totals.items()},
        ),
        language=language,
        bounds=bounds_of(metre_shapes(plan.communities, plan)),
        layers=[
            *ground_layers(plan, town),
            *_heat(view, told[0], plan, language),
            outlines(zones, plan, GRID, text("map.layer.outlines", language)),
            outlines(plan.communities, plan, COMMUNITY, text("map.key.community", language)),
            *_spots(view, plan, language),
            *_clusters(view, plan, language),
        ],
        labels=_labels(view, plan),
        places=community_labels(plan),
        legend=text(f"map.incidents.unit.{per}", language),
        table=_table(view, plan, language),
        note=_note(view, plan, language),
        credit=plan_credit(plan, language),
    )
    return picture(shown, dots_per_inch=dots_per_inch)


def _heat(view: IncidentView, density: "NDArray[np.float64]", plan: Plan, language: Language) -> list[Drawn]:
    """A layer a class; those next to each other in a row are one shape, so that no line shows between them."""
    breaks = scale_of(density[None], far=view.heat is None)["whole"]
    level = np.searchsorted(np.array(breaks) * (1 - 1e-9), density, side="right") - 1
    layers = []
    for number, colour in enumerate(RAMPS["heat"]):
        last = number == CLASSES - 1
        span = {"low": f"{breaks[number]:g}", "high": "" if last else f"{breaks[number + 1]:g}"}
        key = text(f"map.incidents.scale.{'last' if last else 'step'}", language, **span)
        layers.append(Drawn(_class_shapes(view, level == number, plan), Look(fill=colour, opacity=0.8), key))
    return layers


def _class_shapes(view: IncidentView, kept: "NDArray[np.bool_]", plan: Plan) -> Shapes:
    if view.heat is None:
        return metre_shapes(view.pieces[kept], plan) if view.pieces is not None else np.zeros(0, dtype=object)
    heat = view.heat
    padded = np.pad(kept, ((0, 0), (1, 1))).astype(np.int8)
    row, start = np.nonzero(np.diff(padded, axis=1) == 1)
    _, end = np.nonzero(np.diff(padded, axis=1) == -1)
    west, east = (start + heat.column) * heat.cell_m, (end + heat.column) * heat.cell_m
    south = (row + heat.row) * heat.cell_m
    boxes = shapely.box(west, south, east, south + heat.cell_m)
    if not len(boxes):
        return np.zeros(0, dtype=object)
    merged: Shapes = shapely.get_parts(shapely.union_all(boxes))
    return merged


def _spots(view: IncidentView, plan: Plan, language: Language) -> list[Drawn]:
    made = []
    for spot, look in _HOT.items():
        rows = view.zones[(view.hot["spot"] == spot).to_numpy()]
        if len(rows):
            made.append(outlines(rows, plan, look, text(f"map.incidents.{spot}", language)))
    return made


def _clusters(view: IncidentView, plan: Plan, language: Language) -> list[Drawn]:
    if view.clusters is None or not len(view.clusters.table):
        return []
    return [outlines(view.clusters.table, plan, _CLUSTER, text("map.incidents.key.clusters", language))]


def _labels(view: IncidentView, plan: Plan) -> list[Label]:
    """The number of each zone; those with most incidents come first."""
    pairs = zip(view.zones["code"], view.zones["community"], strict=True)
    numbers = [grid_number(code, community) for code, community in pairs]
    return zone_labels(view.zones, plan, numbers, view.counts[0].tolist())


def _table(view: IncidentView, plan: Plan, language: Language) -> Table:
    places = dict(zip(plan.communities["code"], plan.communities["name"], strict=True))
    order = np.argsort(-np.nan_to_num(view.smooth[0], nan=-1.0), kind="stable")[:_ROWS]
    rows = []
    for row in order.tolist():
        zone = view.zones.iloc[row]
        number = zone["code"].removeprefix(zone["community"]) or zone["code"]
        rate = view.smooth[0][row]
        said = text("map.incidents.no_households", language) if np.isnan(rate) else f"{rate:,.1f}"
        rows.append((f"{places.get(zone['community'], '')} {number}".strip(), f"{view.counts[0][row]:,}", said))
    heads = tuple(text(f"picture.incidents.head.{head}", language) for head in ("grid", "count", "rate"))
    return Table(heads=heads, rows=tuple(rows), widths=(6, 2.4, 3.4))


def _note(view: IncidentView, plan: Plan, language: Language) -> str:
    asked = view.options
    if view.heat is None:
        how = text("map.incidents.public", language, households=asked.disclosure.least_households, step=asked.disclosure.round_to)
    else:
        key = "heat" if view.heat.bandwidth_m else "heat_plain"
        how = text(f"map.incidents.how.{key}", language, cell=f"{view.heat.cell_m:g}", bandwidth=f"{view.heat.bandwidth_m:g}")
    alpha, permutations = f"{100 * asked.alpha:g}", f"{asked.permutations:,}"
    said = text(f"map.incidents.how.hot_{asked.measure}", language, alpha=alpha, permutations=permutations, seed=asked.seed)
    return text("picture.incidents.note", language, plan=plan.id, how=how, hot=said)
