"""One line of an audit."""

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 5


@dataclass(frozen=True)
class Check:
    """What was checked (a key of ``messages/plan.toml``), whether it holds, a figure, and the first ids that break it."""

    key: str
    holds: bool
    figure: str
    ids: tuple[str, ...] = ()


def check(key: str, offenders: Iterable[object], figure: str | None = None) -> Check:
    """The check that holds where there are no offenders; the figure is their count unless given."""
    found = [str(name) for name in dict.fromkeys(offenders)]
    return Check(f"audit.{key}", not found, str(len(found)) if figure is None else figure, tuple(found[:SHOWN]))
