"""Where new service points cover most households that have none within a walk."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from scipy.sparse import csr_array

from gridplan import crs as reference
from gridplan.analysis.services.covering import Choice, gains, most_covered
from gridplan.analysis.walking.network import WalkingNetwork
from gridplan.analysis.walking.placed import place
from gridplan.analysis.walking.places import checked_services, kinds_of, points_of
from gridplan.analysis.walking.snapping import REACH_M
from gridplan.contracts import MEASURED, conform
from gridplan.errors import InputError
from gridplan.graph.atom_graph import Ints
from gridplan.plan import Plan
from gridplan.plan.land import Shapes
from gridplan.progress import Progress, silent
from gridplan.report import Report


@dataclass(frozen=True)
class SiteOptions:
    """How sites are looked for.

    Parameters
    ----------
    within_m : metres on foot that a household is covered within.
    spacing_m : of candidates that are not given there is one in each square of a lattice of this width.
    reach_m : a place farther than this from every street is reached straight.
    nodes : of the search tree at most; what is not proved then has a bound.
    """

    within_m: float = 500.0
    spacing_m: float = 100.0
    reach_m: float = REACH_M
    nodes: int = 1000


@dataclass(frozen=True)
class Sites:
    """New sites, best first, and how good any choice can be.

    ``table`` is as the contract ``sites``: in EPSG:4326, best first, with what each adds to those before it.
    ``kind`` is empty where nothing was there. ``covered_before`` and ``covered`` are households of all ``households``; no choice
    of so many of the ``candidates`` covers more than ``bound``, and ``proved`` says that this is reached. ``greedy``: what taking
    the best one after the other covers.
    """

    table: gpd.GeoDataFrame
    kind: str
    households: int
    covered_before: int
    covered: int
    bound: int
    greedy: int
    candidates: int
    report: Report

    @property
    def proved(self) -> bool:
        """Whether no choice of so many of the candidates covers more households."""
        return self.covered == self.bound


def best_sites(
    plan: Plan,
    services: gpd.GeoDataFrame | None,
    network: WalkingNetwork | None = None,
    *,
    kind: str | None,
    sites: int,
    candidates: gpd.GeoDataFrame | None = None,
    options: SiteOptions | None = None,
    progress: Progress = silent,
) -> Sites:
    """The ``sites`` new service points that cover most households which no service of ``kind`` covers yet.

    Parameters
    ----------
    services
        What is there, as for :func:`gridplan.analysis.walking.nearest.walking_distances`; None or kind None: nothing is.
    candidates
        ``id`` and geometry of where a service could stand; None: the corners of streets, without streets the buildings, one in
        each square of a lattice, where a household that is not covered is near.

    Returns
    -------
    Sites
        Fewer than asked for where these cover all that can be covered.

    Raises
    ------
    InputError
        GP102-GP106 of the tables; GP165 a kind that no service has; GP168 no number of sites above 0; GP169 no candidates.

    Notes
    -----
    The maximal covering location problem over all candidates, solved exactly; where there are too many pairs of candidate and
    building, well, with a bound (:func:`gridplan.analysis.services.covering.most_covered`).

    References
    ----------
    Church and ReVelle 1974 (doi:10.1007/BF01942293).
    """
    chosen = options or SiteOptions()
    if sites < 1 or chosen.within_m <= 0 or chosen.spacing_m <= 0:
        raise InputError("GP168", sites=sites, within=f"{chosen.within_m:g}", spacing=f"{chosen.spacing_m:g}")
    progress("stage.sites", 0, 3)
    lived = plan.buildings[plan.buildings["households"] > 0].reset_index(drop=True)
    weights = lived["households"].to_numpy(np.int64)
    open_homes, report = _uncovered(lived, services, network, kind, chosen)
    progress("stage.sites", 1, 3)
    metres = reference.local_crs(plan.buildings) if network is None else network.crs
    homes, whole = lived[open_homes].reset_index(drop=True), int(weights.sum())
    possible = _candidates(homes, metres, network, candidates, chosen)
    covers, told = _covers(homes, possible, network, chosen)
    progress("stage.sites", 2, 3)
    own = weights[open_homes]
    choice = most_covered(covers, own, sites, nodes=chosen.nodes)
    progress("stage.sites", 3, 3)
    before = whole - int(own.sum())
    table = _table(possible, choice, gains(covers, own, choice.sites), before)
    return Sites(
        table=table,
        kind=kind or "",
        households=whole,
        covered_before=before,
        covered=before + choice.covered,
        bound=before + choice.bound,
        greedy=before + choice.greedy,
        candidates=len(possible),
        report=report + told,
    )


def _uncovered(
    lived: gpd.GeoDataFrame,
    services: gpd.GeoDataFrame | None,
    network: WalkingNetwork | None,
    kind: str | None,
    options: SiteOptions,
) -> tuple[np.ndarray, Report]:
    """Which of the buildings have no service of the kind within the walk."""
    if services is None or kind is None:
        return np.ones(len(lived), bool), Report.empty()
    table, report = checked_services(services)
    kinds_of(table, [kind])
    placed = place(lived, table[table["kind"] == kind].reset_index(drop=True), network, reach_m=options.reach_m)
    near = placed.nearest(np.arange(len(placed.services)), limit_m=options.within_m)
    return near.service < 0, report + placed.told()


def _candidates(
    homes: gpd.GeoDataFrame,
    metres: CRS,
    network: WalkingNetwork | None,
    given: gpd.GeoDataFrame | None,
    options: SiteOptions,
) -> gpd.GeoDataFrame:
    """``id`` and point of where a service could stand."""
    if given is not None:
        reference.checked(given, "candidates")
        points = points_of(given, metres)
        placed = ~shapely.is_missing(points)
        ids = given["id"] if "id" in given.columns else [str(row + 1) for row in range(len(given))]
        table = gpd.GeoDataFrame({"id": list(ids)}, geometry=points, crs=metres)[placed].reset_index(drop=True)
    else:
        at = points_of(homes, metres)
        at = at[~shapely.is_missing(at)]
        points = at if network is None else shapely.points(network.x, network.y)
        near = np.unique(shapely.STRtree(points).query(at, predicate="dwithin", distance=options.within_m)[1])
        points = points[_thinned(points[near], near, options.spacing_m)]
        table = gpd.GeoDataFrame({"id": [str(row + 1) for row in range(len(points))]}, geometry=points, crs=metres)
    if len(homes) and not len(table):
        raise InputError("GP169", count=0 if given is None else len(given))
    return table


def _thinned(points: Shapes, rows: Ints, spacing_m: float) -> Ints:
    """Of the points (of ``rows``) in one square of the lattice the nearest to its middle; from south to north, west to east."""
    xy = shapely.get_coordinates(points)
    cell = np.floor(xy / spacing_m)
    away = np.round(np.hypot(*(xy - (cell + 0.5) * spacing_m).T), 3)
    order = np.lexsort((rows, away, cell[:, 0], cell[:, 1]))
    fresh = np.r_[True, (np.diff(cell[order], axis=0) != 0).any(axis=1)][: len(order)]
    kept: Ints = rows[order[fresh]]
    return kept


def _covers(
    homes: gpd.GeoDataFrame, possible: gpd.GeoDataFrame, network: WalkingNetwork | None, options: SiteOptions
) -> tuple[csr_array, Report]:
    """Candidates by buildings, 1 where the building is within the walk of the candidate."""
    shape = len(possible), len(homes)
    if not all(shape):
        return csr_array(shape, dtype=np.int8), Report.empty()
    placed = place(homes, possible, network, reach_m=options.reach_m)
    walks = list(placed.within(np.arange(len(possible)), limit_m=options.within_m))
    at = np.concatenate([walk.source for walk in walks]), np.concatenate([walk.target for walk in walks])
    covers = csr_array((np.ones(len(at[0]), np.int8), at), shape=shape)
    off = ~np.isin(np.arange(len(possible)), placed.sites) if network is not None else np.zeros(len(possible), bool)
    return covers, Report.of("walking", "report.walk_candidate_off", placed.services[off])


def _table(possible: gpd.GeoDataFrame, choice: Choice, added: list[int], before: int) -> gpd.GeoDataFrame:
    picked = possible.iloc[choice.sites]
    columns = {
        "rank": np.arange(1, len(picked) + 1),
        "candidate": picked["id"].astype("str").to_numpy(),
        "added": np.array(added, np.int64),
        "covered": before + np.cumsum(np.array(added, np.int64)),
    }
    table = gpd.GeoDataFrame(columns, geometry=np.asarray(picked.geometry.array, dtype=object), crs=possible.crs)
    return conform(reference.to_lonlat(table), MEASURED["sites"])
