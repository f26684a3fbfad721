"""What the editor finds besides atoms and grids: buildings that share land, addresses, compounds and sites by name."""

from dataclasses import replace

from playwright.sync_api import Browser, expect

import gridplan as gp
from gridplan.editor.places import places
from gridplan.editor.session import Session
from tests.editor.lattice import atom_id, lattice_plan, lattice_town
from tests.editor.opened import opened
from tests.editor.redrawn import Redrawn
from tests.places import demo_plan

ADDRESS = "锦绣路５号3幢"


def addressed_town() -> gp.Town:
    """The lattice, one building of which has an address."""
    town = lattice_town()
    assert town.buildings is not None
    addresses = [ADDRESS if building == atom_id(9, 1) else None for building in town.buildings["id"]]
    return replace(town, buildings=town.buildings.assign(address=addresses))


def test_addresses_lead_to_their_atoms() -> None:
    plan = lattice_plan()
    made = places(plan, addressed_town())
    assert made == {"words": [ADDRESS], "atom": [plan.atoms["id"].tolist().index(atom_id(9, 1))]}
    assert places(plan) == {"words": [], "atom": []}


def test_buildings_compounds_and_addresses_of_a_real_place_are_found() -> None:
    plan, town = demo_plan(), gp.demo_town()
    made = places(plan, town)
    atom_of = dict(zip(made["words"], made["atom"], strict=False))
    assert town.buildings is not None
    assert set(plan.atoms["compound"].dropna()) <= set(atom_of)
    assert set(plan.buildings["id"]) <= set(atom_of) | set(plan.atoms["id"])
    addresses = town.buildings.set_index("id")["address"].dropna()
    kept = addresses[addresses.index.isin(plan.buildings["id"])]
    assert len(kept) > 50
    assert set(kept) <= set(atom_of)
    land = plan.atoms.geometry
    own = town.buildings.to_crs(4326).set_index("id").geometry
    hits = [land.iloc[atom_of[text]].intersects(own[building]) for building, text in kept[~kept.duplicated(keep=False)].items()]
    assert all(hits)


def test_an_address_is_found_in_the_editor(chromium: Browser) -> None:
    plan = Redrawn(lattice_plan())
    plan.scene = Session(plan.plan, town=addressed_town()).scene  # type: ignore[method-assign]
    with opened(chromium, plan=plan) as shown:
        find = shown.page.locator(".gp-find")
        find.fill("锦绣路5号")
        find.press("Enter")
        expect(shown.page.locator(".gp-found")).to_have_text(f"{ADDRESS}: building {atom_id(9, 1)} in 东风社区第004网格")
        assert shown.of("[...e.picks].map((atom) => e.model.ids[atom])") == [atom_id(9, 1)]
        find.fill("桃花源")
        find.press("Enter")
        expect(shown.page.locator(".gp-found")).to_have_text("Nothing has this name, number, code or address.")
