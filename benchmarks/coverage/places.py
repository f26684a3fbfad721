"""The streets, homes and services of the benchmark: a city of a million edges, and the real streets of Wuhan."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.analysis.walking.network import WalkingNetwork, walking_network

WUHAN = Path(__file__).resolve().parents[3] / "shared" / "data" / "wuhan_streets" / "simplified.parquet"
METRES = "EPSG:32650"
KINDS = ("clinic", "market", "park", "school")


@dataclass(frozen=True)
class Place:
    """Lines of streets, and points of homes (with households) and of services (row of their kind), all in metres."""

    streets: gpd.GeoDataFrame
    homes: NDArray[np.float64]
    households: NDArray[np.int64]
    sites: NDArray[np.float64]
    kind: NDArray[np.int64]


def city(side: int, homes: int, sites: int, seed: int) -> Place:
    """A grid of ``side`` x ``side`` corners about 90 m apart, each moved by up to 20 m; homes and services anywhere in it."""
    rng = np.random.default_rng(seed)
    at = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1) * 90.0 + rng.uniform(-20, 20, (side, side, 2))
    at += (500_000.0, 3_380_000.0)
    along = np.concatenate([np.stack([at[:, :-1], at[:, 1:]], axis=2), np.stack([at[:-1], at[1:]], axis=2).transpose(1, 0, 2, 3)])
    lines = shapely.linestrings(along.reshape(-1, 2, 2))
    low, high = at.min(axis=(0, 1)), at.max(axis=(0, 1))
    return _furnished(lines, rng.uniform(low, high, (homes, 2)), rng.uniform(low, high, (sites, 2)), rng)


def wuhan(homes: int, sites: int, seed: int) -> Place:
    """Wuhan's streets; homes and services up to 30 m beside them, more where there are more streets."""
    rng = np.random.default_rng(seed)
    table = gpd.read_parquet(WUHAN)
    lines = np.asarray(table.geometry.array, dtype=object)
    length = shapely.length(lines)

    def beside(count: int) -> NDArray[np.float64]:
        row = rng.choice(len(lines), count, p=length / length.sum())
        xy = shapely.get_coordinates(shapely.line_interpolate_point(lines[row], rng.uniform(0, length[row])))
        return np.asarray(xy + rng.uniform(-30, 30, (count, 2)), dtype=np.float64)

    return _furnished(lines, beside(homes), beside(sites), rng)


def _furnished(lines: np.ndarray, homes: np.ndarray, sites: np.ndarray, rng: np.random.Generator) -> Place:
    kind = np.arange(len(sites)) % len(KINDS)
    return Place(gpd.GeoDataFrame(geometry=lines, crs=METRES), homes, rng.integers(1, 60, len(homes)), sites, kind)


def arrays(place: Place, network: WalkingNetwork) -> dict[str, np.ndarray]:
    """What methods that know nodes and edges alone are given: the very network that gridplan walks on."""
    return {
        "x": network.x,
        "y": network.y,
        "start": network.start,
        "end": network.end,
        "length": network.length,
        "homes": place.homes,
        "sites": place.sites,
        "kind": place.kind,
    }


def network_of(place: Place) -> WalkingNetwork:
    """The place's network, in its own metres."""
    return walking_network(place.streets, crs=place.streets.crs)
