"""What a town is called."""

from gridplan.simulation import simulate
from gridplan.sources import demo_town


def test_a_county_is_called_by_its_area_and_a_few_communities_by_their_names() -> None:
    county = simulate("longli", seed=3, share=0.05)
    assert county.areas is not None
    assert len(county.communities) > 3
    assert county.name == "龙里县"
    town = demo_town()
    names = town.communities.sort_values("code")["name"].tolist()
    assert town.name == f"{names[0]}, {names[1]}, {names[2]} …"
