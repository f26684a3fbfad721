"""Public boards of communities: their grids with the posts, the hotline, and nobody named whose post is not public."""

import io
from pathlib import Path

import pandas as pd
import pypdf
import pytest

import gridplan as gp
from benchmarks.api.plan import made_plan
from gridplan.papers import atlas_file, atlas_sheets
from tests.places import village_plan
from tests.samples import RURAL, URBAN, sample_plan

NAMES, PHONES = ("欧阳青山", "司马小红", "诸葛大力"), ("13800000001", "13800000002", "13800000003")


def staff() -> pd.DataFrame:
    """A worker and a leader of a grid, and somebody who works for the community."""
    zones = (f"{URBAN}001", f"{URBAN}001", URBAN)
    posts = ("网格员", "网格长", "社区书记")
    return pd.DataFrame({"id": ["1", "2", "3"], "name": NAMES, "phone": PHONES, "post": posts, "grid": zones})


def texts(made: bytes) -> list[str]:
    return [page.extract_text().replace("\x00", "") for page in pypdf.PdfReader(io.BytesIO(made)).pages]


def test_a_community_has_one_board_with_its_grids_and_their_posts() -> None:
    plan = sample_plan()
    pages = texts(atlas_file(plan, sheet="community_board", form=gp.AtlasForm(hotline="0851-12345")))
    assert len(pages) == plan.communities["code"].nunique() == atlas_sheets(plan, sheet="community_board")
    for code, page in zip(sorted((URBAN, RURAL)), pages, strict=True):
        own = plan.grids[plan.grids["community"] == code]
        assert "社区网格公示牌" in page
        assert "0851-12345" in page
        assert f"{int(own['households'].sum()):,}" in page
        for grid in own.itertuples():
            assert f"{grid.code[-3:]} {grid.name}" in page
    (english,) = texts(atlas_file(plan, sheet="community_board", community=URBAN, language="en"))
    assert "Grids and their posts" in english
    assert "Hotline" in english
    assert atlas_sheets(plan, sheet="all") == 2 * len(plan.grids) + 2 * 2


def test_the_posts_are_those_that_the_scheme_asks_for() -> None:
    plan = village_plan()
    code = plan.posts[plan.posts["level"] == "grid"]["zone"].iloc[0][:12]
    pages = "".join(texts(atlas_file(plan, sheet="community_board", community=code)))
    asked = plan.posts[plan.posts["zone"].isin(plan.grids[plan.grids["community"] == code]["code"])]
    roles = asked["role_zh"].unique()
    assert len(roles)
    for role in roles:
        longer = [each for each in roles if role in each]
        assert pages.count(role) == asked[asked["role_zh"].isin(longer)]["count"].sum()


@pytest.mark.parametrize(
    ("public", "shown"),
    [((), set()), (("grid worker",), {0}), (("网格长",), {1}), (("社区书记", "网格员"), {0, 2})],
)
def test_nobody_is_named_whose_post_is_not_public(public: tuple[str, ...], shown: set[int]) -> None:
    form = gp.AtlasForm(public=public)
    (page,) = texts(atlas_file(sample_plan(), staff=staff(), contacts=True, sheet="community_board", community=URBAN, form=form))
    for number, (name, phone) in enumerate(zip(NAMES, PHONES, strict=True)):
        assert (name in page) == (phone in page) == (number in shown)


def test_a_board_of_many_grids_goes_on_and_leaves_none_out(tmp_path: Path) -> None:
    plan = made_plan(columns=50, rows=75)
    code = plan.grids["community"].value_counts().index[0]
    own = plan.grids[plan.grids["community"] == code]
    made = atlas_file(plan, sheet="community_board", community=code)
    pages = texts(made)
    assert len(pages) == 2
    for grid in own.itertuples():
        assert sum(page.count(f"{grid.code[-3:]} {grid.name}") for page in pages) == 1, grid.code
    assert sum(page.count("网格员") for page in pages) == len(own)
    assert atlas_file(plan, sheet="community_board", community=code) == made, "the same bytes"
