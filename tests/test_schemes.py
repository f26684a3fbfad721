"""Schemes: the shipped ones are right, and a wrong one is refused with line, key and remedy."""

import re

import pytest

from gridplan.errors import GridplanError, InputError, RuleError
from gridplan.schemes import Range, Scheme, load_scheme, parse_scheme, scheme_names

GOOD = """\
name = "mine"
title = { en = "Mine", zh = "我的" }
place = "522730"

[special]
kinds = ["school"]

[[levels]]
name = "area"
title = { en = "area", zh = "片区" }
layer = "areas"
atoms = "town"
code = "{parent}P{number:2}"
every = { count = 4, tolerance = 0.3 }

[[levels]]
name = "grid"
title = { en = "grid", zh = "网格" }
layer = "grids"
atoms = "building"
code = "{parent}{number:3}"
not_across = ["river"]
avoid = ["major", "rail"]
urban = { households = { low = 300, high = 500, target = 400 }, population = { target = 1000, tolerance = 0.25 } }
rural = { each = "village", households = { low = 10, high = 150, target = 60 } }
posts = [
    { role = { en = "grid leader", zh = "网格长" }, per_zone = 1 },
    { role = { en = "grid worker", zh = "网格员" }, per_households = 500 },
]

[[levels]]
name = "unit"
title = { en = "unit", zh = "联户单元" }
layer = "units"
atoms = "section"
code = "{parent}{number:3}"
every = { households = { low = 10, high = 20, target = 15 } }

[[levels]]
name = "building"
title = { en = "building", zh = "楼栋" }
layer = "nodes"
atoms = "building"
code = "{parent}B{number:3}"
"""

NODES = """\
name = "entrance"
title = { en = "entrance", zh = "单元门" }
layer = "nodes"
atoms = "entrance"
code = "{parent}{number:2}"

[[levels]]
"""

