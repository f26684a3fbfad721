"""A part of a town: some of its communities and what lies in and around them."""

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan import crs
from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.checked import inner_points
from gridplan.sources.town import Town

#: Streets, barriers and services are kept up to this far around the chosen communities, metres.
AROUND_M = 200.0


def keep_communities(town: Town, names: Sequence[str]) -> Town:
    """The town with only these communities, and with what lies in or around them.

    Parameters
    ----------
    town : a town.
    names : names or codes; a name that several communities have takes them all.

    Returns
    -------
    Town
        Buildings and atoms outside the chosen communities are left out and reported (``report.outside_selection``);
        streets, barriers, compounds, services and special sites are kept where they come within 200 m of the communities'
        bounds, areas where they are above one of them.

    Raises
    ------
    InputError
        GP133 there is no community of that name or code.
    """
    chosen = town.communities["code"].isin(names) | town.communities["name"].isin(names)
    known = {*town.communities["code"], *town.communities["name"]}
    strange = [name for name in names if name not in known]
    if strange:
        present = ", ".join(sorted(town.communities["name"]))
        raise InputError("GP133", names=", ".join(strange), present=present)
    communities = town.communities[chosen].reset_index(drop=True)
    report = town.report
    buildings, atoms = town.buildings, town.atoms
    if buildings is not None:
        points = inner_points(buildings)
        inside = np.zeros(len(buildings), bool)
        inside[shapely.STRtree(communities.geometry.to_numpy()).query(points, predicate="intersects")[0]] = True
        report = report + Report.of("import", "report.outside_selection", buildings["id"][~inside])
        buildings = buildings[inside].reset_index(drop=True)
    if atoms is not None:
        inside = atoms["community"].isin(communities["code"]).to_numpy()
        report = report + Report.of("import", "report.outside_selection", atoms["id"][~inside])
        atoms = atoms[inside].reset_index(drop=True)
    frame = around(communities)
    return replace(
        town,
        communities=communities,
        buildings=buildings,
        atoms=atoms,
        streets=_within(town.streets, frame),
        barriers=_within(town.barriers, frame),
        compounds=_within(town.compounds, frame),
        services=_within(town.services, frame),
        special_sites=_within(town.special_sites, frame),
        areas=_above(town.areas, communities["parent"]),
        report=report,
    )


def around(communities: gpd.GeoDataFrame) -> shapely.Polygon:
    """The bounds of the communities and 200 m more, in their CRS."""
    metre = crs.to_crs(communities[["geometry"]], crs.local_crs(communities))
    frame = gpd.GeoDataFrame(geometry=[shapely.box(*metre.total_bounds).buffer(AROUND_M)], crs=metre.crs)
    return shapely.box(*crs.to_crs(frame, communities.crs).total_bounds)


def _within(table: gpd.GeoDataFrame | None, frame: shapely.Polygon) -> gpd.GeoDataFrame | None:
    if table is None:
        return None
    return table[shapely.intersects(table.geometry.to_numpy(), frame)].reset_index(drop=True)


def _above(areas: gpd.GeoDataFrame | None, parents: pd.Series) -> gpd.GeoDataFrame | None:
    """The areas that are parents, or parents of those, and so on up."""
    if areas is None:
        return None
    kept = np.zeros(len(areas), bool)
    wanted = parents
    while (found := areas["code"].isin(wanted.dropna()).to_numpy() & ~kept).any():
        kept |= found
        wanted = areas["parent"][found]
    return areas[kept].reset_index(drop=True)
