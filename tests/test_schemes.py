"""Schemes: the shipped one is right, a wrong one is refused by key with a remedy."""

import pytest

from gridplan.errors import GridplanError, InputError, RuleError
from gridplan.schemes import load_scheme, parse_scheme, scheme_names

DEFAULT = load_scheme("default").text


@pytest.mark.parametrize("name", scheme_names())
def test_shipped_schemes_are_right(name: str) -> None:
    assert load_scheme(name).name == name


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("low = 300, ", "", "levels.grid.urban.low"),
        ("low = 300", "low = 600", "levels.grid.urban"),
        ("low = 300", 'low = "many"', "levels.grid.urban.low"),
        ('code = "{parent}{number:3}"', 'code = "{parent}{number:0}"', "levels.grid.code"),
        ('code = "{parent}{number:3}"', "code = 3", "levels.grid.code"),
        ('code = "{parent}{number:3}"', 'codes = "{parent}{number:3}"', "levels.grid.code"),
        ("hard_barriers = []", 'hard_barriers = ["wall"]', "levels.grid.hard_barriers"),
        ('name = "unit"', 'name = "cell"', "levels"),
        ("[[levels]]", "[levels]", "TOML"),
        ('name = "default"', "", "name"),
        ("title = {", "titel = {", "title"),
    ],
)
def test_a_wrong_scheme_is_refused_by_key(old: str, new: str, key: str) -> None:
    assert old in DEFAULT
    with pytest.raises(RuleError) as refused:
        parse_scheme(DEFAULT.replace(old, new, 1), "mine.toml")
    assert refused.value.code == "GP202"
    assert f"mine.toml: {key} " in refused.value.message()
    assert "mine.toml" in refused.value.message("zh")


@pytest.mark.parametrize(("name", "kind"), [("nowhere", RuleError), ("nowhere.toml", InputError)])
def test_a_scheme_that_is_not_there(name: str, kind: type[GridplanError]) -> None:
    with pytest.raises(kind, match="nowhere"):
        load_scheme(name)
