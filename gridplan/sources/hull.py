"""A community drawn around the buildings, where no boundary is given."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from gridplan import crs
from gridplan.report import Report
from gridplan.sources.checked import table_of

#: Distance from the outermost buildings to the drawn boundary, metres: half a street and a verge.
MARGIN_M = 20.0
#: Code of a community that nobody has coded.
DRAWN_CODE = "000000000001"


def around_buildings(shapes: Sequence[shapely.Geometry], *, name: str, kind: str) -> tuple[gpd.GeoDataFrame, Report]:
    """One community around these shapes (longitude and latitude): their convex hull and 20 m more, reported as estimated.

    Parameters
    ----------
    shapes : buildings, polygons or points; empty ones are passed over.
    name : its name.
    kind : urban or rural.
    """
    corners = shapely.get_coordinates(np.array(shapes, dtype=object))
    outline = gpd.GeoDataFrame(geometry=[shapely.multipoints(corners)], crs=crs.LONLAT)
    metre = crs.to_crs(outline, crs.local_crs(outline))
    hull = metre.set_geometry(metre.geometry.convex_hull.buffer(MARGIN_M, quad_segs=2))
    rows: dict[str, list[object]] = {"code": [DRAWN_CODE], "name": [name], "kind": [kind], "parent": [None]}
    table = table_of(rows, list(crs.to_lonlat(hull).geometry))
    area = f"{float(hull.area.iloc[0]):.0f} m2"
    return table, Report.of("import", "report.community_hull", [DRAWN_CODE], [area])
