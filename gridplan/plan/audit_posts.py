"""The check of posts: the scheme's quotas, counted again."""

from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan
from gridplan.schemes.model import Scheme


def posts_check(plan: Plan, scheme: Scheme) -> Check:
    """Every zone has the people that its level's quotas ask for, and no others."""
    asked = {}
    for level in scheme.levels:
        made = plan.areas[plan.areas["made"] & (plan.areas["level"] == level.name)]
        zones = {"areas": made, "grids": plan.grids, "units": plan.units}.get(level.layer, plan.grids.iloc[:0])
        for post in level.posts:
            for code, households in zip(zones["code"], zones["households"], strict=True):
                asked[level.name, code, post.role.en] = (post.role.zh, post.count(int(households)))
    asked = {key: value for key, value in asked.items() if value[1]}
    posts = plan.posts
    keys = list(zip(posts["level"], posts["zone"], posts["role"], strict=True))
    there = dict(zip(keys, zip(posts["role_zh"], posts["count"], strict=True), strict=True))
    wrong = [key for key in [*asked, *keys] if asked.get(key) != there.get(key)]
    return check("posts", ["/".join(key) for key in wrong])
