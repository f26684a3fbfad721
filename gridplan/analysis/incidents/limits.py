"""Time limits of casework: how many hours each step may take, by kind of incident."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from gridplan.errors import InputError


@dataclass(frozen=True)
class Limit:
    """Hours by the clock, nights and holidays included, that each step may take after the one before it.

    Attributes
    ----------
    accept_h : from the report to the acceptance.
    dispatch_h : to the dispatch.
    handle_h : to the handling.
    close_h : to the verification and closing.
    whole_h : from the acceptance to the closing; ``due_at`` is set by it.
    """

    accept_h: float = 2.0
    dispatch_h: float = 2.0
    handle_h: float = 72.0
    close_h: float = 24.0
    whole_h: float = 120.0


@dataclass(frozen=True)
class Limits:
    """The limits of every kind; those of kinds that are not named are ``any``.

    The hours of ``any`` are ours, made to be replaced by those of the place: no law sets them.
    """

    any: Limit = Limit()
    kinds: Mapping[str, Limit] = field(default_factory=dict)

    def of(self, kind: str) -> Limit:
        """The limits of a kind."""
        return self.kinds.get(kind, self.any)


DEFAULT = Limits()


def load_limits(path: Path | None) -> Limits:
    """The limits of a TOML file; ours where there is none.

    Raises
    ------
    InputError
        GP101 it is not there; GP177 as :func:`parse_limits`.
    """
    if path is None:
        return DEFAULT
    try:
        return parse_limits(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("GP101", path=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("GP108", path=str(path), why=str(error)) from error


def parse_limits(text: str) -> Limits:
    r"""The limits that TOML says; what it leaves out is ours, and for a kind that of ``any``.

    Raises
    ------
    InputError
        GP177 it is no TOML, or has other keys, or hours that are no positive number.

    Examples
    --------
    >>> limits = parse_limits('[any]\nhandle_h = 48\n[kinds."噪声"]\nwhole_h = 24\n')
    >>> limits.of("噪声").whole_h, limits.of("噪声").handle_h, limits.of("垃圾").whole_h
    (24.0, 48.0, 120.0)
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError("GP177", where="TOML", why=str(error)) from error
    strange = sorted(set(given) - {"any", "kinds"})
    kinds = given.get("kinds", {})
    if strange or not isinstance(kinds, dict):
        raise InputError("GP177", where=", ".join(strange) or "kinds", why="[any], [kinds.NAME]")
    common = _limit(DEFAULT.any, given.get("any", {}), "any")
    return Limits(common, {str(kind): _limit(common, hours, f"kinds.{kind}") for kind, hours in kinds.items()})


def _limit(before: Limit, given: object, where: str) -> Limit:
    names = [each.name for each in fields(Limit)]
    if not isinstance(given, dict) or not set(given) <= set(names):
        raise InputError("GP177", where=where, why=", ".join(names))
    for name, hours in given.items():
        if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours < 1e6:
            raise InputError("GP177", where=f"{where}.{name}", why="0 < hours < 1000000")
    return replace(before, **{name: float(hours) for name, hours in given.items()})
