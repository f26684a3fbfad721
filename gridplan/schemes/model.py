"""Schemes: the ordered levels of one place, read from TOML and checked."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from gridplan.errors import InputError, RuleError
from gridplan.schemes.pattern import Pattern

KINDS = ("urban", "rural")
LEVELS = ("grid", "unit")
BARRIERS = ("major", "river", "rail")


@dataclass(frozen=True)
class Range:
    """Households of a zone: at least ``low``, at most ``high``, ``target`` aimed at."""

    low: int
    high: int
    target: int


@dataclass(frozen=True)
class Level:
    """One level: its range for each kind of community, the pattern of its codes, and what its zones may not cross."""

    name: str
    code: Pattern
    ranges: dict[str, Range]
    hard_barriers: tuple[str, ...]


@dataclass(frozen=True)
class Scheme:
    """The levels of one place, from the largest zones down. ``text`` is the TOML it was read from."""

    name: str
    title: dict[str, str]
    levels: tuple[Level, ...]
    text: str

    def level(self, name: str) -> Level:
        """The level called ``name``."""
        return next(level for level in self.levels if level.name == name)


def load_scheme(name_or_path: str) -> Scheme:
    """The shipped scheme of that name, or the scheme in a TOML file.

    Raises
    ------
    RuleError
        GP201 no such scheme; GP202 the file breaks a rule, with key, value and remedy.

    Examples
    --------
    >>> load_scheme("default").level("grid").ranges["urban"].high
    500
    """
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if not path.is_file():
            raise InputError("GP101", path=name_or_path)
        return parse_scheme(path.read_text(encoding="utf-8"), name_or_path)
    shipped = files("gridplan.schemes") / f"{name_or_path}.toml"
    if not shipped.is_file():
        raise RuleError("GP201", name=name_or_path, known=", ".join(scheme_names()))
    return parse_scheme(shipped.read_text(encoding="utf-8"), name_or_path)


def scheme_names() -> list[str]:
    """Names of the shipped schemes, sorted."""
    found = [item.name for item in files("gridplan.schemes").iterdir()]
    return sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))


def parse_scheme(text: str, where: str) -> Scheme:
    """The scheme written in ``text``; ``where`` names it in errors.

    Raises
    ------
    RuleError
        GP202 with key, value and remedy.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError("GP202", where=where, key="TOML", why=str(error)) from error
    _known(raw, {"name", "title", "levels"}, where, "")
    title = raw["title"]
    if not isinstance(title, dict) or set(title) != {"en", "zh"}:
        raise RuleError("GP202", where=where, key="title", why="needs en and zh")
    levels = tuple(_level(entry, where) for entry in raw["levels"])
    if tuple(level.name for level in levels) != LEVELS:
        raise RuleError("GP202", where=where, key="levels", why=f"must be {', '.join(LEVELS)}, in this order")
    return Scheme(name=str(raw["name"]), title=title, levels=levels, text=text)


def _level(entry: dict[str, object], where: str) -> Level:
    label = f"levels.{entry.get('name', '?')}"
    _known(entry, {"name", "code", "hard_barriers", *KINDS}, where, f"{label}.")
    if not isinstance(entry["code"], str):
        raise RuleError(
            "GP202", where=where, key=f"{label}.code", why=f"{entry['code']!r} is no text such as '{{parent}}{{number:3}}'"
        )
    try:
        code = Pattern.parse(entry["code"])
    except RuleError as error:
        raise RuleError("GP202", where=where, key=f"{label}.code", why=f"is wrong: {error}") from error
    hard = entry["hard_barriers"]
    if not isinstance(hard, list) or not set(hard) <= set(BARRIERS):
        raise RuleError(
            "GP202", where=where, key=f"{label}.hard_barriers", why=f"{hard!r} is not a list of {', '.join(BARRIERS)}"
        )
    ranges = {kind: _range(entry[kind], where, f"{label}.{kind}") for kind in KINDS}
    return Level(name=str(entry["name"]), code=code, ranges=ranges, hard_barriers=tuple(hard))


def _range(entry: object, where: str, key: str) -> Range:
    if not isinstance(entry, dict):
        raise RuleError("GP202", where=where, key=key, why="needs low, high and target")
    _known(entry, {"low", "high", "target"}, where, f"{key}.")
    for name, value in entry.items():
        if not isinstance(value, int) or isinstance(value, bool):
            raise RuleError("GP202", where=where, key=f"{key}.{name}", why=f"{value!r} is not a whole number")
    if not 1 <= entry["low"] <= entry["target"] <= entry["high"]:
        raise RuleError("GP202", where=where, key=key, why="needs 1 <= low <= target <= high")
    return Range(low=entry["low"], high=entry["high"], target=entry["target"])


def _known(entry: dict[str, object], keys: set[str], where: str, prefix: str) -> None:
    for key in sorted(keys - set(entry)):
        raise RuleError("GP202", where=where, key=prefix + key, why="is missing")
    for key in sorted(set(entry) - keys):
        raise RuleError("GP202", where=where, key=prefix + key, why=f"is not known; keys here are {', '.join(sorted(keys))}")
