"""Sengkang's real amenities as services, on all its ways, and what is left out of them."""

import numpy as np

import gridplan as gp
from gridplan.pipeline import plan_town
from gridplan.sources import read_files
from tests.places import shared

FOLDER = "sg_sengkang_osm"


def test_sengkang_on_foot() -> None:
    points, areas = (shared(f"{FOLDER}/amenity_{name}.geojson") for name in ("points", "polygons"))
    services, left = gp.read_services(points, areas)
    assert services["kind"].value_counts().to_dict() == {
        "school": 3,
        "clinic": 3,
        "community_centre": 2,
        "kindergarten": 1,
        "childcare": 1,
    }
    told = left.rows[left.rows["reason"] == "report.tags_without_meaning"]
    assert len(services) + len(told) == 75 + 13
    assert (told["detail"] == "parking").sum() == 9
    buildings = shared(f"{FOLDER}/buildings_with_units_DERIVED.geojson")
    town = read_files(buildings=buildings, columns={"buildings": {"levels": "max_floor_lvl"}})
    plan = plan_town(town, seed=7)
    roads, report = gp.read_streets(shared(f"{FOLDER}/roads.geojson"))
    network = gp.walking_network(roads)
    assert report.counts() == {}
    assert network.component_m[0] > 0.95 * network.component_m.sum()  # roads, footways and stairs are one network
    walked = gp.walking_distances(plan.buildings, services, network)
    straight = gp.walking_distances(plan.buildings, services)
    assert (walked.table["method"] == "network").all()
    assert walked.table["metres"].notna().all()
    ratio = (walked.table["metres"] / straight.table["metres"]).to_numpy()
    assert ratio.min() >= 1.0
    assert 1.4 < np.median(ratio) < 1.9  # estates of towers are entered by few ways
    steps = (100, 200, 300, 400, 500, 700, 1000)
    table = gp.coverage(plan, walked, town=town, within_m=steps)
    shares = table.pivot(index=["level", "code", "kind"], columns="within_m", values="share")
    assert (shares.diff(axis=1).iloc[:, 1:].fillna(0.0) >= 0).all(axis=None)
    whole = shares.loc[("town", "all")]
    assert whole.loc["clinic", 500] > 0.5
    assert whole[1000].min() > 0.85
    sums = table[table["level"] == "grid"].groupby(["kind", "within_m"])["households_within"].sum()
    counted = table[table["level"] == "town"].set_index(["kind", "within_m"])["households_within"]
    assert (sums == counted).all()
