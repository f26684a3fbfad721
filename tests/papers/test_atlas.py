"""The atlas as offices print it: pages, text, fonts, codes, who is named, what has no room."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pypdf
import pytest
import segno
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.affinity import rotate

import gridplan as gp
from gridplan.contracts import REGISTERS, conform
from gridplan.errors import GridplanError, InputError, OutputError
from gridplan.papers import atlas_file, staff_elsewhere
from gridplan.papers.atlas.frame import SCALES, Frame
from gridplan.papers.atlas.labels import Labels, around, rings
from gridplan.papers.atlas.numbers import listed, parsed
from gridplan.papers.sheet import MM_PT, Sheet
from tests.places import demo_plan, village_plan
from tests.samples import PLAN_ID, RURAL, URBAN, sample_plan

ADDRESS = "https://grid.example.cn/"
NAMES, PHONES = ("欧阳青山", "司马小红", "诸葛大力"), ("13800000001", "0854-5600002", "13800000003")


def staff() -> pd.DataFrame:
    """A leader and a worker of the first grid, and the leader of its first unit."""
    rows = [
        ("s1", NAMES[0], PHONES[0], "grid leader", f"{URBAN}001", None),
        ("s2", NAMES[1], PHONES[1], "网格员", f"{URBAN}001", None),
        ("s3", NAMES[2], PHONES[2], "联户长", f"{URBAN}001001", None),
    ]
    return conform(pd.DataFrame(rows, columns=REGISTERS["staff"].names()), REGISTERS["staff"])


def read(made: bytes, tmp_path: Path) -> pypdf.PdfReader:
    path = tmp_path / "atlas.pdf"
    path.write_bytes(made)
    return pypdf.PdfReader(path)


def texts(reader: pypdf.PdfReader) -> list[str]:
    # pypdf reads the two bytes of a sign as two signs where the encoding is a table of the file; PDFium and Poppler do not.
    return [page.extract_text().replace("\x00", "") for page in reader.pages]


def resources(page: pypdf.PageObject) -> Any:  # a dictionary of pypdf
    return page["/Resources"]


def fonts(reader: pypdf.PdfReader) -> list[Any]:  # objects of pypdf
    found = [font.get_object() for page in reader.pages for font in resources(page)["/Font"].values()]
    return [font["/DescendantFonts"][0].get_object() for font in found]


def test_a_page_for_each_grid_behind_the_overview_of_its_community(tmp_path: Path) -> None:
    path = tmp_path / "图册.pdf"
    gp.write_atlas(sample_plan(), path, form=gp.AtlasForm(day=date(2026, 3, 1)))
    reader = pypdf.PdfReader(path)
    pages = texts(reader)
    grids = ("网格划分示意图", "第001网格", "第002网格")
    heads = [f"{name}{grid}" for name in ("东风社区", "红星村") for grid in grids]
    assert len(pages) == len(heads)
    assert all(head in page for head, page in zip(heads, pages, strict=True))
    assert all("2026年3月1日" in page and PLAN_ID in page and "未绘道路和水系" in page for page in pages)
    first = pages[1]
    assert all(told in first for told in (f"{URBAN}001", "网格员", "社区民警", "连心卡", "待处理：", "东风社区", "2个"))
    assert "例外：" in pages[5]
    # Unit 001 stands on building 楼-a, and so on; units in a tower say their floors.
    assert all(told in pages[2] for told in ("1-3层", "4-6层", "联户单元（3个）"))
    outline: Any = reader.outline  # items, and lists of what is below them
    assert outline[0].title == f"{URBAN} 东风社区"
    assert [each.title for each in outline[1]] == [f"{URBAN}001 东风社区第001网格", f"{URBAN}002 东风社区第002网格"]
    wide, high = (float(side) for side in reader.pages[1].mediabox[2:])
    assert (round(wide * MM_PT), round(high * MM_PT)) == (210, 297)
    assert fonts(reader)
    assert all("/FontFile3" in each["/FontDescriptor"] or "/FontFile2" in each["/FontDescriptor"] for each in fonts(reader))
    assert path.stat().st_size < 100_000  # of a font of 8 MB only what is used
    assert not any("/XObject" in resources(page) for page in reader.pages)  # no bitmap
    again = tmp_path / "again.pdf"
    gp.write_atlas(sample_plan(), again, form=gp.AtlasForm(day=date(2026, 3, 1)))
    assert again.read_bytes() == path.read_bytes()


def test_the_code_of_a_page_leads_to_its_grid(tmp_path: Path) -> None:
    """The black rectangles of the page are the modules of the code."""
    cases = {ADDRESS: f"https://grid.example.cn/plans/{PLAN_ID}/collections/grids/items/{URBAN}002", None: f"{URBAN}002"}
    for address, content in cases.items():
        page = read(atlas_file(sample_plan(), address=address, grids=[f"{URBAN}002"], sheet="grids"), tmp_path).pages[0]
        modules = [[bool(cell) for cell in row] for row in segno.make(content, error="m", micro=False).matrix]
        assert drawn_code(page, len(modules)) == modules


@pytest.mark.parametrize("in_force", [[URBAN], []])
def test_where_the_plan_is_in_force_the_code_leads_to_what_is_in_force(tmp_path: Path, in_force: list[str]) -> None:
    made = atlas_file(sample_plan(), address=ADDRESS, grids=[f"{URBAN}002"], sheet="grids", in_force=in_force)
    page = read(made, tmp_path).pages[0]
    root = f"adopted/{URBAN}" if in_force else f"plans/{PLAN_ID}"
    content = f"https://grid.example.cn/{root}/collections/grids/items/{URBAN}002"
    modules = [[bool(cell) for cell in row] for row in segno.make(content, error="m", micro=False).matrix]
    assert drawn_code(page, len(modules)) == modules


def drawn_code(page: pypdf.PageObject, count: int) -> list[list[bool]]:
    """The modules of the QR code of a page, so many each way: what is filled in black beside the title."""
    black, boxes = False, []
    for operands, operator in page.get_contents().operations:  # type: ignore[union-attr]  # a page has contents
        if operator in (b"g", b"rg"):
            black = all(float(value) == 0 for value in operands)
        elif operator == b"re" and black:
            x, y, wide, high = (float(value) * MM_PT for value in operands)
            boxes.append((x, 297 - y, wide, -high))
    left, module = min(box[0] for box in boxes), 21.0 / count
    modules = [[False] * count for _ in range(count)]
    for x, y, wide, _ in boxes:
        row, first = round((y - 12.0) / module), round((x - left) / module)
        for column in range(first, first + round(wide / module)):
            modules[row][column] = True
    return modules


def test_nobody_is_named_but_where_it_is_asked_for(tmp_path: Path) -> None:
    plan, private = sample_plan(), {*NAMES, *PHONES}

    def named(**asked: Any) -> list[set[str]]:  # options of the atlas
        pages = texts(read(atlas_file(plan, staff=staff(), **asked), tmp_path))
        return [{each for each in private if each in page} for page in pages]

    assert not any(named(sheet="all"))
    grids = [f"{URBAN}001"]
    assert named(contacts=True, grids=grids) == [{NAMES[1], PHONES[1]}, private]
    assert named(contacts=True, sheet="board", grids=grids) == [set()]
    assert named(sheet="board", grids=grids, form=gp.AtlasForm(public=("grid worker",))) == [{NAMES[1], PHONES[1]}]
    assert named(sheet="atlas", grids=grids, form=gp.AtlasForm(public=("grid worker",))) == [set(), set()]


def test_people_and_bodies_are_told_in_their_roles(tmp_path: Path) -> None:
    bodies = pd.DataFrame(
        [("o1", "b1", "红星党小组", "party_group", "joint", "grid", f"{URBAN}001")], columns=REGISTERS["organisations"].names()
    )
    made = atlas_file(
        sample_plan(), staff=staff(), contacts=True, organisations=bodies, grids=[f"{URBAN}001"], sheet="grids", language="en"
    )
    (page,) = texts(read(made, tmp_path))
    # The scheme asks for a grid worker alone; the leader is named after it, the police officer is to be filled in.
    assert [line for line in ("grid worker", "grid leader", "police officer") if line in page] == [
        "grid worker",
        "grid leader",
        "police officer",
    ]
    assert "红星党小组 (joint)" in page
    assert f"{NAMES[2]} {PHONES[2]}" in page
    elsewhere = staff().assign(grid=[f"{URBAN}001", "999", None])
    assert staff_elsewhere(sample_plan(), elsewhere).rows[["id", "detail"]].to_numpy().tolist() == [["s2", "999"], ["s3", ""]]


def test_units_without_room_go_on_behind(tmp_path: Path) -> None:
    """A grid of 300 units in one tower."""
    plan, count = sample_plan(), 300
    unit, section = plan.units.iloc[[2]], plan.sections[plan.sections["unit"] == f"{URBAN}002001"].iloc[[0]]
    codes = [f"{URBAN}002{number:03d}" for number in range(1, count + 1)]
    units = pd.concat([plan.units[plan.units["grid"] != f"{URBAN}002"], *[unit] * count], ignore_index=True)
    units.loc[len(units) - count :, "code"] = codes
    sections = pd.concat([section] * count, ignore_index=True).assign(unit=codes, id=[f"s{code}" for code in codes])
    many = replace(plan, units=units, sections=pd.concat([plan.sections, sections], ignore_index=True))
    pages = texts(read(atlas_file(many, grids=[f"{URBAN}002"], sheet="grids"), tmp_path))
    assert len(pages) >= 3
    assert "东风社区第002网格（续）" in pages[1]
    told = " ".join(pages).split()
    assert {code.removeprefix(f"{URBAN}002") for code in codes} <= set(told)


def test_an_odd_plan_prints(tmp_path: Path) -> None:
    """No buildings, a name far too long with a sign that no font has, a grid whose shape another program lost."""
    plan = sample_plan()
    grids = plan.grids.copy()
    grids.loc[1, "name"] = "很长的名称" * 40 + "\U0001f3e0"
    grids.loc[3, "geometry"] = None
    empty = {name: getattr(plan, name).iloc[:0] for name in ("buildings", "sections", "nodes", "areas")}
    reader = read(atlas_file(replace(plan, grids=grids, **empty), sheet="all"), tmp_path)
    pages = texts(reader)
    assert len(pages) == 2 + 3 + 3 + 2, "overviews, pages and boards of grids, boards of communities"
    assert "U+1F3E0" in pages[-1]


@pytest.mark.parametrize(
    ("asked", "kind", "message"),
    [
        ({"community": "nosuch"}, InputError, f"GP622 .*{URBAN}"),
        ({"grids": [f"{URBAN}001", "nosuch"]}, InputError, "GP623 .*nosuch"),
        ({"grids": [f"{RURAL}001"], "community": URBAN}, InputError, f"GP623 .*{RURAL}001"),
        ({"grids": []}, InputError, "GP624"),
        ({"form": gp.AtlasForm(font="nosuch.otf")}, InputError, "GP101"),
    ],
)
def test_what_is_not_there_is_refused(asked: dict[str, Any], kind: type[GridplanError], message: str) -> None:
    with pytest.raises(kind, match=message):
        atlas_file(sample_plan(), **asked)


def test_only_a_pdf_is_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"GP602 .*\.pdf"):
        gp.write_atlas(sample_plan(), tmp_path / "atlas.docx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["helsinki", "village"])
def test_no_words_stand_on_others(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of text of real pages, as it was put: none lies on another one of its page, and none beyond the page."""
    plan = demo_plan() if place == "helsinki" else village_plan()
    town = gp.demo_town() if place == "helsinki" else gp.simulate("yuehu", seed=3, share=0.02)
    order = plan.grids.sort_values("buildings")["code"].tolist()
    seen = put_boxes(monkeypatch)
    made = atlas_file(plan, town=town, grids=[order[0], *order[-2:]], sheet="all", language="en")
    assert len(seen) > 300
    for page in {page for page, _, _ in seen}:
        boxes = [(box, words) for on, box, words in seen if on == page and words.strip()]
        shapes = np.array([box for box, _ in boxes], dtype=object)
        left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        pairs = left < right
        over = shapely.area(shapely.intersection(shapes[left[pairs]], shapes[right[pairs]]))
        both = zip(left[pairs][over > 0.05], right[pairs][over > 0.05], strict=True)
        wrong = [(boxes[one][1], boxes[two][1]) for one, two in both]
        assert wrong == []
        assert shapely.box(0, 0, 421, 421).contains(shapely.union_all(shapes))
    assert len(made) < 150_000 * len({page for page, _, _ in seen})


