"""The outline of a place and the towns and communities in it, as the boundaries of the repository have them."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.simulation.coverage import GRID_M

_INTERIM = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Divisions:
    """A place before it is filled.

    Parameters
    ----------
    name : of the place.
    outline : Polygon or MultiPolygon in ``metres``, on whole millimetres.
    metres : the local metre CRS.
    towns : ``code`` (9 digits) and ``name``, in order of code.
    communities : ``code`` (12 digits), ``name`` and ``town``, in order of code.
    """

    name: str
    outline: shapely.Geometry
    metres: CRS
    towns: pd.DataFrame
    communities: pd.DataFrame


def read_divisions(code: str) -> Divisions:
    """The outline, towns and communities of a county or district by its code of 6 digits."""
    outline = gpd.read_file(_INTERIM / "cn_admin_five_places" / f"{code}.geojson")
    towns = pd.read_csv(_INTERIM / "cn_division_codes" / "streets_five_places.csv", dtype=str)
    rows = pd.read_csv(_INTERIM / "cn_division_codes" / "villages_five_places.csv", dtype=str)
    towns = towns[towns["areaCode"] == code].sort_values("code", ignore_index=True)[["code", "name"]]
    rows = rows[rows["areaCode"] == code].sort_values("code", ignore_index=True)
    communities = pd.DataFrame({"code": rows["code"], "name": rows["name"], "town": rows["streetCode"]})
    metres = crs.local_crs(outline)
    shape = shapely.set_precision(shapely.union_all(crs.to_crs(outline, metres).geometry.to_numpy()), GRID_M)
    return Divisions(name=code, outline=shape, metres=metres, towns=towns, communities=communities)


def kind_of(name: str) -> str:
    """Urban for a community (社区, 居民委员会), rural for a village (村).

    Examples
    --------
    >>> [kind_of(name) for name in ("冠山社区居民委员会", "播箕村村民委员会", "老屋村民委员会", "鹰南社区")]
    ['urban', 'rural', 'rural', 'urban']
    """
    return "rural" if name.endswith(("村民委员会", "村", "村委会")) else "urban"
