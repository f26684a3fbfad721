"""Who changes a plan, when and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class By:
    """Who makes a change, when (ISO 8601 text) and why, as the history tells it; the library itself looks at no clock."""

    who: str | None = None
    at: str | None = None
    note: str | None = None


NOBODY = By()
