"""What may be asked of the counts of incidents."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gridplan.analysis.incidents.measures import By, Period, in_order, threshold

#: Where the days of statistics begin, if nobody says.
SHANGHAI = "Asia/Shanghai"


@dataclass(frozen=True)
class CountQuery:
    """What is asked for.

    Attributes
    ----------
    now : with its time zone; what is open beyond its limit then is overdue.
    by : of ``grid``, ``community``, ``kind``, ``period``, in that order.
    period, time_zone : which periods, and where their days begin.
    start, end : first and last day of reporting, in that zone.
    community : only incidents in its grids.
    published : for viewers: incidents as they were when the hour began; see ``IncidentColumns.published``.
    plan : id of a plan by whose grids incidents are counted, where they lie; None: by the grid in force when they were reported.
    """

    now: datetime
    by: tuple[By, ...] = ("grid",)
    period: Period = "month"
    time_zone: str = SHANGHAI
    start: date | None = None
    end: date | None = None
    community: str | None = None
    plan: str | None = None
    published: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", in_order(self.by))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)

    def bounds(self) -> dict[str, str]:
        """``since`` and ``until`` (not included), as times compare."""
        found = {}
        if self.start is not None:
            found["since"] = threshold(self.start, self.zone)
        if self.end is not None:
            found["until"] = threshold(self.end + timedelta(days=1), self.zone)
        return found
