"""Households where nobody has counted them: an estimate from footprint, floors and use, every row marked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridplan import crs
from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.checked import inner_points
from gridplan.sources.town import Town

Floats = npt.NDArray[np.float64]
RESIDENTIAL = "residential"
MIXED = "mixed"


@dataclass(frozen=True)
class EstimateParameters:
    """How households are estimated where none are given.

    Parameters
    ----------
    household_m2 : outline floor area of one household, square metres. 106 = 92 m2 of building area a city household (China's
        census of 2020) x 1.15, since outlines take in balconies and stairs (1.1-1.2).
    empty_floors : floors of a residential building without homes. 0; 1 for Singapore's towers, whose ground floor is open:
        there 140 m2 and 1 floor missed a tower by 24 % in the mean (55 real towers, Sengkang), 100 m2 and 0 floors by 58 %.
    mixed_empty_floors : floors of a mixed building without homes; 1, the shops.
    unknown_share : share (0-1) of the floor area taken as homes where the use is not known; 1.
    homestead_m2 : a building of a rural community up to this footprint, square metres, holds one household whatever its
        floors, since a rural household has one homestead (Land Administration Law, article 62); larger ones go by area.
    shed_m2 : a footprint below this, square metres, holds no household: sheds, garages, kiosks.
    sample : buildings with known floors that a median needs before it stands for the others.
    default_levels, default_rural_levels : floors where not enough floors are known, in urban and rural communities: 6, the
        most that is built without a lift (GB 50096-2011, 6.4.1), and 2.
    landing_households : households a landing (一梯两户), for points with entrances and floors but no footprint.
    """

    household_m2: float = 106.0
    empty_floors: float = 0.0
    mixed_empty_floors: float = 1.0
    unknown_share: float = 1.0
    homestead_m2: float = 200.0
    shed_m2: float = 30.0
    sample: int = 3
    default_levels: float = 6.0
    default_rural_levels: float = 2.0
    landing_households: int = 2

    def __post_init__(self) -> None:
        at_least = {"household_m2": 1.0, "sample": 1, "landing_households": 1, "default_levels": 1.0, "default_rural_levels": 1.0}
        for name in self.__dataclass_fields__:
            least, value = at_least.get(name, 0), getattr(self, name)
            if not value >= least or (name == "unknown_share" and value > 1):
                most = " <= 1" if name == "unknown_share" else ""
                raise InputError("GP118", name=name, value=str(value), expected=f">= {least:g}{most}")


def estimate_households(town: Town, parameters: EstimateParameters | None = None) -> Town:
    """The town with households for every building; the estimated ones are marked and reported.

    A building that holds homes gets footprint x floors with homes / ``household_m2``, rounded, at least 1. Floors that are
    missing are the median of its compound, then of its use in its community, then of its community, then of the town, each
    with ``sample`` known ones, and else the default. Uses other than residential, mixed and unknown hold none; so do
    footprints below ``shed_m2``. A point has no footprint: entrances x floors x ``landing_households`` where both are known,
    else 0. Counts that are given are never touched.

    Parameters
    ----------
    town : as the sources give it, in any CRS.
    parameters : the numbers of the estimate.

    Returns
    -------
    Town
        ``buildings`` (or ``atoms``, unchanged otherwise) with no missing ``households`` and the new bool column ``estimated``.
        The report has a row ``report.estimated_*`` for each estimated building, with what it was made from.

    Notes
    -----
    It says nothing about one building: 24 % mean error a tower on 55 real ones. Join a ledger where there is one.
    """
    parameters = parameters or EstimateParameters()
    if town.buildings is None:
        atoms = None if town.atoms is None else town.atoms.assign(estimated=False)
        return replace(town, atoms=atoms)
    buildings = town.buildings
    before = buildings["estimated"].to_numpy(bool) if "estimated" in buildings.columns else np.zeros(len(buildings), bool)
    missing = buildings["households"].isna().to_numpy()
    if not missing.any():
        return replace(town, buildings=buildings.assign(estimated=before))
    place, rural = _places(buildings, town.communities)
    area = _areas(buildings, town.communities)
    levels, origin = _levels(buildings, place, rural, parameters)
    homes, reason = _homes(buildings, area, levels, rural, parameters)
    values = buildings["households"].to_numpy(dtype="float64", na_value=np.nan)
    values[missing] = homes[missing]
    column = pd.array(values, dtype="Int64")
    detail = [
        f"{n:.0f} households: {m:.0f} m2, {f:g} floors ({o})" for n, m, f, o in zip(homes, area, levels, origin, strict=True)
    ]
    report = town.report
    for key in sorted(set(reason[missing])):
        rows = np.flatnonzero(missing & (reason == key))
        report = report + Report.of("estimate", key, buildings["id"].iloc[rows], [detail[row] for row in rows])
    return replace(town, buildings=buildings.assign(households=column, estimated=before | missing), report=report)


def _places(buildings: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The row of the community each building lies in (-1 for none), and whether that is rural."""
    place = np.full(len(buildings), -1, np.int64)
    order = np.argsort(communities["code"].to_numpy(dtype=object), kind="stable")[::-1]
    point, row = shapely.STRtree(communities.geometry.to_numpy()[order]).query(inner_points(buildings), predicate="intersects")
    # On a shared border the smallest code wins: it comes last in `order`.
    by_row = np.argsort(row, kind="stable")
    place[point[by_row]] = order[row[by_row]]
    rural = communities["kind"].to_numpy(dtype=object) == "rural"
    return place, np.where(place >= 0, rural[place], bool(rural.all()))