#: what is changed, into what, the line and key that are named, and a word of the remedy
BAD = {
    "no TOML": ('name = "mine"', "name = mine", 0, "-", "Correct the line"),
    "a table for a list": ("[[levels]]\nname", "[levels]\nname", 0, "-", "Correct the line"),
    "no name": ('name = "mine"\n', "", 0, "name", "Add it"),
    "an empty name": ('name = "mine"', 'name = ""', 1, "name", "at least one"),
    "a misspelt key": ("title = { en", "titel = { en", 2, "titel", "Did you mean title"),
    "a key from elsewhere": ('place = "522730"', 'colour = "red"', 3, "colour", "use one of"),
    "a title in one language": (', zh = "我的"', "", 2, "title.zh", "Add it"),
    "a place as a number": ('"522730"', "522730", 3, "place", "text in quotes"),
    "a place that is none": ('"522730"', '"Longli"', 3, "place", "six digits"),
    "an unknown kind of site": ('["school"]', '["castle"]', 6, "special.kinds.1", "Choose one"),
    "no kind of site": ('["school"]', "[]", 6, "special.kinds", "at least one"),
    "a layer that is none": ('layer = "areas"', 'layer = "zones"', 11, "levels.area.layer", "Choose one"),
    "towns of buildings": ('atoms = "town"', 'atoms = "section"', 8, "levels.area", "town, community"),
    "a count without tolerance": ("{ count = 4, tolerance = 0.3 }", "{ count = 4 }", 14, "levels.area.every", "Write both"),
    "a count and a range": (
        "{ count = 4, tolerance = 0.3 }",
        "{ count = 4, tolerance = 0.3, households = { low = 1, target = 2, high = 3 } }",
        14,
        "levels.area.every",
        "Keep one",
    ),
    "a count of none": ("count = 4", "count = 0", 14, "levels.area.every.count", ">= 1"),
    "a tolerance of all": ("tolerance = 0.3", "tolerance = 1.5", 14, "levels.area.every.tolerance", "< 1"),
    "a level name with capitals": ('name = "grid"', 'name = "Grid 1"', 17, "levels.Grid 1.name", "Rename"),
    "a code without parent": ('code = "{parent}{number:3}"\nnot', 'code = "{number:3}"\nnot', 21, "levels.grid.code", "{parent}"),
    "a code without a counter": (
        'code = "{parent}{number:3}"\nnot',
        'code = "{parent}X"\nnot',
        21,
        "levels.grid.code",
        "counter",
    ),
    "a code of no digits": ('{number:3}"\nnot', '{number:0}"\nnot', 21, "levels.grid.code", "{number:0}"),
    "a code with an unknown field": ('{number:3}"\nnot', '{digits:3}"\nnot', 21, "levels.grid.code", "{digits:3}"),
    "a line that is none": ('["river"]', '["wall"]', 22, "levels.grid.not_across.1", "Choose one"),
    "a line that is no list": ('["river"]', '"river"', 22, "levels.grid.not_across", "a list"),
    "a low above the target": ("low = 300", "low = 450", 24, "levels.grid.urban.households", "low <= target"),
    "a low in words": ("low = 300", 'low = "many"', 24, "levels.grid.urban.households.low", "whole number"),
    "a low with a fraction": ("low = 300", "low = 300.5", 24, "levels.grid.urban.households.low", "whole number"),
    "a low of none": ("low = 300", "low = 0", 24, "levels.grid.urban.households.low", ">= 1"),
    "half a range": ("low = 300, high = 500", "low = 300", 24, "levels.grid.urban.households", "Write low, target and high"),
    "limits and a tolerance": (
        "target = 400 }",
        "target = 400, tolerance = 0.2 }",
        24,
        "levels.grid.urban.households",
        "Keep target",
    ),
    "people without households": (
        "households = { low = 300, high = 500, target = 400 }, population",
        'each = "compound", population',
        24,
        "levels.grid.urban",
        "households too",
    ),
    "no rule for villages": ("rural = {", "mixed = {", 16, "levels.grid", "urban and rural"),
    "a rule that asks nothing": (
        '{ each = "village", households = { low = 10, high = 150, target = 60 } }',
        "{}",
        25,
        "levels.grid.rural",
        "Write each",
    ),
    "each of what is none": ('each = "village"', 'each = "hill"', 25, "levels.grid.rural.each", "Choose one"),
    "a post of nobody": ("per_zone = 1", "per_zone = 0", 27, "levels.grid.posts.1", "Write per_zone"),
    "a post without a role": (
        '{ role = { en = "grid worker", zh = "网格员" }, per',
        "{ per",
        28,
        "levels.grid.posts.2.role",
        "Add it",
    ),
    "less than nobody": ("per_zone = 1", "per_zone = -1", 27, "levels.grid.posts.1.per_zone", ">= 0"),
    "a rule for a kind above the communities": ("every = { count", "urban = { count", 8, "levels.area", "every"),
    "areas with a range of people": (
        "every = { count = 4, tolerance = 0.3 }",
        "every = { households = { target = 9, tolerance = 0.3 }, population = { target = 9, tolerance = 0.3 } }",
        8,
        "levels.area",
        "Take it out",
    ),
    "an area for each compound": (
        "every = { count = 4, tolerance = 0.3 }",
        'every = { each = "compound" }',
        8,
        "levels.area",
        "Write each as community",
    ),
    "grids by number": (
        "{ households = { low = 300, high = 500, target = 400 }, population = { target = 1000, tolerance = 0.25 } }",
        "{ count = 3, tolerance = 0.5 }",
        16,
        "levels.grid",
        "Take it out",
    ),
    "units for each village": (
        "every = { households",
        'every = { each = "village", households',
        31,
        "levels.unit",
        "Write each as building",
    ),
    "units of people": (
        "every = { households",
        "every = { population = { target = 9, tolerance = 0.3 }, households",
        31,
        "levels.unit",
        "Take it out",
    ),
    "units of some buildings": (
        "every = { households = { low = 10, high = 20, target = 15 } }",
        'urban = { each = "building" }\nrural = { households = { low = 10, high = 20, target = 15 } }',
        31,
        "levels.unit",
        "every",
    ),
    "each building in a range": (
        "every = { households",
        'every = { each = "building", households',
        31,
        "levels.unit",
        "Keep one",
    ),
    "villages of any size": (
        '{ each = "village", households = { low = 10, high = 150, target = 60 } }',
        '{ each = "village" }',
        16,
        "levels.grid",
        "Write households too",
    ),
    "areas without a place": ('place = "522730"\n', "", 0, "-", "Add place"),
    "two posts of a name": ('en = "grid worker"', 'en = "grid leader"', 16, "levels.grid", "Give each its own"),
    "entrances first": (
        'name = "building"\ntitle = { en = "building", zh = "楼栋" }\nlayer = "nodes"\natoms = "building"\n',
        f'{NODES}name = "building"\ntitle = {{ en = "building", zh = "楼栋" }}\nlayer = "nodes"\natoms = "building"\n',
        0,
        "-",
        "Number buildings first",
    ),
    "a blank label": ('not_across = ["river"]', 'label = " "\nnot_across = ["river"]', 22, "levels.grid.label", "braces"),
    "a node with a rule": (
        'code = "{parent}B{number:3}"',
        'code = "{parent}B{number:3}"\nevery = { each = "building" }',
        39,
        "levels.building",
        "Take it out",
    ),
    "a code that is a number": ('code = "{parent}P{number:2}"', "code = 3", 13, "levels.area.code", "text in quotes"),
    "a label with a format": (
        'not_across = ["river"]',
        'label = "{number:>5d}"\nnot_across = ["river"]',
        22,
        "levels.grid.label",
        "braces",
    ),
    "every and a kind": ("every = { households", "urban = { households", 31, "levels.unit", "rural"),
    "two of a name": ('name = "unit"', 'name = "grid"', 0, "-", "Rename"),
    "two levels of grids": (
        'layer = "units"\natoms = "section"',
        'layer = "grids"\natoms = "building"',
        31,
        "levels.unit",
        "Rename",
    ),
    "a radius of none": (
        "population = {",
        "service_radius_m = 0, population = {",
        24,
        "levels.grid.urban.service_radius_m",
        "> 0",
    ),
    "growth as a number": ("population = {", "growth = 3, population = {", 24, "levels.grid.urban.growth", "true or false"),
    "a label that says what is not known": (
        'atoms = "section"\n',
        'atoms = "section"\nlabel = "{town}"\n',
        36,
        "levels.unit.label",
        "braces",
    ),
}


