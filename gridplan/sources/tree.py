"""The check of the administrative tree above the communities."""

import geopandas as gpd
import pandas as pd

from gridplan.contracts import SHOWN
from gridplan.errors import InputError


def check_tree(areas: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> None:
    """Nothing, where every parent is an area and no area is above itself.

    Parameters
    ----------
    areas, communities : as in the town contract. A missing parent is the top of a tree; there may be several.

    Raises
    ------
    InputError
        GP160 an area's parent is not in areas; GP161 areas are above themselves; GP162 a community's parent is not in areas.
    """
    parent = dict(zip(areas["code"], areas["parent"], strict=True))
    for code, table, column in (("GP160", areas, areas["parent"]), ("GP162", communities, communities["parent"])):
        strange = column.notna() & ~column.isin(parent)
        if strange.any():
            raise InputError(
                code, count=int(strange.sum()), codes=_shown(table["code"][strange]), parents=_shown(column[strange].unique())
            )
    loose = set(parent)
    while top := [code for code in loose if parent[code] not in loose]:
        loose -= set(top)
    if loose:
        raise InputError("GP161", count=len(loose), codes=_shown(pd.Series(sorted(loose))))


def _shown(values: "pd.Series[str]") -> str:
    return ", ".join(sorted(values)[:SHOWN])
