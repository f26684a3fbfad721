"""``gridplan simulate``."""

from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.messages import text
from gridplan.simulation import place_names
from gridplan.sources import read_town


def test_part_of_a_place_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "town.gpkg"
    assert main(["simulate", "longmatan", "--towns", "1", "--seed", "4", "--out", str(out)]) == 0
    assert "buildings" in capsys.readouterr().out
    town = read_town(out)
    assert len(town.communities) == 5
    assert town.source == {"simulated": "longmatan, seed 4"}


def test_an_unknown_place_is_named_with_the_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "nowhere", "--out", str(tmp_path / "town.gpkg")]) == 1
    said = capsys.readouterr().err
    assert "GP150" in said
    assert all(name in said for name in place_names())
    assert not list(tmp_path.iterdir())


def test_help_names_every_place() -> None:
    assert all(name in text("cli.arg.simulated", language) for name in place_names() for language in ("en", "zh"))