def put_boxes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, shapely.Polygon, str]]:
    """What ``Sheet.put`` is given from now on: page, box of the letters, words."""
    seen: list[tuple[int, shapely.Polygon, str]] = []
    turns: list[tuple[float, float, float]] = []
    put, turned = Sheet.put, Sheet.turned

    def noted(self: Sheet, x: float, y: float, words: str, **look: Any) -> float:  # as it is
        shown, size = self.drawable(words), look["size"]
        if look.get("room") is not None:
            shown, size = self.fitted(shown, size, look["room"])
        width = self.wide(shown, size)
        start = x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[look.get("align", "left")]
        # From the foot of letters to the top of capitals: what hangs below is rarely met.
        box = shapely.box(start, y - size * MM_PT * 0.70, start + width, y)
        for angle, around_x, around_y in turns:
            box = rotate(box, -angle, origin=(around_x, around_y))
        seen.append((self.page_no(), box, words))
        return put(self, x, y, words, **look)

    @contextmanager
    def turning(self: Sheet, angle: float, x: float, y: float) -> Iterator[None]:
        turns.append((angle, x, y))
        with turned(self, angle, x, y):
            yield
        turns.pop()

    monkeypatch.setattr(Sheet, "put", noted)
    monkeypatch.setattr(Sheet, "turned", turning)
    return seen


