"""The faults of a scheme in words: line, key, what is wrong with it, and what to write instead."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gridplan.messages import Fact, Phrase, catalogue

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\-]+)\s*=")

_TYPES = {
    "dataclass_exact_type": "string",
    "int_type": "integer",
    "int_from_float": "integer",
    "float_type": "number",
    "string_type": "string",
    "bool_type": "boolean",
    "tuple_type": "list",
    "model_type": "table",
    "model_attributes_type": "table",
    "dict_type": "table",
}
_LIMITS = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le", "less_than": "lt"}
_SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


def phrases(error: ValidationError, raw: Mapping[str, object], text: str) -> tuple[Phrase, ...]:
    """One phrase a fault, ordered by line. ``raw`` is the parsed TOML, ``text`` what it was parsed from."""
    lines = lines_of(text)
    found = []
    for detail in error.errors(include_url=False):
        path: Path = tuple(detail["loc"])
        line = _line(lines, path)
        facts: dict[str, Fact] = {"line": line, "key": _name(path, raw), "what": _what(detail)}
        found.append((line, Phrase("scheme.fault.at" if line else "scheme.fault.whole", facts)))
    return tuple(phrase for _, phrase in sorted(found, key=lambda item: item[0]))


def lines_of(text: str) -> dict[Path, int]:
    """The line (from 1) of each table, of each key at the start of a line, and of each entry of a list with its own line."""
    lines: dict[Path, int] = {}
    counts: dict[str, int] = {}
    table: Path = ()
    entries: Path = ()
    entry = 0
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header is not None:
            table = _table(header.group(2), counts, opens=header.group(1) == "[[")
            lines.setdefault(table, number)
        elif key is not None:
            entries, entry = (*table, *key.group(1).split(".")), 0
            lines.setdefault(entries, number)
        elif line.lstrip().startswith("{"):
            # The entries of a list, a line each.
            lines.setdefault((*entries, entry), number)
            entry += 1
    return lines


def _table(name: str, counts: dict[str, int], *, opens: bool) -> Path:
    """The path of a table, with the number of the entry where it is inside a list of tables."""
    words = name.split(".")
    if opens:
        counts[name] = counts.get(name, -1) + 1
    path: list[str | int] = []
    for depth, word in enumerate(words, start=1):
        path.append(word)
        here = ".".join(words[:depth])
        if here in counts:
            path.append(counts[here])
    return tuple(path)


def _line(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the longest part of the path that has one; 0 where none has."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 0)


def _name(path: Path, raw: Mapping[str, object]) -> str:
    """The path in words: entries of a list by their name, where they have one, else by their number."""
    words: list[str] = []
    here: object = raw
    for step in path:
        here = here[step] if isinstance(here, Mapping) and step in here else _entry(here, step)
        name = here.get("name") if isinstance(step, int) and isinstance(here, Mapping) else None
        words.append(name if isinstance(name, str) else str(step + 1) if isinstance(step, int) else step)
    return ".".join(words) or "-"


def _entry(here: object, step: str | int) -> object:
    return here[step] if isinstance(here, list) and isinstance(step, int) and step < len(here) else None


def _what(detail: ErrorDetails) -> Phrase:
    kind, context = detail["type"], detail.get("ctx", {})
    value = repr(detail["input"])
    if kind in _TYPES:
        return Phrase("scheme.fault.type", {"value": value, "expected": Phrase(f"scheme.type.{_TYPES[kind]}")})
    if kind in _LIMITS:
        sign = _LIMITS[kind]
        return Phrase("scheme.fault.limit", {"value": value, "limit": f"{_SIGNS[sign]} {context[sign]:g}"})
    if kind == "extra_forbidden":
        return _unknown(str(detail["loc"][-1]), detail)
    if kind == "literal_error":
        return Phrase("scheme.fault.choice", {"value": value, "known": str(context["expected"]).replace(" or ", ", ")})
    if kind == "string_pattern_mismatch":
        return Phrase(f"scheme.fault.form_{detail['loc'][-1]}", {"value": value})
    if kind in ("string_too_short", "too_short"):
        return Phrase("scheme.fault.empty", {})
    if kind == "pattern":
        return Phrase(str(context["code"]), {name: fact for name, fact in context.items() if name != "code"})
    if f"scheme.fault.{kind}" not in catalogue():
        return Phrase("scheme.fault.other", {"value": value, "why": str(detail["msg"])})
    return Phrase(f"scheme.fault.{kind}", dict(context))


def _unknown(key: str, detail: ErrorDetails) -> Phrase:
    known = sorted(_keys_at(tuple(detail["loc"][:-1])))
    near = get_close_matches(key, known, n=1)
    if near:
        return Phrase("scheme.fault.misspelt", {"near": near[0]})
    return Phrase("scheme.fault.unknown", {"known": ", ".join(known)})


def _keys_at(path: Path) -> list[str]:
    """The keys that a table at this path may have."""
    # Models import this module.
    from gridplan.schemes import model, rules

    step = next((step for step in reversed(path) if isinstance(step, str)), None)
    if step is None:
        return list(model.Scheme.model_fields)
    tables: dict[str, type[BaseModel]] = {"levels": model.Level, "special": model.Special, "posts": rules.Post}
    tables |= dict.fromkeys(("title", "role"), rules.Words) | dict.fromkeys(("households", "population"), rules.Range)
    return list(tables.get(step, rules.Rule).model_fields)
