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
        (["plan", "town.gpkg", "--out", "gone/plan.gpkg"], "GP601"),
        (["map", "town.gpkg", "--out", "town.gpkg"], "GP620"),
        (["map", "town.gpkg", "--out", "gone/map.html"], "GP601"),
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


PLACE = ["simulate", "longli", "--out", "new.gpkg", "--plan", "plan.gpkg"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([*PLACE, "--incidents", "a.csv", "--organisations", "b.csv"], "GP604 layer incidents has geometry"),
        ([*PLACE, "--incidents", "a.gpkg", "--organisations", "b.shp"], "GP603 layer organisations"),
        ([*PLACE, "--incidents", "gone/a.gpkg"], "GP601 cannot write gone/a.gpkg: its folder is not there"),
        (["simulate", "yibin", "--out", "new.gpkg", "--plan", "plan.gpkg", "--incidents", "a.gpkg"], "GP189"),
        (["simulate", "yuehu", "--out", "new.gpkg", "--plan", "plan.gpkg", "--organisations", "b.csv"], "GP189"),
        (["import", "incidents", "none.csv", "--out", "a.csv"], "GP604"),
        (["import", "incidents", "none.csv", "--out", "a.gpkg", "--left-out", "b.txt"], "GP602"),
        (["incidents", "assign", "none.gpkg", "none.csv", "--out", "a.csv"], "GP604"),
        (["incidents", "rates", "none.csv", "--out", "a.pdf"], "GP602"),
        (["staffing", "none.gpkg", "none.csv", "--out", "a.pdf"], "GP602"),
        (["coverage", "none.gpkg", "--town", "none.gpkg", "--out", "a.csv", "--sites-out", "b.csv"], "GP604"),
        (["coverage", "none.gpkg", "--town", "none.gpkg", "--out", "a.csv", "--distances", "b.shp"], "GP603"),
        (["atlas", "none.gpkg", "--out", "a.png"], "GP602"),
    ],
)
def test_the_ending_is_refused_before_anything_is_read_or_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    assert said in capsys.readouterr().err  # the inputs are not there, which is not what is said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words",
    [
        ["import", "files", "--buildings", "none.gpkg", "--out", "mine.gpkg"],
        ["plan", "none.gpkg", "--out", "plan.gpkg"],
        ["import", "incidents", "none.csv"],
    ],
)
def test_a_database_that_does_not_answer_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRIDPLAN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    assert main(words) == 1
    assert "GP405" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


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
