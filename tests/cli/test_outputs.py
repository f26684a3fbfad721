"""Outputs never replace inputs, have the ending they are, and refusals come before the work."""

from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.schemes import load_scheme
from gridplan.sources import write_town
from gridplan.store import open_store
from tests.cli.towns import buildings, community, town


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small town in the working folder."""
    monkeypatch.chdir(tmp_path)
    return write_town(town(buildings(), community(0, 0, 260, 160)), tmp_path / "town.gpkg")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["plan", "town.gpkg", "--out", "town.gpkg"], "GP620"),
        (["plan", "town.gpkg", "--out", "./town.gpkg"], "GP620"),
        (["plan", "town.gpkg", "--out", "plan.txt"], "GP621"),
        (["plan", "town.gpkg", "--out", "plan"], "GP621"),
        (["plan", "town.gpkg", "--out", "plan.gpkg", "--seed", "-1"], "GP222"),
        (["plan", "town.gpkg", "--out", "plan.gpkg", "--seed", "99999999999999999999999"], "GP222"),
        (["import", "files", "--buildings", "town.gpkg", "--layer", "buildings=buildings", "--out", "town.gpkg"], "GP620"),
        (["import", "files", "--buildings", "town.gpkg", "--layer", "buildings=buildings", "--out", "new.txt"], "GP621"),
        (["map", "town.gpkg", "--out", "town.gpkg"], "GP620"),
        (["export", "town.gpkg", "--layer", "grids", "--out", "town.gpkg"], "GP620"),
    ],
)
def test_refused_before_anything_is_written(
    bundle: Path, words: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = bundle.read_bytes()
    assert main(words) == 1
    assert code in capsys.readouterr().err
    assert bundle.read_bytes() == before
    assert [path.name for path in bundle.parent.iterdir()] == ["town.gpkg"]


def test_more_grids_than_codes_is_refused_before_the_search(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    houses = buildings()
    houses["households"] = 10_000
    write_town(town(houses, community(0, 0, 260, 160)), bundle)
    assert main(["plan", "town.gpkg", "--out", "plan.gpkg"]) == 1
    assert "GP260" in capsys.readouterr().err


def test_more_units_than_codes_is_refused_before_the_search(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one_digit = load_scheme("default").text.replace("{parent}{number:3}", "{parent}{number:1}").replace(":1}", ":3}", 1)
    Path("mine.toml").write_text(one_digit, encoding="utf-8")
    # A grid of at least 300 households has 15 units of at most 20.
    assert main(["plan", "town.gpkg", "--scheme", "mine.toml", "--out", "plan.gpkg"]) == 1
    assert "GP260 510100000001001 would hold 15 units" in capsys.readouterr().err


def test_names_in_brackets_are_shown_as_they_are(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outline = community(0, 0, 260, 160).assign(name="东区[1]")
    write_town(town(buildings(), outline), bundle)
    assert main(["plan", "town.gpkg", "--out", "plan.gpkg"]) == 0
    assert "东区[1]" in capsys.readouterr().out


def test_what_is_saved_into_a_database_has_its_lines_in_the_edit_log(
    bundle: Path, fresh_postgis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDPLAN_DATABASE_URL", fresh_postgis_url)
    asked = ["--buildings", str(bundle), "--layer", "buildings=buildings", "--communities", str(bundle)]
    for _ in range(2):
        assert main(["import", "files", *asked, "--layer", "communities=communities", "--out", "mine.gpkg"]) == 0
        assert main(["plan", "mine.gpkg", "--out", "plan.gpkg"]) == 0
    with open_store(fresh_postgis_url) as store:
        (plan,) = store.plans()
        lines = [(line.scope, line.item, line.operation, line.who) for line in reversed(store.log.history())]
    assert lines == [
        ("towns", "mine", "create", "command line"),
        (plan.id, None, "create", "command line"),
        ("towns", "mine", "replace", "command line"),
    ]
