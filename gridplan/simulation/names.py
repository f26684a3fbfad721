"""Names of compounds, natural villages and communities."""

import numpy as np

FIRST = (
    "锦绣",
    "阳光",
    "龙腾",
    "金桂",
    "紫荆",
    "翠湖",
    "兴隆",
    "和平",
    "东升",
    "福源",
    "银杏",
    "碧水",
    "文华",
    "安居",
    "新城",
    "玉兰",
)
SECOND = {
    "new": ("花园", "苑", "城", "府", "公馆"),
    "old": ("小区", "新村", "家属院", "宿舍区"),
    "unmanaged": ("巷", "片区", "老街"),
}
FAMILY = ("王", "李", "张", "罗", "陈", "杨", "吴", "周", "黄", "龙", "宋", "唐", "何", "冯", "刘", "蒙")
LAND = ("家寨", "家冲", "家院", "家坝", "家湾", "家坡", "家屯", "家沟")
SPECIAL = {
    "school": "学校",
    "hospital": "医院",
    "industrial": "产业园",
    "market": "市场",
    "park": "公园",
    "station": "车站",
    "other": "单位",
}


def compound_names(classes: list[str], rng: np.random.Generator) -> list[str]:
    """A name a compound by its class, all different."""
    first = rng.permutation(len(FIRST))
    found = []
    for number, kind in enumerate(classes):
        second = SECOND[kind][int(rng.integers(len(SECOND[kind])))]
        phase = f"{number // len(FIRST) + 1}期" if number >= len(FIRST) else ""
        found.append(f"{FIRST[first[number % len(FIRST)]]}{second}{phase}")
    return found


def village_names(count: int, rng: np.random.Generator) -> list[str]:
    """``count`` names of natural villages, all different."""
    pairs = rng.permutation(len(FAMILY) * len(LAND))
    names = [FAMILY[pair % len(FAMILY)] + LAND[pair // len(FAMILY)] for pair in pairs.tolist()]
    return [
        names[number % len(names)] + ("" if number < len(names) else str(number // len(names) + 1)) for number in range(count)
    ]


def short_name(name: str) -> str:
    """The name of a community without its committee.

    Examples
    --------
    >>> [short_name(name) for name in ("冠山社区居民委员会", "播箕村村民委员会", "老屋村民委员会")]
    ['冠山社区', '播箕村', '老屋村']
    """
    if name.endswith("村民委员会"):
        stem = name.removesuffix("村民委员会")
        return stem if stem.endswith("村") else stem + "村"
    return name.removesuffix("居民委员会")
