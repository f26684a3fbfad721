"""Ten thousand redraws: no code is ever reused or lost, and every household is accounted for each time."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import Ints
from gridplan.plan.succession import Flows, flows, lineage_steps, succeed
from gridplan.schemes.pattern import Pattern
from tests.strategies.redraws import KINDS, Chain, Town, chains, towns

PATTERN = Pattern.parse("{parent}{number:3}")
CHAINS, REDRAWS = 220, 50


def went(old: Town, new: Town) -> Flows:
    """Items matched by their names."""
    names = np.union1d(old.name, new.name)
    then, now = _placed(names, old, old.zone), _placed(names, new, new.zone)
    before = np.maximum(_placed(names, old, old.households), 0)
    households = np.maximum(_placed(names, new, new.households), 0)
    return flows(then, now, households, before, former_zones=len(old.community), zones=len(new.community))


def _placed(names: Ints, town: Town, values: Ints) -> Ints:
    placed = np.full(len(names), -1, dtype=np.int64)
    placed[np.searchsorted(names, town.name)] = values
    return placed


def parents(town: Town) -> list[str]:
    return [f"51010000100{number}" for number in town.community.tolist()]


def reading(town: Town) -> Ints:
    """Zones in the order of the smallest name in them, as land is read in an order that numbers of zones do not change."""
    first = np.full(len(town.community), np.iinfo(np.int64).max)
    np.minimum.at(first, town.zone, town.name)
    return np.argsort(first).astype(np.int64)


def first_codes(town: Town, pattern: Pattern = PATTERN) -> list[str]:
    nobody = np.empty(0, dtype=np.int64)
    what = flows(nobody, nobody, nobody, nobody, former_zones=0, zones=len(town.community))
    return succeed(what, [], parents(town), reading(town), pattern=pattern, level="grid").codes


def check_redraws(chain: Chain) -> int:
    """How many redraws kept every promise, which is all of them."""
    following = towns(chain)
    town = next(following)
    codes = first_codes(town)
    voided: set[str] = set()
    ever = set(codes)
    count = 0
    for new in following:
        what = went(town, new)
        found = succeed(what, codes, parents(new), reading(new), pattern=PATTERN, level="grid", voided=voided)
        live, fresh = set(found.codes), set(found.codes) - set(codes)
        assert len(live) == len(found.codes) == len(new.community)
        assert [PATTERN.split(code)[0] for code in found.codes] == parents(new)
        assert not fresh & ever  # what is given is new
        voided |= set(found.voided)
        ever |= live
        assert live | voided == ever  # no code is lost
        assert not live & voided  # nor lives again
        check_lineage(what, codes, found.codes, town, new)
        town, codes, count = new, found.codes, count + 1
    return count


def check_lineage(what: Flows, codes: list[str], new_codes: list[str], town: Town, new: Town) -> None:
    steps = lineage_steps(what, codes, new_codes)
    today, then = dict.fromkeys(new_codes, 0), dict.fromkeys(codes, 0)
    for step in steps:
        if step.new is None:
            assert (step.change, step.households) == ("gone", 0)
        else:
            today[step.new] += step.households
        if step.old is None:
            assert (step.change, step.before) == ("new", 0)
        else:
            then[step.old] += step.before
        assert (step.change == "kept") == (step.old == step.new)
    assert list(today.values()) == np.bincount(new.zone, new.households, len(new_codes)).tolist()
    assert list(then.values()) == np.bincount(town.zone, town.households, len(codes)).tolist()


def test_ten_thousand_redraws() -> None:
    made = []

    # Failing chains are shown as they are: shrinking fifty redraws takes longer than reading them.
    @given(chains(REDRAWS))
    @settings(max_examples=CHAINS, deadline=None, database=None, phases=[Phase.explicit, Phase.generate])
    def each(chain: Chain) -> None:
        made.append(check_redraws(chain))

    each()
    assert sum(made) >= 10_000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("empty", [False, True])
def test_the_same_redraw_over_and_over(kind: str, empty: bool) -> None:
    mixed = ["shuffle", kind] * 10
    assert check_redraws(Chain(seed=5, communities=2, items=15, empty=empty, kinds=[kind] * 20)) == 20
    assert check_redraws(Chain(seed=6, communities=3, items=15, empty=empty, kinds=mixed)) == 20


def by_the_rules(what: Flows, codes: list[str], new: Town, voided: set[str]) -> list[str]:
    """The codes of the new zones, by the rules read one by one."""
    went = {
        (old, zone): (before, today, items)
        for old, zone, before, today, items in zip(what.old, what.new, what.before, what.households, what.items, strict=True)
        if old >= 0 and zone >= 0
    }
    above, read = parents(new), reading(new).tolist()
    heirs: dict[int, list[tuple[tuple[int, int, int], str]]] = {}
    for old in {old for old, _ in went}:
        zone = max((zone for of, zone in went if of == old), key=lambda zone: (went[old, zone], -read.index(zone)))
        if PATTERN.split(codes[old])[0] == above[zone]:
            heirs.setdefault(zone, []).append((went[old, zone], codes[old]))
    found = {zone: min(rows, key=lambda row: (*(-value for value in row[0]), row[1]))[1] for zone, rows in heirs.items()}
    for zone in read:
        if zone not in found:
            given = [PATTERN.split(code) for code in {*codes, *voided, *found.values()}]
            highest = max((number for parent, number in given if parent == above[zone]), default=0)
            found[zone] = PATTERN.code(above[zone], highest + 1)
    return [found[zone] for zone in range(len(above))]


@given(chains(3))
@settings(max_examples=60, deadline=None)
def test_codes_are_those_of_the_rules_read_one_by_one(chain: Chain) -> None:
    following = towns(chain)
    town = next(following)
    codes, voided = first_codes(town), set[str]()
    for new in following:
        what = went(town, new)
        found = succeed(what, codes, parents(new), reading(new), pattern=PATTERN, level="grid", voided=voided)
        assert found.codes == by_the_rules(what, codes, new, voided)
        town, codes, voided = new, found.codes, voided | set(found.voided)


@given(st.integers(0, 2**32 - 1), st.sampled_from(["shuffle", "split", "merge", "all", "demolish"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_codes_do_not_depend_on_how_items_and_zones_are_numbered(seed: int, kind: str, empty: bool) -> None:
    start, changed = towns(Chain(seed, communities=2, items=14, empty=empty, kinds=[kind]))
    random = np.random.default_rng(seed)
    rows, numbers = random.permutation(len(changed.name)), random.permutation(len(changed.community))
    other = Town(
        changed.name[rows], changed.households[rows], numbers[changed.zone[rows]], changed.community[np.argsort(numbers)]
    )
    codes = first_codes(start)
    plain = succeed(went(start, changed), codes, parents(changed), reading(changed), pattern=PATTERN, level="grid")
    mixed = succeed(went(start, other), codes, parents(other), reading(other), pattern=PATTERN, level="grid")
    assert [mixed.codes[number] for number in numbers.tolist()] == plain.codes
    assert mixed.voided == plain.voided


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_redraws_end_only_when_every_code_was_used(seed: int) -> None:
    """With nine codes a parent, anew each time: refused just when there are more new zones than codes never used."""
    tight = Pattern.parse("{parent}{number:1}")
    following = towns(Chain(seed, communities=1, items=4, empty=False, kinds=["single", "one"] * 20))
    town = next(following)
    codes = first_codes(town, tight)
    ever, voided = set(codes), set[str]()
    refused = None
    for new in following:
        try:
            found = succeed(went(town, new), codes, parents(new), reading(new), pattern=tight, level="grid", voided=voided)
        except RuleError as error:
            refused = error
            break
        assert not (set(found.codes) - set(codes)) & ever
        ever |= set(found.codes)
        voided |= set(found.voided)
        town, codes = new, found.codes
    assert refused is not None
    assert refused.code == "GP267"
    assert refused.facts["used"] == len(ever) <= 9
    assert int(str(refused.facts["count"])) > 9 - len(ever)
