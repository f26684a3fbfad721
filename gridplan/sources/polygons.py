"""A layer of polygons as communities."""

import geopandas as gpd
import pandas as pd

from gridplan.errors import InputError
from gridplan.sources.checked import refuse_empty


def as_communities(layer: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """The layer with the columns of ``communities``: name from code and kind as given where it lacks them.

    A layer without a code gets row numbers in 12 digits; so a single outline is enough to say where.

    Raises
    ------
    InputError
        GP124 the layer holds points; GP135 it has no geometry.
    """
    refuse_empty(layer, "communities")
    point = layer.geometry.geom_type.isin(("Point", "MultiPoint"))
    if point.any():
        raise InputError("GP124", count=int(point.sum()))
    added: dict[str, object] = {}
    if "code" not in layer.columns:
        added["code"] = [f"{row:012d}" for row in range(1, len(layer) + 1)]
    codes = layer["code"] if "code" in layer.columns else pd.Series(added["code"], index=layer.index, dtype="str")
    added["name"] = layer["name"].where(layer["name"].notna(), codes) if "name" in layer.columns else codes
    added["kind"] = layer["kind"].where(layer["kind"].notna(), kind) if "kind" in layer.columns else kind
    return layer.assign(**added)
