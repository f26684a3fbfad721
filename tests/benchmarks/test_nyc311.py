"""Real requests on a plan of their own area: every row of the set is accounted for."""

import numpy as np
import shapely

from benchmarks.nyc311 import ASSUMED, requests, town
from gridplan.analysis.incidents.view import ViewOptions, incident_view
from gridplan.pipeline import plan_town
from tests.places import shared


def test_all_requests_are_accounted_for_on_a_plan_of_their_area() -> None:
    path = shared("incidents_nyc311_animals/311_Animals_short.csv")
    told, area = requests(path), town(path)
    assert area.atoms is not None
    assert (len(told), int(told.geometry.isna().sum())) == (4969, 62)
    assert (len(area.atoms), set(area.atoms["households"])) == (3376, {ASSUMED})
    assert area.communities["code"].tolist() == ["36005", "36047", "36061", "36081", "36085"]
    plan = plan_town(area, seed=7)
    assert plan.grids["households"].sum() == 3376 * ASSUMED
    options = ViewOptions(every="week", time_zone="America/New_York", within_m=400, least=15, permutations=99)
    view = incident_view(plan, told, options=options)
    assert view.totals == {"all": 4969, "shown": 4907, "outside": 0, "without_place": 62, "no_time": 0}
    assert view.counts[0].sum() == view.counts[1:].sum() == 4907
    assert [view.spans[0].name, view.spans[-1].name] == ["2025-W01", "2025-W11"]
    assert view.heat is not None
    assert view.clusters is not None
    assert view.heat.counts[0].sum() == 4907
    # The place with most requests, 73 at one point, is a cluster whose hull holds it.
    most = view.clusters.table.iloc[int(np.argmax(view.clusters.table["at_one_place"]))]
    assert most["at_one_place"] == 73
    assert most.geometry.contains(shapely.Point(-73.9625461, 40.7786329))
