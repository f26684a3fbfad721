"""What is wrong with a body or a parameter is told in the reader's language, whatever it is."""

import re
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core.core_schema import ErrorType

from api.access.routes import TokenAsked
from api.faults import fault
from api.plan_models import AdoptionAsked, BranchAsked, EditsAsked, NoteAsked, PlanAsked
from gridplan.messages import catalogue
from tests.api.served import Served
from tests.api.test_errors import told
from tests.samples import PLAN_ID

HERE = f"/plans/{PLAN_ID}"
MODELS: list[type[BaseModel]] = [TokenAsked, EditsAsked, BranchAsked, AdoptionAsked, NoteAsked, PlanAsked]
TOKEN = {"name": "a", "role": "viewer"}
PLAN = {"town": "a"}
#: Words of pydantic itself.
ITS_WORDS = re.compile(r"[Ii]nput|[Ff]ield|[Vv]alid|[Ee]xtra|[Ss]hould|at least|after validation|pattern|dictionary")


@pytest.mark.parametrize(
    ("path", "body", "english", "chinese"),
    [
        ("/tokens", {"role": "viewer"}, "name: missing, but needed", "name：缺失，必须给出"),
        ("/tokens", {**TOKEN, "naem": 1}, "naem: not known here", "naem：此处没有此项"),
        (
            "/tokens",
            {**TOKEN, "role": "owner"},
            'one of viewer, planner, admin, not "owner"',
            '之一：viewer, planner, admin，而不是 "owner"',
        ),
        ("/tokens", {**TOKEN, "days": "9"}, 'days: must be a whole number, not "9"', 'days：应为整数，而不是 "9"'),
        ("/tokens", {**TOKEN, "days": 0}, "days: must be 1 or more, not 0", "days：应不小于 1，而不是 0"),
        ("/tokens", {**TOKEN, "days": 4000}, "must be 3650 or less", "应不大于 3650"),
        ("/tokens", {**TOKEN, "name": " "}, '" " is too short', '" " 过短'),
        ("/tokens", {**TOKEN, "name": "x" * 101}, "is longer than 100 characters", "超过 100 个字符"),
        ("/tokens", {**TOKEN, "name": "a\nb"}, "line breaks", "含有不允许的字符"),
        ("/tokens", {**TOKEN, "name": None}, "name: must be text, not null", "name：应为文本，而不是 null"),
        ("/tokens", [], "-: must be a JSON object, not []", "-：应为 JSON 对象，而不是 []"),
        ("/plans", {**PLAN, "effort": {"seconds": -1}}, "effort.seconds: must be 0 or more", "effort.seconds：应不小于 0"),
        ("/plans", {**PLAN, "effort": {"seconds": "1"}}, "must be a number", "应为数字"),
        ("/plans", {**PLAN, "seed": 1.5}, "seed: must be a whole number, not 1.5", "seed：应为整数，而不是 1.5"),
        (f"{HERE}/adoptions", {"communities": 1}, "communities: must be a list", "communities：应为列表"),
        (f"{HERE}/adoptions", {"communities": []}, "has 0 entries, but needs 1 or more", "只有 0 项，至少需要 1 项"),
        (f"{HERE}/adoptions", {"communities": ["a"] * 10_001}, "may have 10000 at most", "最多允许 10000 项"),
    ],
)
def test_faults_of_bodies_are_told_in_both_languages(
    changing: Served, path: str, body: object, english: str, chinese: str
) -> None:
    for language, words in (("en", english), ("zh", chinese)):
        detail = told(changing.client.post(path, json=body, headers={"Accept-Language": language}), 400, "GP586")
        assert words in detail
        assert not ITS_WORDS.search(detail)


@pytest.mark.parametrize(
    ("path", "english", "chinese"),
    [
        ("/plans?limit=0", "limit cannot be used: must be 1 or more, not 0.", "limit 不能使用：应不小于 1，而不是 0。"),
        ("/plans?limit=1001", "must be 1000 or less, not 1001", "应不大于 1000，而不是 1001"),
        ("/plans?limit=1_0", "must be a whole number, not 1_0", "应为整数，而不是 1_0"),
        (
            f"{HERE}/download?format=pdf",
            "one of gpkg, geojson, shapefile, kml, not pdf",
            "gpkg, geojson, shapefile, kml，而不是 pdf",
        ),
        (f"/edits?scope={'x' * 201}", "is longer than 200 characters", "超过 200 个字符"),
        ("/tiles/WebMercatorQuad/a/0/0", "must be a whole number, not a", "应为整数，而不是 a"),
    ],
)
def test_faults_of_parameters_are_told_in_both_languages(changing: Served, path: str, english: str, chinese: str) -> None:
    for language, words in (("en", english), ("zh", chinese)):
        detail = told(changing.client.get(path, headers={"Accept-Language": language}), 400, "GP508")
        assert words in detail
        assert not ITS_WORDS.search(detail)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.just("x" * 2000),
)
NAMES = st.sampled_from(
    sorted({name for model in MODELS for name in model.model_fields} | {"rounds", "seconds", "sets", "nosuch"})
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)), max_leaves=12
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(model=st.sampled_from(MODELS), body=st.one_of(VALUES, st.dictionaries(NAMES, VALUES, max_size=5)))
def test_no_fault_is_without_words_of_ours(model: type[BaseModel], body: object) -> None:
    try:
        model.model_validate(body)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            assert fault(dict(each)).key.startswith("pydantic."), each


def test_every_fault_with_words_is_one_of_pydantic() -> None:
    known = {f"pydantic.{kind}" for kind in get_args(ErrorType)}
    assert {key for key in catalogue() if key.startswith("pydantic.")} <= known