def _areas(buildings: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> Floats:
    """Footprints in square metres, 0 for points and empty shapes; of invalid polygons what is left when they are repaired."""
    metre = crs.to_crs(buildings[["geometry"]], crs.local_crs(communities)).geometry.to_numpy()
    broken = ~shapely.is_valid(metre) & ~shapely.is_missing(metre)
    metre[broken] = shapely.make_valid(metre[broken])
    areas: Floats = np.nan_to_num(shapely.area(metre))
    return areas


def _levels(
    buildings: gpd.GeoDataFrame, place: npt.NDArray[np.int64], rural: npt.NDArray[np.bool_], parameters: EstimateParameters
) -> tuple[Floats, npt.NDArray[np.object_]]:
    """Floors of each building and where they are from."""
    levels = buildings["levels"].to_numpy(dtype="float64", na_value=np.nan, copy=True)
    levels[levels <= 0] = np.nan
    known = pd.Series(levels)
    origin = np.where(np.isnan(levels), "", "given").astype(object)
    use = buildings["use"].astype("str").where(buildings["use"].notna(), "?").to_numpy(dtype=object)
    compound = buildings["compound"].astype("str").where(buildings["compound"].notna()).to_numpy(dtype=object)
    steps: Iterable[tuple[str, list[object]]] = (
        ("median of compound", [compound]),
        ("median of use", [place, use]),
        ("median of community", [place]),
        ("median of town", [np.zeros(len(levels))]),
    )
    for label, keys in steps:
        groups = known.groupby(keys, dropna=True)
        median = groups.transform("median").where(groups.transform("count") >= parameters.sample).to_numpy()
        filled = np.isnan(levels) & ~np.isnan(median)
        levels[filled], origin[filled] = median[filled], label
    left = np.isnan(levels)
    levels[left] = np.where(rural, parameters.default_rural_levels, parameters.default_levels)[left]
    origin[left] = "default"
    return levels, origin


def _homes(
    buildings: gpd.GeoDataFrame, area: Floats, levels: Floats, rural: npt.NDArray[np.bool_], parameters: EstimateParameters
) -> tuple[Floats, npt.NDArray[np.object_]]:
    """Households of each building if none were given, and the message key that says how they were found."""
    use = buildings["use"].astype("str").to_numpy(dtype=object, na_value=None)
    unknown = buildings["use"].isna().to_numpy()
    mixed = use == MIXED
    share = np.where(unknown, parameters.unknown_share, 1.0)
    floors = np.maximum(levels - np.where(mixed, parameters.mixed_empty_floors, parameters.empty_floors), 0)
    homes: Floats = np.maximum(np.floor(area * floors * share / parameters.household_m2 + 0.5), np.where(share > 0, 1, 0))
    homes = np.where(rural & (area <= parameters.homestead_m2) & (share > 0), 1.0, homes)
    reason = np.where(unknown, "report.estimated_unknown_use", "report.estimated_area").astype(object)
    point = buildings.geometry.geom_type.to_numpy() == "Point"
    entrances = buildings["entrances"].to_numpy(dtype="float64", na_value=np.nan)
    stairs = point & (entrances > 0) & buildings["levels"].notna().to_numpy()
    homes[stairs] = (entrances * levels * parameters.landing_households)[stairs]
    reason[stairs] = "report.estimated_landings"
    for rows, key in (
        (point & ~stairs, "report.estimated_none_point"),
        (~point & (area < parameters.shed_m2), "report.estimated_none_shed"),
        (~unknown & ~mixed & (use != RESIDENTIAL), "report.estimated_none_use"),
    ):
        homes[rows], reason[rows] = 0, key
    return np.round(homes).astype(np.float64), reason
