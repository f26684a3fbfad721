"""What a page of incidents is made from: zones with their numbers by period, squares of heat, land of clusters, words."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan import crs
from gridplan.analysis.incidents.heat import Heat, class_breaks
from gridplan.analysis.incidents.view import IncidentView
from gridplan.maps.background import background, building_rings
from gridplan.maps.packed import packed_for_page
from gridplan.maps.page import PageData, page_words
from gridplan.maps.plan_data import columns, label_places, plan_facts
from gridplan.maps.polylines import Rows
from gridplan.maps.topology import make_topology
from gridplan.messages import Language
from gridplan.plan.model import Plan
from gridplan.progress import Progress
from gridplan.sources.town import Town

Floats = NDArray[np.float64]
Columns = dict[str, list[Any]]  # whatever JSON can hold

#: Classes of a scale: as many colours, and below the first break none.
CLASSES = 6
#: Six steps from pale to dark that stay apart in grey and for the colour blind.
RAMPS = {
    "heat": ("#ffeda0", "#fed976", "#feb24c", "#fd8d3c", "#e3411c", "#a50f26"),
    "rate": ("#dbe9f6", "#bad6eb", "#89bedc", "#539ecd", "#2171b5", "#0b4083"),
}
#: Lines of the lattice from one place that the page is told to the next; between them it goes straight, right to 1 m.
_STEP = 16
#: Hectares of a square kilometre.
_KM2 = 100.0


def incidents_data(plan: Plan, view: IncidentView, town: Town | None, language: Language, progress: Progress) -> PageData:
    """All that the page shows."""
    layers = {"grids": view.zones.geometry.to_numpy(), "communities": plan.communities.geometry.to_numpy()}
    if view.pieces is not None:
        layers = {"pieces": view.pieces.geometry.to_numpy(), **layers}
    topology = make_topology(layers)
    west, south, east, north = (float(value) for value in plan.communities.total_bounds)
    lands = view.clusters.table.geometry.to_numpy() if view.clusters is not None else np.zeros(0, dtype=object)
    loose: dict[str, Rows] = {
        "clusters": building_rings(lands, topology.origin),
        **background(town, (west, south, east, north), topology.origin),
    }
    shapes, moved_m = packed_for_page(topology, loose, sum(len(rows) for rows in layers.values()), progress)
    density, per = density_shown(view)
    values = {
        "language": language,
        "title": "incidents.title",
        "words": page_words("incidents"),
        "facts": {**plan_facts(plan), "moved_m": moved_m, **_how(view), "per": per, "totals": view.totals},
        "periods": [{"name": span.name, "days": round(days, 1)} for span, days in zip(view.spans, view.days, strict=True)],
        "communities": columns(plan.communities, ("code", "name")) | label_places(plan.communities, plan),
        "grids": {**_zones(view, plan), **_tests(view)},
        "ramps": RAMPS,
        "rate": scale_of(view.smooth),
        "density": {
            **scale_of(density, far=view.heat is None),
            "values": None if view.heat is not None else _whole(density, 100),
        },
        "heat": None if view.heat is None else _heat(view.heat, density, topology.origin),
        "clusters": _clusters(view),
    }
    return PageData(values, shapes)


def _how(view: IncidentView) -> dict[str, object]:
    """How things were counted, to be said on the page."""
    asked = view.options
    said: dict[str, object] = {
        "public": asked.public,
        "every": asked.every,
        "time_zone": asked.time_zone,
        "by": asked.by,
        "measure": asked.measure,
        "alpha": asked.alpha,
        "permutations": asked.permutations,
        "test_seed": asked.seed,
        "within_m": asked.within_m,
        "least": asked.least,
        "snapped_m": view.clusters.snapped_m if view.clusters is not None else 0,
    }
    if asked.public:
        said |= {"least_households": asked.disclosure.least_households, "round_to": asked.disclosure.round_to}
        said["joined"] = int((view.zones["grids"] > 1).sum())
    if view.heat is not None:
        said |= {"cell_m": view.heat.cell_m, "bandwidth_m": view.heat.bandwidth_m}
    return said


def density_shown(view: IncidentView) -> tuple[Floats, str]:
    """Incidents to the hectare, or to the km2 where there are few, by frame and square or piece; and which of both it is."""
    if view.heat is not None:
        density = view.heat.density
    elif view.pieces is not None and len(view.pieces):
        density = view.piece_counts / view.pieces["area_ha"].to_numpy()
    else:
        return np.zeros((1 + len(view.spans), 0)), "ha"
    whole = density[0][density[0] > 0]
    few = len(whole) > 0 and np.quantile(whole, 0.5 if view.heat is None else 0.99, method="higher") < 1
    return (density * _KM2, "km2") if few else (density, "ha")


def scale_of(values: Floats, *, far: bool = False) -> dict[str, list[float]]:
    """Where the classes begin for the whole time, and for each period: one scale for all periods; ``far``: see `class_breaks`."""

    def breaks(layers: Floats) -> list[float]:
        return class_breaks(layers[np.nan_to_num(layers) > 0], classes=CLASSES + 1, far=far)

    return {"whole": breaks(values[:1]), "each": breaks(values[1:] if len(values) > 1 else values)}


def _whole(values: Floats, times: float) -> list[list[int | None]]:
    """The values as whole numbers of a fraction; None where there is none."""
    return [[None if np.isnan(each) else round(each * times) for each in row.tolist()] for row in values]


def _zones(view: IncidentView, plan: Plan) -> Columns:
    zones = view.zones
    made = columns(zones, ("code", "name", "kind", "households", "grids"))
    community = pd.Index(plan.communities["code"]).get_indexer(zones["community"])
    made["community"] = [None if row < 0 else row for row in community.tolist()]
    made["area"] = np.rint(zones["area_m2"].to_numpy() / 100).astype(int).tolist()
    pairs = zip(zones["code"], zones["community"], strict=True)
    made["number"] = [code.removeprefix(community) or code for code, community in pairs]
    made |= label_places(zones, plan)
    made["count"] = view.counts.tolist()
    made["rate"], made["smooth"] = _whole(view.rate, 100), _whole(view.smooth, 100)
    return made


def _tests(view: IncidentView) -> Columns:
    """What the tests say of each zone: of the whole time, and of each period but the first; to the public the verdict alone."""
    made = columns(view.hot, ("spot",) if view.options.public else ("spot", "z", "p", "q"))
    made["changed"] = [table["changed"].tolist() for table in view.changes]
    made["expected"] = [[round(each, 1) for each in table["expected"].tolist()] for table in view.changes]
    made["change_q"] = [[round(each, 4) for each in table["q"].tolist()] for table in view.changes]
    return made


def _clusters(view: IncidentView) -> Columns:
    table = view.clusters.table if view.clusters is not None else pd.DataFrame()
    names = ("count", "places", "at_one_place", "share", "area_ha")
    return columns(table, names) if len(table) else {name: [] for name in names}


def _heat(heat: Heat, density: Floats, origin: tuple[int, int]) -> dict[str, object]:
    """The squares by frame, and where lines of the lattice cross."""
    _, rows, wide = density.shape
    steps = [sorted({*range(0, size, _STEP), size}) for size in (wide, rows)]
    x, y = np.meshgrid(*steps)
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy((x.ravel() + heat.column) * heat.cell_m, (y.ravel() + heat.row) * heat.cell_m), crs=heat.crs
    )
    lonlat = crs.to_lonlat(points).geometry
    scale = scale_of(density)
    quantum = min(scale["whole"][0], scale["each"][0]) / 20
    return {
        "columns": wide,
        "rows": rows,
        "step": _STEP,
        "x": (np.rint(lonlat.x.to_numpy() * 1e6).astype(np.int64) - origin[0]).tolist(),
        "y": (np.rint(lonlat.y.to_numpy() * 1e6).astype(np.int64) - origin[1]).tolist(),
        "quantum": quantum,
        "frames": [_runs(np.rint(layer / quantum).astype(np.int64).ravel()) for layer in density],
    }


def _runs(values: NDArray[np.int64]) -> list[int]:
    """The numbers, with -n for n zeros one after another."""
    if not len(values):
        return []
    zero = values == 0
    starts = np.flatnonzero(np.concatenate([[True], ~(zero[1:] & zero[:-1])]))
    lengths = np.diff(np.append(starts, len(values)))
    return [int(value) for value in np.where(zero[starts], -lengths, values[starts])]