@pytest.mark.parametrize("name", scheme_names())
def test_shipped_schemes_are_right(name: str) -> None:
    scheme = load_scheme(name)
    assert scheme.name == name
    assert parse_scheme(scheme.text, name) == scheme


def test_the_sample_is_right() -> None:
    scheme = parse_scheme(GOOD, "mine.toml")
    assert isinstance(scheme, Scheme)
    assert [level.name for level in scheme.levels] == ["area", "grid", "unit", "building"]
    assert (scheme.grids.name, scheme.units.name, scheme.text) == ("grid", "unit", GOOD)
    assert scheme.grids.rule("mixed") == scheme.grids.rule("urban")
    assert [post.count(501) for post in scheme.grids.posts] == [1, 2]


def test_a_tolerance_is_a_range() -> None:
    span = Range(target=1000, tolerance=0.25)
    assert (span.low, span.target, span.high) == (750, 1000, 1250)
    assert Range(target=3, tolerance=0.1) == Range(target=3, tolerance=0.1)
    assert [Range(target=target, tolerance=0.7).low for target in (10, 100)] == [3, 30]
    assert (Range(target=3, tolerance=0.4).low, Range(target=3, tolerance=0.4).high) == (2, 4)


def test_there_are_enough_wrong_ones() -> None:
    assert len(BAD) >= 40


@pytest.mark.parametrize("what", BAD)
def test_a_wrong_scheme_is_refused_with_line_key_and_remedy(what: str) -> None:
    old, new, line, key, remedy = BAD[what]
    assert GOOD.count(old) >= 1
    with pytest.raises(RuleError) as refused:
        parse_scheme(GOOD.replace(old, new, 1), "mine.toml")
    assert refused.value.code == "GP202"
    said = refused.value.message()
    assert said.startswith("GP202 scheme mine.toml has ")
    if line:
        assert f"\n  line {line}, {key}: " in said
    elif key != "-":
        assert f"\n  {key}: " in said
    assert remedy in said
    chinese = refused.value.message("zh")
    assert "mine.toml" in chinese
    assert chinese.count("\n") == said.count("\n")
    assert re.search("[。]", chinese)


def test_all_faults_are_told_at_once_by_line() -> None:
    bad = GOOD.replace("low = 300", "low = 0", 1).replace('place = "522730"', "place = 5", 1).replace("count = 4", "count = 0", 1)
    with pytest.raises(RuleError) as refused:
        parse_scheme(bad, "mine.toml")
    assert re.findall(r"line (\d+), ([a-z.]+):", refused.value.message()) == [
        ("3", "place"),
        ("14", "levels.area.every.count"),
        ("24", "levels.grid.urban.households.low"),
    ]
    assert "has 3 faults" in refused.value.message()


@pytest.mark.parametrize(
    ("name", "kind"), [("nowhere", RuleError), ("nowhere.toml", InputError), ("../schemes/default", RuleError)]
)
def test_a_scheme_that_is_not_there(name: str, kind: type[GridplanError]) -> None:
    with pytest.raises(kind, match=r"nowhere|default"):
        load_scheme(name)


def test_a_file_in_another_encoding(tmp_path: object) -> None:
    path = f"{tmp_path}/gbk.toml"
    with open(path, "wb") as file:
        file.write(GOOD.encode("gbk"))
    with pytest.raises(RuleError, match="Save the file as UTF-8"):
        load_scheme(path)
