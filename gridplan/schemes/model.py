"""Schemes: the ordered levels of one place, read from TOML and checked."""

import tomllib
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from gridplan.errors import InputError, RuleError
from gridplan.messages import Phrase
from gridplan.schemes.faults import phrases
from gridplan.schemes.pattern import Pattern
from gridplan.schemes.rules import STRICT, Post, Rule, Words
from gridplan.schemes.shipped import scheme_names

Kind = Literal["urban", "rural", "mixed"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Line = Literal["major", "river", "rail", "compound"]
Layer = Literal["areas", "grids", "units", "nodes"]
Thing = Literal["town", "community", "building", "section", "entrance"]
SiteKind = Literal["school", "hospital", "industrial", "market", "park", "station", "other"]

MADE_OF: dict[str, tuple[str, ...]] = {
    "areas": ("town", "community"),
    "grids": ("building",),
    "units": ("section",),
    "nodes": ("building", "entrance"),
}
"""What the zones of each layer can be made of."""

KEYS: dict[str, tuple[str, ...]] = {
    "areas": ("every", "posts", "label"),
    "grids": ("every", "urban", "rural", "mixed", "not_across", "avoid", "posts", "label"),
    "units": ("every", "urban", "rural", "mixed", "not_across", "avoid", "posts"),
    "nodes": (),
}
"""What a level of each layer may say besides its name, title, layer, atoms and code."""

RULES: dict[str, tuple[str, ...]] = {
    "areas": ("each", "households", "count", "tolerance"),
    "grids": ("each", "households", "population", "growth", "service_radius_m"),
    "units": ("each", "households"),
}
"""What a rule of each layer may say."""

EACH: dict[str, tuple[str, ...]] = {
    "areas": ("community",),
    "grids": ("community", "compound", "village", "building"),
    "units": ("building",),
}
"""What there can be a zone for each of, in each layer."""

LABEL = ("community", "number", "of")
"""What a name may say: the community's name, the zone's number in its code, and what it stands for."""


def _pattern(text: object) -> object:
    try:
        return Pattern.parse(text) if isinstance(text, str) else text
    except RuleError as error:
        raise PydanticCustomError("pattern", "", {"code": error.code, **error.facts}) from error


def _label(text: str) -> str:
    try:
        fields = [field[1:] for field in Formatter().parse(text) if field[1] is not None]
    except ValueError:
        fields = [(text, "", None)]
    if not text.strip() or any(name not in LABEL or form or changed for name, form, changed in fields):
        raise PydanticCustomError("label", "", {"value": text, "known": ", ".join(f"{{{name}}}" for name in LABEL)})
    return text


Code = Annotated[Pattern, BeforeValidator(_pattern)]
Label = Annotated[str, Field(min_length=1), AfterValidator(_label)]
# TOML has no tuples.
Lines = Annotated[tuple[Line, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]
SiteKinds = Annotated[tuple[SiteKind, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]
Posts = Annotated[tuple[Post, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


class Special(BaseModel):
    """Special grids (专属网格): which kinds of sites become grids of their own, and how these are named."""

    model_config = STRICT
    kinds: SiteKinds = Field(min_length=1)
    label: Label = "{of}专属网格"


class Level(BaseModel):
    """One level: what its zones are, what they are made of, how they are coded and named, and a rule for each kind of community.

    ``layer``: the table of the plan that holds its zones. ``not_across``: what no zone may cross; ``avoid``: what it should not.
    ``posts``: the staff of each zone.
    """

    model_config = STRICT | {"arbitrary_types_allowed": True}
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Words
    layer: Layer
    atoms: Thing
    code: Code
    label: Label = "{community}第{number}网格"
    not_across: Lines = ()
    avoid: Lines = ("major", "river", "rail")
    every: Rule | None = None
    urban: Rule | None = None
    rural: Rule | None = None
    mixed: Rule | None = None
    posts: Posts = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        fixed = {"grids": "grid", "units": "unit"}.get(self.layer, self.name)
        if self.name != fixed or (self.layer not in ("grids", "units") and self.name in ("grid", "unit")):
            raise PydanticCustomError("level_name", "", {"layer": self.layer, "name": self.name})
        if self.atoms not in MADE_OF[self.layer]:
            raise PydanticCustomError(
                "made_of", "", {"value": self.atoms, "layer": self.layer, "known": ", ".join(MADE_OF[self.layer])}
            )
        return self._rules_fit()

    def _rules_fit(self) -> Self:
        own = [kind for kind in KINDS if getattr(self, kind) is not None]
        roles = [post.role.en for post in self.posts]
        if len(set(roles)) < len(roles):
            raise PydanticCustomError("role_twice", "", {"role": max(roles, key=roles.count)})
        always = {"name", "title", "layer", "atoms", "code"}
        strange = [key for key in type(self).model_fields if key in self.model_fields_set - always - set(KEYS[self.layer])]
        if strange:
            known = ", ".join(KEYS[self.layer]) or "-"
            raise PydanticCustomError("key_not_here", "", {"layer": self.layer, "key_found": strange[0], "known": known})
        for kind in ("every", *KINDS):
            rule = getattr(self, kind)
            if rule is not None:
                self._rule_fits(kind, rule)
        if self.layer == "areas" and self.every is None:
            raise PydanticCustomError("rule_missing", "", {"kind": "every"})
        if self.layer in ("areas", "nodes"):
            return self
        if self.every is None and (self.urban is None or self.rural is None):
            raise PydanticCustomError("rule_missing", "", {"kind": "urban" if self.urban is None else "rural"})
        if self.every is not None and own:
            raise PydanticCustomError("every_and_kind", "", {"kind": own[0]})
        each = {self.rule(kind).each for kind in KINDS}
        if self.layer == "units" and len(each) > 1:
            raise PydanticCustomError("units_alike", "", {})
        return self

    def _rule_fits(self, kind: str, rule: Rule) -> None:
        strange = [key for key in Rule.model_fields if key in rule.model_fields_set and key not in RULES[self.layer]]
        if strange:
            known = ", ".join(RULES[self.layer])
            raise PydanticCustomError(
                "key_not_here", "", {"layer": self.layer, "key_found": f"{kind}.{strange[0]}", "known": known}
            )
        if rule.each is not None and rule.each not in EACH[self.layer]:
            known = ", ".join(EACH[self.layer])
            raise PydanticCustomError("each_not_here", "", {"layer": self.layer, "value": rule.each, "known": known})
        if rule.each is not None and self.layer != "grids" and rule.households is not None:
            raise PydanticCustomError("each_and_range", "", {"value": rule.each})
        if rule.each == "village" and rule.households is None:
            raise PydanticCustomError("village_range", "", {"kind": kind})

    def rule(self, kind: str) -> Rule:
        """The rule in communities of ``kind`` (urban, rural, mixed); mixed ones keep the urban rule where they have none."""
        rule = self.every or getattr(self, kind) or self.urban
        assert isinstance(rule, Rule), kind
        return rule


class Scheme(BaseModel):
    """The levels of one place, from the largest zones down. ``text`` is the TOML it was read from.

    ``place``: the division code of the place, where it has one: what codes of areas begin with.
    """

    model_config = STRICT | {"arbitrary_types_allowed": True}
    name: str = Field(min_length=1)
    title: Words
    place: str | None = Field(default=None, pattern=r"^[0-9]{6}$")
    special: Special | None = None
    levels: Annotated[tuple[Level, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]
    _text: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        names = [level.name for level in self.levels]
        doubled = [name for name in names if names.count(name) > 1]
        if doubled:
            raise PydanticCustomError("level_twice", "", {"name": doubled[0]})
        layers = [level.layer for level in self.levels]
        if layers != sorted(layers, key=list(get_args(Layer)).index) or layers.count("grids") != 1 or layers.count("units") != 1:
            raise PydanticCustomError("level_order", "", {"found": ", ".join(layers)})
        nodes = [level.atoms for level in self.levels if level.layer == "nodes"]
        if nodes != sorted(set(nodes)):
            raise PydanticCustomError("node_order", "", {"found": ", ".join(nodes)})
        areas = [level for level in self.levels if level.layer == "areas"]
        inner = [level.rule("urban").each is not None for level in areas]
        if True in inner[:-1]:
            raise PydanticCustomError("community_last", "", {"name": areas[inner.index(True)].name})
        of_towns = [level.atoms == "town" for level in areas]
        if of_towns != sorted(of_towns, reverse=True):
            raise PydanticCustomError("towns_first", "", {"name": areas[len(of_towns) - 1 - of_towns[::-1].index(True)].name})
        if self.place is None and False in inner:
            raise PydanticCustomError("place_missing", "", {"name": areas[inner.index(False)].name})
        return self

    @property
    def text(self) -> str:
        """The TOML that the scheme was read from."""
        return self._text

    def level(self, name: str) -> Level:
        """The level called ``name``."""
        return next(level for level in self.levels if level.name == name)

    def of(self, layer: Layer) -> tuple[Level, ...]:
        """The levels whose zones are in ``layer``, from the largest down."""
        return tuple(level for level in self.levels if level.layer == layer)

    @property
    def grids(self) -> Level:
        """The level of the grids."""
        return self.of("grids")[0]

    @property
    def units(self) -> Level:
        """The level of the units."""
        return self.of("units")[0]


def load_scheme(name_or_path: str) -> Scheme:
    """The shipped scheme of that name, or the scheme in a TOML file.

    Raises
    ------
    InputError
        GP101 no such file.
    RuleError
        GP201 no such scheme; GP202 the file breaks rules: every fault with line, key and remedy.

    Examples
    --------
    >>> load_scheme("default").grids.rule("urban").households.high
    500
    """
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if not path.is_file():
            raise InputError("GP101", path=name_or_path)
        try:
            return parse_scheme(path.read_text(encoding="utf-8-sig"), name_or_path)
        except UnicodeDecodeError as error:
            raise _refused(name_or_path, (Phrase("scheme.fault.encoding", {"byte": error.start}),)) from error
    shipped = files("gridplan.schemes") / f"{name_or_path}.toml"
    if name_or_path not in scheme_names():
        raise RuleError("GP201", name=name_or_path, known=", ".join(scheme_names()))
    return parse_scheme(shipped.read_text(encoding="utf-8"), name_or_path)


def parse_scheme(text: str, where: str) -> Scheme:
    """The scheme written in ``text``; ``where`` names it in errors.

    Raises
    ------
    RuleError
        GP202 every fault with line, key and remedy.
    """
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refused(where, (Phrase("scheme.fault.toml", {"why": str(error)}),)) from error
    try:
        scheme = Scheme.model_validate(raw)
    except ValidationError as error:
        raise _refused(where, phrases(error, raw, text)) from error
    scheme._text = text
    return scheme


def _refused(where: str, faults: tuple[Phrase, ...]) -> RuleError:
    return RuleError("GP202", where=where, count=len(faults), faults=faults)
