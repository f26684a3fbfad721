"""New sites: by hand, the same optimum as PySAL's spopt and as trying all, bounds that hold."""

from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array

import gridplan as gp
from gridplan.analysis.services.covering import most_covered
from gridplan.analysis.services.siting import SiteOptions
from gridplan.errors import InputError
from tests.analysis.services.test_catchment import clinics, placed_plan
from tests.analysis.walking.test_walking import EAST, METRES, NORTH, street, streets
from tests.places import demo_plan


def spots(**at: float) -> gpd.GeoDataFrame:
    points = [shapely.Point(EAST + metres, NORTH) for metres in at.values()]
    return gpd.GeoDataFrame({"id": list(at)}, geometry=points, crs=METRES)


def test_sites_that_can_be_chosen_by_eye() -> None:
    """Households 14 at 0 m, 14 at 400 m, 20 at 800 m, 30 at 1,000 m, 29 at 9,000 m; a clinic at 0 m covers the first.

    The best of one is at 900 m (20 + 30), of two also at 400 m; ``far`` is off the streets and covers 29 straight.
    """
    network = gp.walking_network(streets(street((0, 0), (1200, 0))))
    given = spots(west=100, middle=400, east=900, far=9000)
    options = SiteOptions(within_m=250)
    found = gp.best_sites(placed_plan(), clinics(X=(0, 1)), network, kind="clinic", sites=3, candidates=given, options=options)
    rows = found.table[["rank", "candidate", "added", "covered"]].to_numpy().tolist()
    assert rows == [[1, "east", 50, 64], [2, "far", 29, 93], [3, "middle", 14, 107]]
    assert (found.households, found.covered_before, found.covered, found.bound, found.proved) == (107, 14, 107, 107, True)
    assert found.report.counts()["walking", "report.walk_candidate_off"] == 1
    more = gp.best_sites(placed_plan(), None, network, kind=None, sites=9, candidates=given, options=options)
    assert (len(more.table), more.covered) == (4, 107)
    for wrong in (0, -1):
        with pytest.raises(InputError, match="GP168"):
            gp.best_sites(placed_plan(), None, network, kind=None, sites=wrong)
    with pytest.raises(InputError, match="GP169"):
        gp.best_sites(placed_plan(), None, network, kind=None, sites=1, candidates=given.iloc[:0])
    with pytest.raises(InputError, match="GP165"):
        gp.best_sites(placed_plan(), clinics(X=(0, 1)), network, kind="school", sites=1)


def instance(seed: int, sites: int, clients: int, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Metres between sites and clients thrown on a square of 1 km, and the households of the clients."""
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0, 1000, (sites, 2)), rng.uniform(0, 1000, (clients, 2))
    return np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1)), rng.integers(1, 60, clients)


@pytest.mark.parametrize("seed", range(6))
def test_no_choice_covers_more(seed: int) -> None:
    metres, weights = instance(seed, 14, 60, 220)
    choice = most_covered(csr_array((metres <= 220).astype(np.int8)), weights, 4, nodes=1000)
    best = max(int(weights[(metres[list(some)] <= 220).any(axis=0)].sum()) for some in combinations(range(14), 4))
    assert choice.proved
    assert choice.covered == best == int(weights[(metres[choice.sites] <= 220).any(axis=0)].sum())
    assert choice.greedy <= best


def test_a_stopped_search_says_how_far_off_it_may_be() -> None:
    metres, weights = instance(3, 300, 1500, 90)
    covers = csr_array((metres <= 90).astype(np.int8))
    stopped, whole = (most_covered(covers, weights, 25, nodes=nodes) for nodes in (0, 1000))
    assert whole.proved
    assert stopped.greedy <= stopped.covered <= whole.covered <= stopped.bound <= 1.03 * whole.covered
    assert whole.covered > whole.greedy


# spopt builds its model in a way that its solver's next version does away with.
@pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")
def test_the_same_optimum_as_spopt_on_real_streets() -> None:
    pulp = pytest.importorskip("pulp", reason="spopt and its solver are in the extra bench")
    locate = pytest.importorskip("spopt.locate")
    town, plan = gp.demo_town(), demo_plan()
    network = gp.walking_network(town.streets)
    stops = plan.buildings.iloc[::12].reset_index(drop=True)
    options = SiteOptions(within_m=300)
    found = gp.best_sites(plan, town.services, network, kind="pharmacy", sites=3, candidates=stops, options=options)
    lived = plan.buildings[plan.buildings["households"] > 0]
    before = gp.walking_distances(lived, town.services, network, kinds=["pharmacy"]).table
    homes = lived[~(before["metres"] <= 300).to_numpy()]
    # Each candidate as a service of its own kind: the distance of each building to each.
    alone = gp.walking_distances(homes, stops.assign(kind=stops["id"], capacity=None), network).table
    metres = alone.pivot(index="building", columns="kind", values="metres").loc[homes["id"]]
    model = locate.MCLP.from_cost_matrix(metres.fillna(1e9).to_numpy(), homes["households"].to_numpy(float), 300, 3)
    solved = model.solve(pulp.PULP_CBC_CMD(msg=False))
    assert found.proved
    assert found.covered - found.covered_before == pytest.approx(pulp.value(solved.problem.objective))
    # Of the street corners, which are more, some cover at least as much.
    assert gp.best_sites(plan, town.services, network, kind="pharmacy", sites=3, options=options).covered >= found.covered
