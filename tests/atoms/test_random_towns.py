"""Properties that hold on every town."""

from hypothesis import HealthCheck, given, settings

from gridplan.atoms import make_atoms
from gridplan.sources.town import Town
from tests.atoms.promises import assert_atoms, digest, households_left_out, shuffled
from tests.strategies.towns import towns


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_cells_cover_and_households_are_conserved(town: Town) -> None:
    atoms = make_atoms(town)
    assert_atoms(atoms)
    assert town.buildings is not None
    assert atoms.cells["households"].sum() + households_left_out(atoms) == town.buildings["households"].sum()
    kept = set(atoms.buildings["id"])
    reported = set(atoms.report.rows["id"])
    assert set(town.buildings["id"]) <= kept | reported
    assert not atoms.pieces["stacked"][atoms.pieces["households"] <= 20].any()
    given = town.communities.set_index("code").geometry
    for code, drawn in atoms.communities.set_index("code").geometry.items():
        # Rounding to 1 mm moves an outline of 1.2 km by 0.6 m2 at most.
        assert drawn.symmetric_difference(given[code]).area < 0.6


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_order_of_rows_does_not_matter(town: Town) -> None:
    assert digest(make_atoms(town)) == digest(make_atoms(shuffled(town, 3)))
