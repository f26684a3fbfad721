"""Maps from the command line: which one is asked for, and in which form."""

from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.sources import demo_town, write_town
from gridplan.store import write_plan
from tests.places import demo_plan
from tests.samples import sample_plan


@pytest.mark.parametrize(("name", "begins"), [("map.html", b"<!DOCTYPE html>"), ("map.PNG", b"\x89PNG")])
def test_the_ending_says_page_or_picture(tmp_path: Path, name: str, begins: bytes) -> None:
    plan, town = tmp_path / "plan.gpkg", tmp_path / "town.gpkg"
    write_plan(demo_plan(), plan)
    write_town(demo_town(), town)
    made = set()
    for asked in ([], ["--against", str(plan)], ["--coverage", "--town", str(town)]):
        assert main(["map", str(plan), *asked, "--out", str(tmp_path / name)]) == 0
        drawn = (tmp_path / name).read_bytes()
        assert drawn.startswith(begins)
        made.add(drawn)
    assert len(made) == 3


def test_coverage_without_services_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_plan(sample_plan(), tmp_path / "plan.gpkg")
    assert main(["--lang", "zh", "map", str(tmp_path / "plan.gpkg"), "--coverage", "--out", str(tmp_path / "c.html")]) != 0
    assert "GP614" in capsys.readouterr().err
    assert not (tmp_path / "c.html").exists()
