"""What viewers may ask of incidents: periods that have ended, plans in force, zones of enough households."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from gridplan.analysis.incidents.measures import Period, last_ended, threshold
from gridplan.analysis.incidents.periods import SHANGHAI
from gridplan.analysis.incidents.published import ToldZones
from gridplan.errors import RequestError
from gridplan.store import Store

Told = Literal["month", "quarter", "year"]

#: What planners alone may choose: with days of their own, somebody finds the day of each incident.
_PLANNERS = ("from", "to", "time_zone", "as_of")
#: Layers that tell the zones of a plan.
_LAYERS = ("communities", "grids", "meta")


@dataclass(frozen=True)
class Ended:
    """The time that viewers are told of: up to a last day; ``start`` is the first moment after it, in UTC and without the Z."""

    last: date

    @property
    def moment(self) -> datetime:
        """The first moment after it, by the clock of the service."""
        return datetime.combine(self.last + timedelta(days=1), datetime.min.time(), ZoneInfo(SHANGHAI))

    @property
    def start(self) -> str:
        """The same, as ``Span`` has it."""
        return threshold(self.last + timedelta(days=1), ZoneInfo(SHANGHAI))


def ended(period: Period) -> Ended:
    """Up to the last period that has ended, by the clock of the service."""
    return Ended(last_ended(datetime.now(ZoneInfo(SHANGHAI)).date(), period))


def check_asked(asked: QueryParams, period: Period) -> None:
    """Nothing, where a viewer may ask so.

    Raises
    ------
    RequestError
        GP465 for days, a time zone or a period of their own.
    """
    strange = [name for name in _PLANNERS if name in asked] or ([f"period={period}"] if period not in get_args(Told) else [])
    if strange:
        raise RequestError("GP465", name=strange[0])


@dataclass(frozen=True)
class _Found:
    """What is told of a plan at a revision, where it is in force."""

    state: tuple[int, frozenset[str]]
    zones: ToldZones


class ZonesInForce:
    """The zones of the plans in force of which viewers are told numbers, found once for each revision; shared by threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, _Found] = {}
        self._lock = Lock()

    def where(self, plan: str) -> frozenset[str]:
        """The communities that the plan is in force in.

        Raises
        ------
        StoreError
            GP401 no such plan.
        RequestError
            GP466 it is in force nowhere.
        """
        self._store.plan(plan)
        own = frozenset(code for code, held in self._holding().items() if held == plan)
        if not own:
            raise RequestError("GP466", plan=plan)
        return own

    def told(self, plan: str | None, community: str | None = None) -> ToldZones:
        """The zones that are told: of a plan, or of all in force, each where it is in force.

        Parameters
        ----------
        community : the one that is asked for, if any.

        Raises
        ------
        StoreError
            GP401 no such plan.
        RequestError
            GP466 it is in force nowhere; GP467 nothing is told of that community.
        """
        if plan is not None:
            self.where(plan)
        grids: set[str] = set()
        communities: set[str] = set()
        holding = self._holding()
        for each in sorted({held for held in holding.values() if plan in (None, held)}):
            zones = self._found(each, frozenset(code for code, held in holding.items() if held == each))
            grids |= zones.grids
            communities |= zones.communities
        if community is not None and community not in communities:
            raise RequestError("GP467", community=community[:80])
        return ToldZones(frozenset(grids), frozenset(communities))

    def _holding(self) -> dict[str, str]:
        return {each.community: each.plan for each in self._store.adoptions.all()}

    def _found(self, plan: str, own: frozenset[str]) -> ToldZones:
        """Of the land of its own communities, as the map divides it."""
        from gridplan.analysis.incidents.disclosure import Disclosure, told_zones  # loads pandas, which few ask for

        with self._lock:
            state = self._store.plan(plan).revision, own
            kept = self._kept.get(plan)
            if kept is None or kept.state != state:
                grids = self._store.load_plan(plan, layers=_LAYERS).grids
                zones = told_zones(grids[grids["community"].isin(own)].reset_index(drop=True), Disclosure())
                self._kept[plan] = kept = _Found(state, zones)
            return kept.zones
