"""Maps of the incidents that a store holds, counted by the database and not row by row."""

import json
from typing import TYPE_CHECKING

from pyproj import CRS

from gridplan import crs
from gridplan.maps.drawable import of_communities
from gridplan.maps.incidents import view_page
from gridplan.maps.limits import Told
from gridplan.maps.picture_of_incidents import view_picture
from gridplan.messages import Language

if TYPE_CHECKING:
    from gridplan.analysis.incidents.view import IncidentView
    from gridplan.plan.model import Plan
    from gridplan.sources.town import Town
    from gridplan.store import Store

#: Reach of clusters in metres, and at least so many squares, whose middles are taken for the places of incidents.
_REACH_M, _REACH_CELLS = 150.0, 1.5


def stored_page(store: "Store", plan_id: str, *, told: Told | None = None, language: Language = "en") -> str:
    """The page of the store's incidents on one of its plans; see :func:`gridplan.maps.incidents.incidents_page`.

    Parameters
    ----------
    told : what everybody may see; None: what planners see.

    Raises
    ------
    StoreError
        GP401 no such plan.
    InputError
        GP191 of fewer households than may be told of.

    Notes
    -----
    No incident is read into a row: the store counts them by square, month and the grid in force when they were reported.
    """
    plan = _shown(store, plan_id, told)
    return view_page(plan, stored_view(store, plan, told=told), town=_ground(store, plan), language=language)


def stored_picture(store: "Store", plan_id: str, *, told: Told | None = None, language: Language = "en") -> bytes:
    """The same as a PNG for reports; see :func:`gridplan.maps.picture_of_incidents.incidents_picture`."""
    plan = _shown(store, plan_id, told)
    return view_picture(plan, stored_view(store, plan, told=told), town=_ground(store, plan), language=language)


def _shown(store: "Store", plan_id: str, told: Told | None) -> "Plan":
    plan = store.load_plan(plan_id)
    return plan if told is None else of_communities(plan, told.communities)


def _ground(store: "Store", plan: "Plan") -> "Town | None":
    """The town that the plan was made from, for its streets, where the store has it."""
    name = store.town_list.of_source(json.loads(plan.fact("source")))
    return None if name is None else store.load_town(name)


def stored_view(store: "Store", plan: "Plan", *, told: Told | None = None) -> "IncidentView":
    """The store's incidents as they are counted on a plan, by the grid that each names.

    One that names none of this plan counts in the grid that the middle of its square lies in. With ``told`` it is the public's
    view, of the land of ``plan``; what was reported after the periods that are told, or at no known time, does not count.
    """
    from gridplan.analysis.incidents.heat import fitting_size
    from gridplan.analysis.incidents.view import ViewOptions, incident_view
    from gridplan.store.incident_bins import Lattice

    west, south, east, north = (float(side) for side in plan.communities.total_bounds)
    metre_crs = plan.fact("crs")
    _, corners, _ = crs.points_in_metres(crs.corner_points((west, south, east, north)), CRS(metre_crs))
    cell = fitting_size(*corners.T)
    lattice = Lattice((west, south, east, north), metre_crs, cell)
    binned = store.incident_bins.binned(lattice, published=told is not None)
    reach = max(_REACH_M, _REACH_CELLS * cell)
    options = ViewOptions(by="grid", every=binned.every, cell_m=cell, within_m=reach, public=told is not None)
    if told is None:
        return incident_view(plan, binned.table, options=options, covered=binned.covered if binned.spans else None)
    starts = [f"{span.start}Z" for span in binned.spans if span.end <= told.until]
    return incident_view(plan, binned.table[binned.table["reported_at"].isin(starts)], options=options)
