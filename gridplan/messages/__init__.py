"""Every sentence that gridplan says, in English and Chinese, looked up by its code or key.

One TOML file a family: ``gp1.toml`` holds the codes GP1xx, and so on; ``cli.toml`` and ``map.toml`` hold
the words of the command line and of the map page. Each entry has ``en`` and ``zh`` with the same
``{placeholders}``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["en", "zh"]
Plain = str | int | float


@dataclass(frozen=True)
class Phrase:
    """Words inside a sentence that differ by language: the text of ``key`` with its own facts."""

    key: str
    facts: Mapping[str, "Fact"] = field(default_factory=dict)


Fact = Plain | Phrase | tuple[Phrase, ...]
"""What a placeholder is filled with; several phrases stand on a line each."""


@cache
def catalogue() -> dict[str, dict[Language, str]]:
    """All entries: code or key to its text in each language."""
    entries: dict[str, dict[Language, str]] = {}
    for source in sorted(files(__name__).iterdir(), key=lambda item: item.name):
        if source.name.endswith(".toml"):
            entries |= tomllib.loads(source.read_text(encoding="utf-8"))
    return entries


def text(key: str, language: Language = "en", /, **facts: Fact) -> str:
    """The text of ``key`` in ``language`` with its placeholders filled.

    Examples
    --------
    >>> text("GP101", "zh", path="a.gpkg").startswith("找不到文件 a.gpkg")
    True
    """
    return catalogue()[key][language].format(**{name: _said(value, language) for name, value in facts.items()})


def word(family: str, name: str, language: Language = "en", /) -> str:
    """What ``name`` is called in ``language``; the name itself where the messages have no ``family.name``.

    Examples
    --------
    >>> word("service", "clinic"), word("service", "快递柜")
    ('clinic', '快递柜')
    """
    key = f"{family}.{name}"
    return text(key, language) if key in catalogue() else name


def _said(fact: Fact, language: Language) -> Plain:
    if isinstance(fact, Phrase):
        return text(fact.key, language, **fact.facts)
    if isinstance(fact, tuple):
        return "".join(f"\n  {_said(phrase, language)}" for phrase in fact)
    return fact
