"""A town: the input tables of a plan, checked, in one CRS."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import geopandas as gpd
from pyproj import CRS

from gridplan import crs
from gridplan.report import Report

#: Communities that a town is called by.
_NAMED = 3


@dataclass(frozen=True)
class Town:
    """The tables of a town bundle (contracts in ``gridplan.contracts.TOWN``), all in one CRS, and what was mended.

    ``communities`` and one of ``buildings`` and ``atoms`` are there; the rest may be None. The tables are not
    to be changed in place. ``source`` says where the town came from (file names, without folders, and
    their sha256), ``report`` what happened to the rows on the way.
    """

    communities: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame | None
    atoms: gpd.GeoDataFrame | None
    streets: gpd.GeoDataFrame | None
    barriers: gpd.GeoDataFrame | None
    compounds: gpd.GeoDataFrame | None
    services: gpd.GeoDataFrame | None
    report: Report
    source: dict[str, str]
    special_sites: gpd.GeoDataFrame | None = None
    areas: gpd.GeoDataFrame | None = None

    @property
    def crs(self) -> CRS:
        """The CRS of every table."""
        return CRS(self.communities.crs)

    @property
    def name(self) -> str:
        """What it is called: the area above all the others, or its first communities by code."""
        if self.areas is not None and len(self.communities) > _NAMED:
            highest = self.areas["name"][~self.areas["parent"].isin(self.areas["code"])]
            if len(highest) == 1:
                return str(highest.iloc[0])
        first = self.communities.sort_values("code")["name"].iloc[:_NAMED]
        return ", ".join(first) + (" …" if len(self.communities) > _NAMED else "")

    def layers(self) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
        """Name and table of each layer that is there, in the order of the fields."""
        for field in fields(self):
            table = getattr(self, field.name)
            if isinstance(table, gpd.GeoDataFrame):
                yield field.name, table

    def to_crs(self, target: CRS) -> "Town":
        """The town with every table in ``target``."""
        return replace(self, **{name: crs.to_crs(table, target) for name, table in self.layers()})
