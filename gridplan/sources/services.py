"""Services from layers of one's own, or from the amenities of OpenStreetMap."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridplan import crs as reference
from gridplan.contracts import TOWN, conform
from gridplan.report import Report
from gridplan.sources import osm_tags as meaning
from gridplan.sources.checked import inner_points
from gridplan.sources.columns import renamed
from gridplan.sources.datum import Datum
from gridplan.sources.layer import read_layer
from gridplan.sources.shifted import to_wgs84


def services_of(layer: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    """The rows of a layer that are services, as points with a ``kind``, and a report of those that are not.

    A column ``kind`` says what they are. Without it ``amenity`` and ``healthcare`` of OpenStreetMap do: the values of
    :data:`gridplan.sources.osm_tags.SERVICES` are kinds as they are (school, kindergarten, clinic, hospital, ...); whatever is
    tagged otherwise is left out and told with its amenity. An area stands for a point inside it.
    """
    points = layer.set_geometry(inner_points(layer), crs=layer.crs)
    if "kind" in points.columns or "amenity" not in points.columns:
        return points, Report.empty()
    tags = meaning.tags_of(points)
    left = [tag.get("amenity", "") for tag in tags]
    return meaning.with_meaning(points, "kind", [meaning.service_kind(tag) for tag in tags], left)


def read_services(
    path: str | Path, *more: str | Path, crs: str | None = None, datum: Datum = "wgs84", columns: Mapping[str, str] | None = None
) -> tuple[gpd.GeoDataFrame, Report]:
    """The services of files, as the contract ``services`` in EPSG:4326, and a report of what was renamed, moved or left out.

    Parameters
    ----------
    path, more
        Layers of points or areas in any format that a town is read from, with a column ``kind`` (类型), or the tags of
        OpenStreetMap (:func:`services_of`). Rows without an id are numbered.
    crs
        Stands where a file states none.
    datum
        ``gcj02`` or ``bd09`` for places from Chinese web maps.
    columns
        Column of the contract to column of the files, where the names differ.

    Raises
    ------
    InputError
        GP101, GP105, GP106, GP108, GP109, GP116, GP119-GP123, GP131 of the files; GP102-GP104 of the rows; GP140 of the datum.
    """
    parts, report = [], Report.empty()
    for file in (path, *more):
        frame, found = read_layer(Path(file), table="services", crs=crs)
        frame, moved = to_wgs84(frame, "services", datum)
        frame, named = renamed(frame, "services", columns or {})
        frame, left = services_of(reference.to_lonlat(frame))
        parts.append(frame)
        report = report + found + moved + named + left
    table = pd.concat(parts, ignore_index=True)
    if "id" not in table.columns:
        table["id"] = [str(row + 1) for row in range(len(table))]
    return conform(table, TOWN["services"]), report
