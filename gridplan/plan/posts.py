"""The staff that a scheme's quotas ask for: ``posts``."""

from collections.abc import Sequence

import pandas as pd

from gridplan.contracts import PLAN, conform
from gridplan.schemes import Level


def post_rows(levels: Sequence[tuple[Level, Sequence[str], Sequence[int]]]) -> list[tuple[str, str, str, str, int]]:
    """The rows of ``posts``: for each zone (code and households) of each level the people of each role, by level and zone."""
    rows = [
        (level.name, code, post.role.en, post.role.zh, post.count(int(households)))
        for level, codes, sizes in levels
        if level.posts
        for code, households in sorted(zip(codes, sizes, strict=True))
        for post in level.posts
    ]
    return [row for row in rows if row[-1] > 0]


def post_table(levels: Sequence[tuple[Level, Sequence[str], Sequence[int]]]) -> pd.DataFrame:
    """``posts``: the same as a table."""
    return conform(pd.DataFrame(post_rows(levels), columns=PLAN["posts"].names()), PLAN["posts"])
