"""Special sites out of OpenStreetMap: the grounds of schools, hospitals, markets, stations, parks and industry."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.report import Report
from gridplan.sources.checked import table_of
from gridplan.sources.osm_scan import Feature
from gridplan.sources.osm_tags import site_kind

#: Smaller land is no grid of its own, square metres; a primary school of 18 classes has some 10,000, a kindergarten 2,000.
LEAST_M2 = 1000.0
#: A site of which this share lies in a larger one of its kind is a part of that, as a school's building is of its grounds.
NESTED = 0.9


def sites_of(areas: Sequence[Feature], metre: CRS) -> tuple[gpd.GeoDataFrame, Report]:
    """The special sites among the areas, in order of the areas, and what was left out: the small, and parts of larger ones.

    Parameters
    ----------
    areas : polygons in longitude and latitude with their tags.
    metre : a metre CRS of the place, to measure in.
    """
    found = [(kind, thing) for thing in areas if (kind := site_kind(thing.tags)) is not None]
    rows: dict[str, list[object]] = {
        "id": [thing.ident for _, thing in found],
        "name": [thing.tags.get("name") for _, thing in found],
        "kind": [kind for kind, _ in found],
    }
    table = table_of(rows, [thing.shape for _, thing in found])
    if not found:
        return table, Report.empty()
    shapes = shapely.make_valid(np.asarray(crs.to_crs(table, metre).geometry.array))
    area = shapely.area(shapes)
    small = area < LEAST_M2
    ids, kinds = table["id"].to_numpy(dtype=object), table["kind"].to_numpy(dtype=object)
    report = Report.of(
        "import", "report.site_small", ids[small], [f"{kinds[row]} {area[row]:.0f} m2" for row in np.flatnonzero(small)]
    )
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = (kinds[one] == kinds[other]) & ~small[one] & ((area[one] < area[other]) | ((area[one] == area[other]) & (one > other)))
    one, other = one[pair], other[pair]
    within = shapely.area(shapely.intersection(shapes[one], shapes[other])) >= NESTED * area[one]
    outer = dict(zip(one[within][::-1].tolist(), other[within][::-1].tolist(), strict=True))
    nested = sorted(outer)
    report += Report.of("import", "report.site_nested", ids[nested], ids[[outer[row] for row in nested]])
    kept = ~small & ~np.isin(np.arange(len(area)), nested)
    return table[kept].reset_index(drop=True), report
