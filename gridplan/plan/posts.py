"""The staff that a scheme's quotas ask for: ``posts``."""

from collections.abc import Sequence

import pandas as pd

from gridplan.contracts import PLAN, conform
from gridplan.schemes import Level


def post_table(levels: Sequence[tuple[Level, Sequence[str], Sequence[int]]]) -> pd.DataFrame:
    """``posts``: for each zone (code and households) of each level the people of each role, ordered by level and zone."""
    rows = [
        (level.name, code, post.role.en, post.role.zh, post.count(int(households)))
        for level, codes, sizes in levels
        for code, households in sorted(zip(codes, sizes, strict=True))
        for post in level.posts
    ]
    table = pd.DataFrame(rows, columns=PLAN["posts"].names())
    return conform(table[table["count"] > 0].reset_index(drop=True), PLAN["posts"])
