"""Numbers of buildings as maps and tables show them, and where they are from."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gridplan.plan.model import Plan
from gridplan.sources.ledger import normal_address

#: Where the number of a building is from, in the order in which they are tried; ``place``: counted on the page, from the north.
Origin = Literal["address", "node", "id", "place"]
ORIGINS: tuple[Origin, ...] = ("address", "node", "id", "place")

#: 3栋, 12号, 5A号 at the end of what an address says, a room behind it or none.
_CHINESE = re.compile(r"(?P<number>\d+[A-Za-z]?)(?P<sign>[栋号])(?!.*\d+[A-Za-z]?栋)")
#: Mannerheimintie 10 B, Anchorvale Road 308; or 308 Anchorvale Road.
_LATIN = re.compile(r"(?:^|[\s,])(?P<number>\d+(?:\s?[A-Za-z](?![A-Za-z]))?(?:[-/]\d+[A-Za-z]?)?)\s*$")
_LEADING = re.compile(r"^(?P<number>\d+[A-Za-z]?)\s+\D")
#: An id that people use is no longer than this.
_SHORT = 6


@dataclass(frozen=True)
class Number:
    """The number of a building: what maps show, its sign (栋, 号 or none), what stands before it in the address, its origin."""

    shown: str
    sign: str
    place: str
    origin: Origin


def parsed(address: str) -> Number | None:
    """The number of the building that an address names; None where it names none.

    Examples
    --------
    >>> parsed("冠山社区文华新村9栋2单元301室").shown, parsed("Unioninkatu 33b").shown, parsed("文化宫")
    ('9', '33b', None)
    """
    plain = normal_address(address)
    found = _CHINESE.search(plain)
    if found is not None:
        return Number(found["number"], found["sign"], plain[: found.start()], "address")
    found = _LATIN.search(address.strip()) or _LEADING.search(address.strip())
    if found is None:
        return None
    place = (address.strip()[: found.start()] or address.strip()[found.end("number") :]).strip(" ,")
    return Number(found["number"], "", place, "address")


def building_numbers(plan: Plan, buildings: pd.DataFrame | None) -> Mapping[str, Number]:
    """The number of each building of the plan by its id.

    That of its address in the town, else of its node in the plan, else its id where all ids are short; the others of a grid are
    counted from north to south and west to east, with a # before it.
    """
    addresses: dict[str, str] = {}
    if buildings is not None and "address" in buildings:
        known = buildings[buildings["address"].notna()]
        addresses = dict(zip(known["id"].astype(str), known["address"].astype(str), strict=True))
    nodes = plan.nodes[plan.nodes["of"] == "building"]
    coded = {row.building: row.code.removeprefix(row.grid) for row in nodes.itertuples()}
    ids = plan.buildings["id"].astype(str)
    short = bool(len(ids)) and int(ids.str.len().max()) <= _SHORT
    found: dict[str, Number] = {}
    rest: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    middles = plan.buildings.geometry.representative_point()
    for name, grid, x, y in zip(ids, plan.buildings["grid"], middles.x, middles.y, strict=True):
        number = parsed(addresses[name]) if name in addresses else None
        if number is None and name in coded:
            number = Number(coded[name], "", "", "node")
        if number is None and short:
            number = Number(name, "", "", "id")
        if number is None:
            rest[grid].append((-round(y, 4), x, name))  # bands of some 11 m, so that a row of houses is counted along
        else:
            found[name] = number
    for places in rest.values():
        for count, (_, _, name) in enumerate(sorted(places), 1):
            found[name] = Number(f"#{count}", "", "", "place")
    return found


def listed(names: Iterable[str], numbers: Mapping[str, Number], among: Iterable[str]) -> list[str]:
    """The buildings as a list of short texts, those that follow each other joined; ``among``: the buildings of the whole grid.

    Where two of these have one number, what stands before it in the address tells them apart.

    Examples
    --------
    >>> numbers = {each: Number(each[1:], "栋", "锦绣苑", "address") for each in ("a1", "a2", "a3", "a7")}
    >>> listed(numbers, numbers, numbers)
    ['1-3栋', '7栋']
    """
    shown = Counter((numbers[name].shown, numbers[name].sign) for name in among)
    by_place: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        number = numbers[name]
        twice = shown[number.shown, number.sign] > 1
        by_place[_last(number.place) if twice else "", number.sign].append(number.shown)
    return [f"{place}{part}{sign}" for (place, sign), found in sorted(by_place.items()) for part in _runs(found, place)]


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts 2 before 10."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.findall(r"\d+|\D+", text))


def _last(place: str) -> str:
    """The street or compound that an address ends with: behind the community, with a blank where the words have them."""
    own = re.sub(r"^.*?(社区|村委会|村)(?=.)", "", place)
    return f"{own} " if own and own[-1].isascii() else own


def _runs(found: Sequence[str], place: str) -> list[str]:
    """Numbers in order, three and more that follow each other as the first and the last."""
    order = sorted(set(found), key=natural)
    made: list[list[str]] = []
    for shown in order:
        before = made[-1][-1] if made else ""
        follows = shown.isdecimal() and before.isdecimal() and int(shown) == int(before) + 1
        if follows:
            made[-1].append(shown)
        else:
            made.append([shown])
    return [part for run in made for part in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else run)]
