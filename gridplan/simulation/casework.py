"""Incidents of a simulated place for a year, as many and as many of them closed as its document says."""

from collections.abc import Mapping
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan.contracts import REGISTERS, conform
from gridplan.simulation.documents import check_told, document_numbers
from gridplan.simulation.quotas import shared

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: The kind of which the document tells apart.
DISPUTE = "矛盾纠纷"
#: Kinds with their share, the hours that they take in the middle, and the days that they may take.
KINDS: Mapping[str, tuple[float, float, int]] = {
    "环境卫生": (0.24, 16.0, 3),
    "噪音扰民": (0.14, 8.0, 3),
    "设施损坏": (0.18, 48.0, 7),
    "占道经营": (0.10, 12.0, 3),
    "消防隐患": (0.09, 20.0, 3),
    "民生求助": (0.17, 30.0, 7),
    "政策咨询": (0.08, 6.0, 3),
}
_DISPUTE_HOURS, _DISPUTE_DAYS = 96.0, 15
SOURCES = {"巡查": 0.55, "热线": 0.2, "小程序": 0.15, "走访": 0.1}
#: Of what is reported 3 % is rejected besides what is accepted; of what is accepted 11 % is handed up, and as much comes again.
_REJECTED, _HANDED_UP, _AGAIN = 0.03, 0.11, 0.12
_ASKED, _ANSWERS = 0.4, (0.02, 0.03, 0.1, 0.3, 0.55)
#: When the year begins in China, by UTC, and how long it is.
_YEAR, _DAYS = np.datetime64("2024-12-31T16:00:00"), 365
#: Of reports, by the hour of China.
_HOURS = np.array([1, 1, 1, 1, 1, 2, 5, 10, 16, 18, 17, 13, 9, 10, 15, 16, 15, 12, 10, 9, 8, 6, 4, 2], dtype=float)


class Divided(Protocol):
    """What is looked at of a plan."""

    @property
    def grids(self) -> gpd.GeoDataFrame:
        """``code``, ``kind``, ``households`` and land."""

    @property
    def buildings(self) -> gpd.GeoDataFrame:
        """``grid``, ``households`` and shape."""


def simulate_incidents(plan: Divided, place: str, *, seed: int = 3) -> gpd.GeoDataFrame:
    """Incidents of the year 2025 in the grids of a plan, in the numbers of the place's document.

    Parameters
    ----------
    plan : a plan; incidents lie at its buildings that have homes, by their households, or anywhere in the grids of a plan
        without buildings.
    place : a place whose document says how many matters were accepted and closed.
    seed : the same seed gives the same rows.

    Returns
    -------
    GeoDataFrame
        As the register ``incidents`` has them, by the time of report. As many are accepted and closed as the document says, of
        disputes apart where it tells them apart; 3 % more are rejected. A tenth repeats an earlier one of its kind at its place
        within 30 days, a ninth is handed up; what is open was mostly reported late in the year.

    Raises
    ------
    InputError
        GP189 the document tells nothing of incidents.
    """
    check_told(place, "incidents")
    numbers = {name: number.number for name, number in document_numbers(place).items()}
    rng = np.random.default_rng([seed, 17])
    disputes, settled = numbers.get("disputes", 0), numbers.get("disputes_settled", 0)
    accepted, closed = numbers["matters_accepted"] - disputes, numbers["matters_closed"] - settled
    kinds = list(KINDS)
    split = shared(accepted, np.array([KINDS[kind][0] for kind in kinds]), least=np.zeros(len(kinds), np.int64))
    rejected = round(_REJECTED * numbers["matters_accepted"])
    kind = np.concatenate([np.repeat(kinds, split), np.repeat([DISPUTE], disputes), rng.choice(kinds, rejected)]).astype(object)
    is_dispute, is_rejected = kind == DISPUTE, np.arange(len(kind)) >= accepted + disputes
    minute = _reported(rng, len(kind))
    order = rng.permutation(len(kind))
    kind, is_dispute, is_rejected = kind[order], is_dispute[order], is_rejected[order]
    building = _repeated(rng, kind, minute, rng.choice(len(_weights(plan)), len(kind), p=_weights(plan)))
    is_open = np.zeros(len(kind), bool)
    for group, still in ((~is_rejected & ~is_dispute, accepted - closed), (is_dispute, disputes - settled)):
        # The later it was reported, the more likely it is open.
        lateness = rng.exponential(1.0, len(kind)) / (1 + 6 * (minute / minute.max()) ** 4)
        rows = np.flatnonzero(group)
        is_open[rows[np.argsort(lateness[rows], kind="stable")[:still]]] = True
    return _table(rng, plan, place, _Drawn(kind, minute, building, is_rejected, is_open))


class _Drawn:
    """What was drawn of each incident, in the order of time."""

    def __init__(
        self,
        kind: NDArray[np.object_],
        minute: Ints,
        building: Ints,
        rejected: NDArray[np.bool_],
        is_open: NDArray[np.bool_],
    ) -> None:
        self.kind, self.minute, self.building, self.rejected, self.open = kind, minute, building, rejected, is_open


