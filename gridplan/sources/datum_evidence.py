"""Whether buildings and streets are in one datum, judged by the streets that run through houses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.sources.datum import Datum, Numbers, convert_lonlat

Names = tuple[Datum, Datum]
Move = Callable[[Numbers, Numbers], tuple[Numbers, Numbers]]

#: A street passes a building where it comes this close to its middle, metres; one that misses all says nothing of the datum.
PASSED_M = 60.0
#: A street cuts a building where more of it than this lies inside, metres: corners are drawn over kerbs.
CUT_M = 1.0
#: Buildings looked at, evenly over the place: more would change nothing but the time.
SAMPLE = 2000
#: Buildings that a street must pass under a candidate before it can be judged.
FEWEST = 15
#: A candidate under which streets pass fewer buildings than this share of the most passed is not judged.
REACH = 0.7
#: Where that leaves one candidate, streets must pass this share of the buildings under it.
ALONE = 0.8
#: Share of buildings cut at most, and at most as a part of the next best candidate's.
MOST_CUT, OF_NEXT = 0.2, 0.5
#: The two shares must differ by this many standard errors.
SIGMAS = 2.0


@dataclass(frozen=True)
class DatumEvidence:
    """What speaks for which datum of buildings and streets.

    ``table`` has a row a candidate: ``buildings`` and ``streets`` (their datums), ``offset_m`` (how far the buildings are moved
    on the average to lie in the streets' datum), ``passed`` (buildings with a street within 60 m), ``cut`` (of these, those that
    a street runs through for more than 1 m), ``share`` (cut / passed, not-a-number where none is passed) and ``cut_m`` (length
    of street inside all buildings). ``best`` is the pair of datums that the evidence speaks for, None where it is too weak, and
    ``margin`` by how much its share is below the next best.
    """

    table: pd.DataFrame
    best: Names | None
    margin: float

    def share(self, names: Names) -> float:
        """Share of buildings cut under a candidate."""
        row = self.table[(self.table["buildings"] == names[0]) & (self.table["streets"] == names[1])]
        return float(row["share"].iloc[0])


def _candidates() -> dict[Names, Move]:
    """Both in WGS 84, and the pairs that differ; both in GCJ-02 cannot be told from both in WGS 84."""
    datums: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
    pairs = [("wgs84", "wgs84"), *((first, second) for first in datums for second in datums if first != second)]
    return {(first, second): partial(convert_lonlat, source=first, target=second) for first, second in pairs}


CANDIDATES: Mapping[Names, Move] = _candidates()


def detect_datum(
    buildings: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, *, candidates: Mapping[Names, Move] = CANDIDATES
) -> DatumEvidence:
    """Which datums of buildings and streets go together: under the right ones hardly a street runs through a house.

    Parameters
    ----------
    buildings : footprints, in EPSG:4326 as stated (points are passed over).
    streets : lines, in EPSG:4326 as stated.
    candidates : (datum of buildings, datum of streets) -> what moves longitudes and latitudes of buildings to the datum of the
        streets. By default WGS 84 for both and each of the six pairs of WGS 84, GCJ-02 and BD-09 that differ.

    Returns
    -------
    DatumEvidence
        A verdict only where streets pass at least 15 buildings, at most 20 % of them are cut, at most half as many as under the
        next best candidate, and the difference is two standard errors or more. Candidates that take the buildings away from the
        streets are not judged; where that leaves one, streets must pass 80 % of its buildings.

    Raises
    ------
    InputError
        GP105, GP106 of the CRS; GP137 the place is wider than a metre CRS.

    Notes
    -----
    Outside the rectangle of GCJ-02 (``gridplan.sources.datum.RECTANGLE``) all candidates are the same place, and there is no
    verdict. Where both layers are shifted alike, none can be seen.

    Measured by ``python -m benchmarks.datum`` on neighbouring buildings of Helsinki, Sengkang (Singapore) and Liechtenstein,
    moved by the offsets of seven Chinese cities, 100 samples of each size and place: of 20 buildings 80, 53 and 22 % get the
    right verdict, of 50 95, 78 and 84 %, of 100 97, 100 and 100 %; the rest get none, and no verdict was wrong. Where the right
    candidate was left out, 4 of 900 samples got a verdict all the same. 2,000 buildings cost 0.4 s.

    Examples
    --------
    >>> from gridplan.sources import demo_town, detect_datum
    >>> town = demo_town()
    >>> detect_datum(town.buildings, town.streets).best is None  # outside China all candidates are one
    True
    """
    houses = _sampled(buildings)
    metre = crs.local_crs(streets)
    lines = crs.to_crs(streets[["geometry"]], metre).geometry.to_numpy()
    tree = shapely.STRtree(shapely.get_parts(lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))]))
    stated = _placed(houses, metre)
    found = []
    for names, move in candidates.items():
        moved = _placed(shapely.transform(houses, partial(_moved, move=move)), metre)
        passed, inside = _met(moved, tree)
        cut = passed & (inside > CUT_M)
        offset = float(np.mean(shapely.distance(shapely.centroid(stated), shapely.centroid(moved)))) if len(houses) else 0.0
        found.append((*names, offset, int(passed.sum()), int(cut.sum()), float(inside.sum())))
    table = pd.DataFrame(found, columns=["buildings", "streets", "offset_m", "passed", "cut", "cut_m"])
    table.insert(5, "share", table["cut"] / table["passed"].where(table["passed"] > 0))
    return _verdict(table, list(candidates), len(houses))


def _verdict(table: pd.DataFrame, names: list[Names], count: int) -> DatumEvidence:
    """The table with its best row, where that one stands out; ``count`` buildings were looked at."""
    none = DatumEvidence(table, None, 0.0)
    passed, cut = table["passed"].to_numpy(), table["cut"].to_numpy()
    judged = (passed >= FEWEST) & (passed >= REACH * passed.max())
    if not judged.any() or table["offset_m"].max() < CUT_M:
        return none
    share = np.where(judged, cut / np.maximum(passed, 1), np.inf)
    first, second = np.argsort(share, kind="stable")[:2]
    others = np.arange(len(table)) != first
    if judged[second]:
        others = np.arange(len(table)) == second
    elif passed[first] < ALONE * count:
        return none
    # Where no other candidate takes the buildings to the streets, what little is passed under all of them is the next best.
    next_passed, next_cut = int(passed[others].sum()), int(cut[others].sum())
    if next_passed < FEWEST / 2:
        next_share, clear = 1.0, True
    else:
        next_share = next_cut / next_passed
        pooled = (cut[first] + next_cut + 1) / (passed[first] + next_passed + 2)
        error = np.sqrt(pooled * (1 - pooled) * (1 / passed[first] + 1 / next_passed))
        clear = bool(next_share - share[first] >= SIGMAS * error)
    if share[first] > min(MOST_CUT, OF_NEXT * next_share) or not clear:
        return none
    return DatumEvidence(table, names[first], float(next_share - share[first]))


def _sampled(buildings: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Footprints from all over the place, the same whatever the order of the rows."""
    shapes = crs.to_lonlat(buildings[["geometry"]]).geometry.to_numpy()
    shapes = shapes[(shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes)]
    shapes = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    west, south, _, _ = shapely.bounds(shapes).reshape(-1, 4).T
    order = np.lexsort((shapely.area(shapes), south, west))
    rows = np.unique(np.linspace(0, max(len(shapes) - 1, 0), min(len(shapes), SAMPLE)).astype(int))
    kept: npt.NDArray[np.object_] = shapes[order[rows]] if len(shapes) else shapes
    return kept


def _moved(corners: Numbers, *, move: Move) -> Numbers:
    return np.column_stack(move(corners[:, 0], corners[:, 1]))


def _placed(shapes: npt.NDArray[np.object_], metre: CRS) -> npt.NDArray[np.object_]:
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=crs.LONLAT))
    placed: npt.NDArray[np.object_] = crs.to_crs(frame, metre).geometry.to_numpy()
    return placed


def _met(houses: npt.NDArray[np.object_], tree: shapely.STRtree) -> tuple[npt.NDArray[np.bool_], Numbers]:
    """Which houses a street passes, and the length of street inside each."""
    passed = np.zeros(len(houses), bool)
    passed[tree.query(shapely.centroid(houses), predicate="dwithin", distance=PASSED_M)[0]] = True
    house, line = tree.query(houses, predicate="intersects")
    inside = np.zeros(len(houses))
    np.add.at(inside, house, shapely.length(shapely.intersection(houses[house], tree.geometries[line])))
    return passed, inside
