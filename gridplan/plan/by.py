"""Who changes a plan, when and why."""

from dataclasses import dataclass
from datetime import datetime

from gridplan.errors import RuleError


@dataclass(frozen=True)
class By:
    """Who makes a change, when (ISO 8601 text) and why, as the history tells it; the library itself looks at no clock.

    Raises
    ------
    RuleError
        GP239 ``at`` is no date or time.
    """

    who: str | None = None
    at: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Check the time."""
        if self.at is None:
            return
        try:
            datetime.fromisoformat(self.at)
        except ValueError as error:
            raise RuleError("GP239", operation="By", why=f"at: {self.at[:40]} ? 2026-03-01T08:30:00Z") from error


NOBODY = By()
