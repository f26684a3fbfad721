"""Posts that a plan asks for beside the staff that hold them."""

import pandas as pd

from gridplan.analysis import staffing
from gridplan.plan import Plan


def test_posts_held_lacking_and_shared(county: Plan) -> None:
    grids = county.grids["code"].tolist()[:4]
    columns = ["id", "name", "phone", "post", "grid"]
    rows = [
        ("1", "甲", "1", "网格员", grids[0]),
        ("2", "甲", "1", "专职网格员", grids[1]),
        ("3", "乙", "2", "网格员", grids[1]),
        ("4", "丙", None, "网格员", grids[2]),
        ("5", "丁", None, "网格长", grids[2]),
        ("6", "戊", None, "网格员", None),
        ("7", "己", None, "网格员", "gone"),
    ]
    found = staffing(county, pd.DataFrame(rows, columns=columns), incidents=pd.Series({grids[0]: 3, grids[1]: 5}))
    row = found.table.iloc[0]
    named = ["zones", "quota", "workers", "staffed", "exact", "vacant", "beyond", "shared", "incidents"]
    assert row[named].tolist() == [908, 908, 4, 3, 2, 905, 1, 1, 8]
    assert (row["households_per_worker"], row["incidents_per_worker"]) == (908 * 400 / 4, 2.0)
    told = found.report.rows[["reason", "id"]].to_numpy().tolist()
    assert told == [["report.staff_unknown_zone", "7"], ["report.staff_no_zone", "6"], ["report.staff_no_quota", "5"]]
    grid = staffing(county, pd.DataFrame(rows, columns=columns), ("grid",)).table.set_index("grid")
    assert grid.loc[grids[1], ["workers", "beyond", "shared"]].tolist() == [2, 1, 1]
    assert grid.loc[grids[3], ["workers", "vacant"]].tolist() == [0, 1]
    assert pd.isna(grid.loc[grids[3], "households_per_worker"])
