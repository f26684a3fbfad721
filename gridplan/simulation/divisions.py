"""The outline of a place and the counties, towns and communities in it, as the boundaries of the repository have them."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.report import Report
from gridplan.simulation.coverage import GRID_M, Flags, Geometries, borders_of
from gridplan.sources import divisions, kind_of_name, read_boundary


@dataclass(frozen=True)
class Divisions:
    """A place before it is filled.

    Parameters
    ----------
    code, name : of the place.
    counties : ``code`` (6 digits) and ``name``, in order of code.
    outlines : one Polygon a county in ``metres``, on whole millimetres, together a coverage.
    metres : the local metre CRS.
    towns : ``code`` (9 digits), ``name`` and ``county`` (code), in order of code.
    communities : ``code`` (12 digits), ``name`` and ``town`` (code), in order of code.
    report : exclaves that went to the county around them.
    """

    code: str
    name: str
    counties: pd.DataFrame
    outlines: Geometries
    metres: CRS
    towns: pd.DataFrame
    communities: pd.DataFrame
    report: Report

    def only(self, counties: Flags) -> "Divisions":
        """The place with these counties alone."""
        codes = self.counties["code"][counties]
        towns = self.towns[self.towns["county"].isin(codes)].reset_index(drop=True)
        communities = self.communities[self.communities["town"].isin(towns["code"])].reset_index(drop=True)
        kept = self.counties[counties].reset_index(drop=True)
        return replace(self, counties=kept, outlines=self.outlines[counties], towns=towns, communities=communities)


def read_divisions(code: str) -> Divisions:
    """The outlines, towns and communities of a county, a district or (code ending in 00) all counties of a prefecture.

    An exclave of a county goes to the county it borders on most; one that borders on none is left out. The report says so.
    """
    outlines, below = _read(code)
    name = str(outlines["name"].iloc[0])
    outlines = outlines[1:] if len(outlines) > 1 else outlines
    metres = crs.local_crs(outlines)
    towns, communities = below[below["level"] == "town"], below[below["level"] == "community"]
    shapes = shapely.set_precision(np.asarray(crs.to_crs(outlines, metres).geometry.array), GRID_M, mode="pointwise")
    shapes, report = _without_exclaves(shapes, outlines["code"].to_numpy())
    return Divisions(
        code=code,
        name=name,
        counties=outlines[["code", "name"]].reset_index(drop=True),
        outlines=shapes,
        metres=metres,
        towns=towns.rename(columns={"parent": "county"})[["code", "name", "county"]].reset_index(drop=True),
        communities=communities.rename(columns={"parent": "town"})[["code", "name", "town"]].reset_index(drop=True),
        report=report,
    )


def _read(code: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The outlines of the place itself and of its counties, and the divisions below it."""
    below = divisions(code)
    counties = below["code"][below["level"] == "county"].tolist()
    return read_boundary([code, *counties]), below


def _without_exclaves(shapes: Geometries, codes: Geometries) -> tuple[Geometries, Report]:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    area = np.round(shapely.area(parts), 3)
    largest = np.zeros(len(parts), dtype=bool)
    for row in range(len(shapes)):
        own = np.flatnonzero(owner == row)
        largest[own[np.argmax(area[own])]] = True
    if largest.all():
        return parts, Report.empty()
    borders = borders_of(parts)
    one, other, metres = np.r_[borders.i, borders.j], np.r_[borders.j, borders.i], np.tile(borders.lengths(), 2)
    taker = np.where(largest, owner, -1)
    said = []
    for part in np.flatnonzero(~largest).tolist():
        beside = (one == part) & largest[other]
        shared = np.bincount(owner[other[beside]], metres[beside], len(shapes))
        taker[part] = int(np.argmax(np.round(shared, 3))) if beside.any() else -1
        where = f"-> {codes[taker[part]]}" if beside.any() else "left out"
        said.append(f"{area[part]:.0f} m2 {where}")
    joined = [shapely.coverage_union_all(parts[taker == row]) for row in range(len(shapes))]
    report = Report.of("simulate", "report.simulated_exclave", codes[owner[~largest]], said)
    return np.array(joined, dtype=object), report


def kind_of(name: str) -> str:
    """Urban or rural by the name of a community; a name that says neither (管理区) is taken as urban.

    Examples
    --------
    >>> [kind_of(name) for name in ("冠山社区居民委员会", "播箕村村民委员会", "老屋村民委员会", "鹰南社区")]
    ['urban', 'rural', 'rural', 'urban']
    """
    return kind_of_name(name) or "urban"