_SPANS = ((0, 100), (0, 80), (1, 30), (1, 5), (-90, 90))


@given(st.lists(st.tuples(*(st.floats(*span) for span in _SPANS)), min_size=2, max_size=40))
def test_labels_keep_apart_and_inside(asked: list[tuple[float, float, float, float, float]]) -> None:
    frame = shapely.box(0, 0, 100, 80)
    labels, placed = Labels(frame), []
    for x, y, wide, high, angle in asked:
        found = labels.place(wide, high, [(x, y), (y, x), (50.0, 40.0)], angle=angle)
        if found is not None:
            placed.append(around(found, wide, high, angle))
    for number, box in enumerate(placed):
        assert frame.contains(box)
        assert not any(box.intersects(other) for other in placed[:number])


@given(st.floats(1, 50_000), st.floats(1, 50_000), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_frame_shows_all_at_a_known_scale(wide: float, high: float, x: float, y: float) -> None:
    frame = Frame.around((x, y, x + wide, y + high), (12, 36, 186, 142))
    corners = frame.placed(np.array([[x, y], [x + wide, y + high]]))
    assert frame.scale in SCALES
    assert shapely.box(12, 36, 198, 178).buffer(1e-6).contains(shapely.MultiPoint(corners))
    # North is above, and a millimetre is what the scale says.
    assert corners[1, 1] < corners[0, 1]
    assert math.isclose((corners[1, 0] - corners[0, 0]) * frame.scale / 1000, wide, rel_tol=1e-6, abs_tol=1e-3)


def test_a_court_stays_open() -> None:
    """A polygon with two holes as one ring covers what the polygon covers."""
    shape = shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 4, 4) - shapely.box(6, 6, 8, 9)
    (ring,) = rings(shape)
    winding = sum(one[0] * two[1] - two[0] * one[1] for one, two in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2
    assert abs(winding) == shape.area == 90


@pytest.mark.parametrize(
    ("address", "shown", "sign", "place"),
    [
        ("冠山社区文华新村9栋", "9", "栋", "冠山社区文华新村"),
        ("锦绣路5号三号楼2单元301室", "3", "栋", "锦绣路5号"),
        ("公园社区东升老街54号", "54", "号", "公园社区东升老街"),
        ("阳光苑12A幢1-502", "12a", "栋", "阳光苑"),
        ("Mannerheimintie 10", "10", "", "Mannerheimintie"),
        ("Unioninkatu 33b", "33b", "", "Unioninkatu"),
        ("308 Anchorvale Road", "308", "", "Anchorvale Road"),
    ],
)
def test_the_number_of_an_address(address: str, shown: str, sign: str, place: str) -> None:
    number = parsed(address)
    assert number is not None
    assert (number.shown, number.sign, number.place) == (shown, sign, place)


def test_buildings_are_listed_shortly_and_told_apart() -> None:
    addresses = ("甲社区阳光苑1栋", "甲社区阳光苑2栋", "甲社区阳光苑3栋", "甲社区阳光苑10栋", "甲社区金桂府2栋")
    numbers = {address: number for address in addresses if (number := parsed(address)) is not None}
    assert listed(addresses[:4], numbers, addresses[:4]) == ["1-3栋", "10栋"]
    assert listed(addresses, numbers, addresses) == ["1栋", "3栋", "10栋", "金桂府2栋", "阳光苑2栋"]
