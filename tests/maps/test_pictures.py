"""Pictures for reports: what is where on the sheet, the same bytes each time, and what is refused."""

import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
import shapely
from matplotlib.image import imread
from shapely.geometry import LineString, Point, box

from gridplan.errors import OutputError
from gridplan.maps import plan_picture, write_picture
from gridplan.maps.picture_map import readable
from gridplan.maps.picture_text import broken, fitted, width
from gridplan.maps.pictures import Drawn, Label, Look, Sheet, Table, picture
from tests.samples import sample_plan


def pixels(image: bytes) -> np.ndarray:
    """Rows of pixels from the top, each red, green and blue of 0-255."""
    return (imread(io.BytesIO(image))[:, :, :3] * 255).round().astype(int)


def sheet(**other: object) -> Sheet:
    """Two squares of a kilometre, the west one red, the east one blue."""
    layers = [
        Drawn(np.array([box(0, 0, 1000, 1000)], dtype=object), Look(fill="#ff0000"), "west"),
        Drawn(np.array([box(1000, 0, 2000, 1000)], dtype=object), Look(fill="#0000ff"), "east"),
    ]
    given: dict[str, object] = {
        "title": "网格 $x$",
        "subtitle": "",
        "language": "zh",
        "bounds": (0, 0, 2000, 1000),
        "layers": layers,
        **other,
    }
    return Sheet(**given)  # type: ignore[arg-type]  # a test names the fields that it wants other


def test_map_is_true_to_scale_and_place() -> None:
    seen = pixels(picture(sheet(), dots_per_inch=100))
    high, wide, _ = seen.shape
    assert (wide, high) == (1169, 826)
    red, blue = ((seen == colour).all(axis=2) for colour in ((255, 0, 0), (0, 0, 255)))
    in_map = np.arange(wide) < 217 / 297 * wide
    for one in (red, blue):
        across, down = (one & in_map).any(axis=0).sum(), (one & in_map).any(axis=1).sum()
        assert abs(across - down) <= 2, "a square is a square"
    assert np.flatnonzero((red & in_map).any(axis=0)).max() <= np.flatnonzero((blue & in_map).any(axis=0)).min()
    assert (red & ~in_map).any(), "the legend has a box of each fill"
    assert (blue & ~in_map).any()


def test_same_bytes_whatever_a_notebook_has_set() -> None:
    first = plan_picture(sample_plan(), language="zh", dots_per_inch=60)
    with mpl.rc_context({"font.size": 30, "axes.linewidth": 9, "savefig.facecolor": "#000000"}):
        assert plan_picture(sample_plan(), language="zh", dots_per_inch=60) == first
    assert plan_picture(sample_plan(), language="en", dots_per_inch=60) != first


def test_points_lines_labels_and_long_tables_are_drawn() -> None:
    extra = [
        Drawn(np.array([Point(500, 500)], dtype=object), Look(fill="#00ff00", sign="s", size=20), "point"),
        Drawn(np.array([LineString([(0, 0), (2000, 1000)])], dtype=object), Look(line="#ff00ff", width=3), "line"),
        Drawn(np.array([], dtype=object), Look(fill="#123456"), "nothing"),
    ]
    table = Table(("a", "b"), tuple((f"row {row} of a name that is far too long for it", "1") for row in range(90)), (2, 1))
    plain = pixels(picture(sheet(), dots_per_inch=72))
    full = sheet(
        layers=[*sheet().layers, *extra],
        table=table,
        labels=[Label(1500, 500, "标签\n12", room_m=500), Label(9, 9, "long", room_m=1)],
    )
    seen = pixels(picture(full, dots_per_inch=72))
    assert plain.shape == seen.shape
    assert (seen == (0, 255, 0)).all(axis=2).sum() > 100
    assert (seen == (255, 0, 255)).all(axis=2).sum() > 300
    assert (seen != plain).any(axis=2)[150:, 640:].sum() > 3000, "the table"


def test_labels_do_not_lie_on_one_another_and_the_most_important_ones_stay() -> None:
    draw = np.random.default_rng(3)
    spots = draw.uniform(0, 1000, (300, 2)).tolist()
    labels = [Label(x, y, f"{row:03}\n300", 7.5, 100.0, float(row)) for row, (x, y) in enumerate(spots)]
    written = readable(labels, [], 10.0)
    assert 10 < len(written) < 300
    boxes = [box(each.x - 25, each.y - 25, each.x + 25, each.y + 25) for each in written]
    assert not any(one.intersects(other) for row, one in enumerate(boxes) for other in boxes[:row])
    assert written[0] is labels[-1]
    ranks = [label.rank for label in written]
    assert ranks == sorted(ranks, reverse=True)


def test_names_of_communities_are_written_where_grids_are_small() -> None:
    labels, places = [Label(500, 500, "001", 7.5, 100.0)], [Label(500, 510, "东风社区", 8.5)]
    assert readable(labels, places, 100.0) == places, "grids of 2 mm"
    assert readable(labels, places, 20.0) == places, "grids of 10 mm, one of which the name lies on"
    assert readable(labels, places, 10.0) == labels, "grids of 20 mm"
    assert readable(labels, [], 10.0) == labels


def test_words_are_broken_and_cut_to_their_room() -> None:
    words = "社区（村）300-500 户，每户 walking distance"
    lines = broken(words, 20, 8)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(width(line, 8) <= 20 or " " not in line for line in lines)
    assert not any(line.startswith("，") for line in lines)
    assert fitted("abc", 100, 7) == "abc"
    assert width(fitted("社区" * 30, 20, 7), 7) <= 20


@pytest.mark.parametrize("dots", [0, 49, 601])
def test_too_few_and_too_many_dots_are_refused(dots: int) -> None:
    with pytest.raises(OutputError, match="GP611"):
        plan_picture(sample_plan(), dots_per_inch=dots)


def test_a_grid_without_a_shape_is_not_drawn(tmp_path: Path) -> None:
    plan = sample_plan()
    grids = plan.grids.copy()
    grids.loc[0, "geometry"] = shapely.from_wkt("POLYGON EMPTY")
    image = plan_picture(plan.__class__(**{**dict(plan.layers()), "grids": grids}), dots_per_inch=60)
    write_picture(image, tmp_path / "plan.png")
    assert (tmp_path / "plan.png").read_bytes() == image
    with pytest.raises(OutputError, match="GP601"):
        write_picture(image, tmp_path / "no" / "plan.png")
