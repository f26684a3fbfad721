"""Buildings and services put on the streets, and the walks between them: along streets, or straight where there are none."""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridplan import crs as reference
from gridplan.analysis.walking.network import WalkingNetwork
from gridplan.analysis.walking.noding import SAME_M
from gridplan.analysis.walking.places import points_of
from gridplan.analysis.walking.routes import DECIMALS, Routes, Walks
from gridplan.analysis.walking.snapping import snap
from gridplan.graph.atom_graph import Floats, Ints
from gridplan.plan.land import Shapes
from gridplan.report import Report

Names = NDArray[np.object_]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Nearest:
    """For each building: metres to the nearest service (inf: none), its row (-1: none), and whether the line is straight."""

    metres: Floats
    service: Ints
    straight: Flags


@dataclass(frozen=True)
class Placed:
    """Buildings and services with their points; ``houses`` and ``sites`` are the rows of those on streets.

    ``routes`` has the walks between these; None where there are none.
    """

    buildings: Names
    services: Names
    house_at: Shapes
    site_at: Shapes
    houses: Ints
    sites: Ints
    routes: Routes | None
    has_network: bool

    @property
    def nowhere(self) -> Flags:
        """The buildings without a place."""
        missing: Flags = shapely.is_missing(self.house_at)
        return missing

    def nearest(self, rows: Ints, *, limit_m: float = np.inf) -> Nearest:
        """The nearest of the services of ``rows``."""
        count = len(self.buildings)
        metres, service, straight = np.full(count, np.inf), np.full(count, -1, np.int64), np.ones(count, bool)
        straight[self.houses] = False
        on = np.flatnonzero(np.isin(self.sites, rows))
        if self.routes is not None and len(on):
            near, which = self.routes.nearest(on, limit_m=limit_m)
            metres[self.houses] = near
            service[self.houses] = np.where(which >= 0, self.sites[which], -1)
        for houses, some in self._straight(rows):
            tree = cKDTree(shapely.get_coordinates(self.site_at[some]))
            away, found = tree.query(shapely.get_coordinates(self.house_at[houses]))
            away = np.round(away, DECIMALS)
            shorter = (away < metres[houses]) & (away <= limit_m)
            taken = houses[shorter]
            metres[taken], service[taken], straight[taken] = away[shorter], some[found[shorter]], True
        return Nearest(metres, service, straight)

    def within(self, rows: Ints, *, limit_m: float) -> Iterator[Walks]:
        """All walks of at most ``limit_m`` from the services of ``rows`` (``source``) to buildings (``target``), part by part."""
        on = np.flatnonzero(np.isin(self.sites, rows))
        if self.routes is not None and len(on):
            for walks in self.routes.each(on, limit_m=limit_m):
                yield Walks(self.sites[walks.source], self.houses[walks.target], walks.metres)
        for houses, some in self._straight(rows):
            source, target = shapely.STRtree(self.house_at[houses]).query(
                self.site_at[some], predicate="dwithin", distance=limit_m + SAME_M
            )
            metres = np.round(shapely.distance(self.site_at[some[source]], self.house_at[houses[target]]), DECIMALS)
            kept = metres <= limit_m
            yield Walks(some[source[kept]], houses[target[kept]], metres[kept])

    def _straight(self, rows: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Buildings and services whose distance is straight: of buildings off the streets all, else of services off them."""
        off_street = ~self.nowhere
        off_street[self.houses] = False
        for houses, some in ((np.flatnonzero(off_street), rows), (self.houses, np.setdiff1d(rows, self.sites))):
            if len(houses) and len(some):
                yield houses, some

    def told(self) -> Report:
        """What is nowhere, on no street, or on streets that lead to no building."""
        nowhere = self.nowhere
        report = Report.of("walking", "report.walk_building_nowhere", self.buildings[nowhere])
        if not self.has_network:
            return report + Report.of("walking", "report.walk_no_network", ["-"])
        off = ~nowhere
        off[self.houses] = False
        report = report + Report.of("walking", "report.walk_building_off", self.buildings[off])
        apart = np.setdiff1d(np.arange(len(self.services)), self.sites)
        report = report + Report.of("walking", "report.walk_service_off", self.services[apart])
        alone = self.sites[:0] if self.routes is None else self.sites[~self.routes.shared()]
        return report + Report.of("walking", "report.walk_service_apart", self.services[alone])


def place(buildings: gpd.GeoDataFrame, services: gpd.GeoDataFrame, network: WalkingNetwork | None, *, reach_m: float) -> Placed:
    """Buildings (``id``) and services (``id``; all with a place) put on the streets of ``network`` within ``reach_m``."""
    reference.checked(buildings, "buildings")
    metres = reference.local_crs(buildings) if network is None else network.crs
    house_at, site_at = points_of(buildings, metres), points_of(services, metres)
    houses = sites = np.zeros(0, np.int64)
    routes = None
    if network is not None:
        house_on, site_on = snap(network, house_at, reach_m=reach_m), snap(network, site_at, reach_m=reach_m)
        houses, sites = np.flatnonzero(house_on.edge >= 0), np.flatnonzero(site_on.edge >= 0)
        if len(houses) and len(sites):
            routes = Routes(network, site_on[sites], house_on[houses])
    return Placed(_ids(buildings), _ids(services), house_at, site_at, houses, sites, routes, network is not None)


def _ids(table: pd.DataFrame) -> Names:
    return np.asarray(table["id"].astype("str"), dtype=object)
