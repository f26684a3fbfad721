"""Buildings and services as points in the metres of a network."""

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from gridplan import crs as reference
from gridplan.contracts import TOWN, conform
from gridplan.errors import InputError
from gridplan.messages import Phrase
from gridplan.plan.land import Shapes
from gridplan.report import Report


def points_of(table: gpd.GeoDataFrame, crs: CRS) -> Shapes:
    """A point of each row in ``crs``: a point as it is, an inner point of an area; None where there is no geometry."""
    shapes = np.asarray(reference.to_crs(table, crs).geometry.array, dtype=object)
    points = shapes.copy()
    points[shapely.is_empty(points)] = None
    areas = ~np.isin(shapely.get_type_id(points), (-1, 0))
    points[areas] = shapely.point_on_surface(points[areas])
    return points


def checked_services(services: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    """The services that have a place, as points ordered by id; the others are reported.

    Raises
    ------
    InputError
        GP102-GP105 they are not as the contract of ``services`` says; areas may stand for points.
    """
    reference.checked(services, "services")
    inner = services.set_geometry(points_of(services, CRS(services.crs)), crs=services.crs)
    table = conform(inner, TOWN["services"])
    lost = (table.geometry.isna() | table.geometry.is_empty).to_numpy(bool)
    report = Report.of("walking", "report.walk_service_nowhere", table["id"][lost])
    return table[~lost].sort_values("id", ignore_index=True), report


def kinds_of(services: gpd.GeoDataFrame, kinds: "list[str] | None") -> list[str]:
    """The kinds asked for, sorted; all where None.

    Raises
    ------
    InputError
        GP165 a kind that no service has.
    """
    present = sorted(services["kind"].unique())
    for kind in kinds or []:
        if kind not in present:
            raise InputError("GP165", kind=Phrase("coverage.kind", {"kind": kind}), present=", ".join(present) or "-")
    return present if kinds is None else sorted(set(kinds))