def _table(rng: np.random.Generator, plan: Divided, place: str, drawn: _Drawn) -> gpd.GeoDataFrame:
    count = len(drawn.kind)
    hours = np.array([KINDS[kind][1] if kind in KINDS else _DISPUTE_HOURS for kind in drawn.kind])
    days = np.array([KINDS[kind][2] if kind in KINDS else _DISPUTE_DAYS for kind in drawn.kind])
    handed_up = (rng.random(count) < _HANDED_UP) & ~drawn.rejected
    whole = hours * 60 * np.exp(rng.normal(0, 0.7, count)) * np.where(handed_up, 3.0, 1.0)
    taken = np.maximum(np.ceil(whole[:, None] * rng.dirichlet((1.0, 1.5, 6.0, 2.0), count)), 1).astype(np.int64)
    step = drawn.minute[:, None] + np.cumsum(taken, axis=1)
    reached = np.where(drawn.open, rng.choice(4, count, p=(0.1, 0.15, 0.45, 0.3)), 4)
    reached[drawn.rejected] = 0
    stages = np.array(["collected", "accepted", "dispatched", "handled", "closed"], dtype=object)
    up = (step[:, 1] + step[:, 2]) // 2
    handed_up &= reached >= 2
    rated = (reached == 4) & (rng.random(count) < _ASKED)
    names = [f"{place}-{number:05d}" for number in range(1, count + 1)]
    answers = pd.array(rng.choice(np.arange(1, 6), count, p=_ANSWERS), dtype="Int64")
    answers[~rated] = pd.NA
    grid, points = _places(rng, plan, drawn.building)
    columns: dict[str, object] = {
        "id": names,
        "kind": drawn.kind,
        "stage": np.where(drawn.rejected, "rejected", stages[reached]),
        "reported_at": _times(drawn.minute, np.ones(count, bool)),
        **{
            f"{name}_at": _times(step[:, number], reached > number)
            for number, name in enumerate(("accepted", "dispatched", "handled", "closed"))
        },
        "rejected_at": _times(step[:, 0], drawn.rejected),
        "escalated_at": _times(up, handed_up),
        "due_at": _times(drawn.minute + days * 24 * 60, ~drawn.rejected),
        "handler": np.where(handed_up, np.where(rng.random(count) < 0.8, "community", "town"), "grid"),
        "outcome": None,
        "satisfaction": answers,
        "address": None,
        "source": rng.choice(list(SOURCES), count, p=list(SOURCES.values())),
        "grid": grid,
    }
    return conform(gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4326"), REGISTERS["incidents"])


def _reported(rng: np.random.Generator, count: int) -> Ints:
    """Minutes since the year began, ascending: more at work than at night."""
    share = np.tile(_HOURS, _DAYS)
    hour = rng.choice(len(share), count, p=share / share.sum())
    found: Ints = np.sort(hour * 60 + rng.integers(0, 60, count))
    return found


def _repeated(rng: np.random.Generator, kind: NDArray[np.object_], minute: Ints, building: Ints) -> Ints:
    """The buildings, of which some are those of the one before of the same kind, where that is not long past."""
    found = building.copy()
    for name in sorted(set(kind)):
        rows = np.flatnonzero(kind == name)
        again = np.flatnonzero((rng.random(len(rows)) < _AGAIN) & (np.arange(len(rows)) > 0))
        for row in again.tolist():
            back = rows[max(0, row - int(rng.integers(1, 20)))]
            if minute[rows[row]] - minute[back] <= 25 * 24 * 60:
                found[rows[row]] = found[back]
    return found


def _weights(plan: Divided) -> Floats:
    """The share of incidents of each building, or of each grid of a plan without buildings."""
    lived = plan.buildings if plan.buildings["households"].sum() else plan.grids
    weight: Floats = lived["households"].to_numpy(dtype=np.float64) / lived["households"].sum()
    return weight


def _places(rng: np.random.Generator, plan: Divided, row: Ints) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The grid of each incident, and where it lies."""
    if plan.buildings["households"].sum():
        spots = shapely.point_on_surface(plan.buildings.geometry.to_numpy())
        return plan.buildings["grid"].to_numpy(dtype=object)[row], spots[row]
    land = plan.grids.geometry.to_numpy()
    spots = shapely.point_on_surface(land)
    box = shapely.bounds(land)
    offset = (rng.random((len(row), 2)) - 0.5) * 0.5 * (box[row, 2:] - box[row, :2])
    moved = shapely.points(shapely.get_coordinates(spots)[row] + offset)
    inside = shapely.contains_properly(land[row], moved)
    return plan.grids["code"].to_numpy(dtype=object)[row], np.where(inside, moved, spots[row])


def _times(minutes: Ints, there: NDArray[np.bool_]) -> NDArray[np.object_]:
    text: NDArray[np.object_] = np.char.add((_YEAR + minutes.astype("timedelta64[m]")).astype("U19"), "Z").astype(object)
    text[~there] = None
    return text
