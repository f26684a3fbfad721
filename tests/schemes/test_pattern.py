"""Code patterns: written and read back, counted, and refused by position where they are wrong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.errors import RuleError
from gridplan.schemes.pattern import LETTERS, WIDEST, Pattern

COMMUNITY = "510502001001"


@pytest.mark.parametrize(
    ("levels", "length", "example"),
    [
        (["{parent}{number:3}"], 15, f"{COMMUNITY}007"),
        (["{parent}{number:3}", "{parent}{number:2}"], 17, f"{COMMUNITY}00707"),
        (["{parent}{number:3}", "{parent}{number:3}"], 18, f"{COMMUNITY}007007"),
        (["{parent}{number:3}", "{parent}{number:2}", "{parent}{number:3}"], 20, f"{COMMUNITY}00707007"),
        (["{parent}{letter:1}{number:2}"], 15, f"{COMMUNITY}A07"),
        (["{parent}-W{number:2}", "{parent}.{letter:2}"], 19, f"{COMMUNITY}-W07.AG"),
    ],
)
def test_the_codes_of_places(levels: list[str], length: int, example: str) -> None:
    code = COMMUNITY
    for text in levels:
        code = Pattern.parse(text).code(code, 7)
    assert (len(code), code) == (length, example)
    for text in reversed(levels):
        code, sequence = Pattern.parse(text).split(code)
        assert sequence == 7
    assert code == COMMUNITY


def test_letters_run_on_after_99_and_leave_out_i_and_o() -> None:
    pattern = Pattern.parse("{parent}{letter:1}{number:2}")
    written = [pattern.code("", number) for number in range(1, pattern.capacity + 1)]
    assert written[0] == "A01"
    assert written[98:100] == ["A99", "B01"]
    assert written[-1] == "Z99"
    assert len(set(written)) == 24 * 99
    assert not {"I", "O"} & set("".join(written))
    assert not [code for code in written if code.endswith("00")]


def test_the_label_leaves_out_literal_text() -> None:
    assert Pattern.parse("{parent}-W{number:2}").label(3) == "03"
    assert Pattern.parse("{parent}网{letter:1}-{number:2}").label(100) == "B01"


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "GP262", 1),
        ("{number:3}", "GP262", 1),
        ("W{parent}{number:3}", "GP262", 1),
        ("{parent}{number:3}{parent}", "GP262", 19),
        ("{parent}", "GP265", 9),
        ("{parent}-W", "GP265", 11),
        ("{parent}{digits:3}", "GP263", 9),
        ("{parent}{number}", "GP263", 9),
        ("{parent}{number:x}", "GP263", 9),
        ("{parent}{number: 3}", "GP263", 9),
        ("{parent}{number:３}", "GP263", 9),
        ("{parent}{}", "GP263", 9),
        ("{parent}{number:0}", "GP264", 9),
        ("{parent}-{number:10}", "GP264", 10),
        ("{parent}{letter:5}", "GP264", 9),
        (f"{{parent}}{{number:{'9' * 5000}}}", "GP264", 9),
        ("{parent}{number:3", "GP266", 9),
        ("{parent}number:3}", "GP266", 15),
        ("{parent}{{number:3}}", "GP266", 9),
        ("{parent} {number:3}", "GP266", 9),
        ("{parent}-W/{number:2}", "GP266", 11),
        ("{parent}Ⅳ{number:2}", "GP266", 9),
    ],
)
def test_a_wrong_pattern_is_refused_by_position(text: str, code: str, position: int) -> None:
    with pytest.raises(RuleError) as refused:
        Pattern.parse(text)
    assert refused.value.code == code
    assert refused.value.facts["pattern"] == text
    assert refused.value.facts["position"] == position
    assert str(position) in refused.value.message("zh")


@pytest.mark.parametrize("wrong", ["001", "", "510100001001000", "51010000100104a", "5101000010010４２", "51010000100100²"])
def test_what_is_no_code_is_refused(wrong: str) -> None:
    with pytest.raises(RuleError, match=r"GP261 .*001"):
        Pattern.parse("{parent}{number:3}").split(wrong)


@pytest.mark.parametrize("wrong", ["5A1", "5I01", "5a01", "5A00", "5A1B"])
def test_what_is_no_code_with_letters_is_refused(wrong: str) -> None:
    with pytest.raises(RuleError, match="GP261"):
        Pattern.parse("{parent}{letter:1}{number:2}").split(wrong)


@pytest.mark.parametrize("sequence", [0, -1, 1000])
def test_a_number_the_pattern_does_not_have(sequence: int) -> None:
    with pytest.raises(RuleError, match=r"GP268 .*1 to 999"):
        Pattern.parse("{parent}{number:3}").code("1", sequence)


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    """Any pattern of up to five parts, at least one of them a counter."""
    literal = st.text("AZaz09-_.网格", min_size=1, max_size=3)
    counter = st.sampled_from(sorted(WIDEST)).flatmap(
        lambda kind: st.integers(1, WIDEST[kind]).map(lambda width: f"{{{kind}:{width}}}")
    )
    before, after = draw(st.lists(literal | counter, max_size=2)), draw(st.lists(literal | counter, max_size=2))
    return Pattern.parse("{parent}" + "".join([*before, draw(counter), *after]))


@given(patterns(), st.data(), st.text(LETTERS + "0123456789-_.网格", min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_every_code_leads_back_and_follows_the_one_before(pattern: Pattern, data: st.DataObject, parent: str) -> None:
    sequence = data.draw(st.integers(1, pattern.capacity))
    code = pattern.code(parent, sequence)
    assert len(code) == len(parent) + pattern.length
    assert pattern.split(code) == (parent, sequence)
    if sequence < pattern.capacity:
        assert pattern.code(parent, sequence + 1) > code
