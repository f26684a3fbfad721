"""The tables of a plan: an immutable set of zones with everything needed to check, store and draw it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import partial

import geopandas as gpd
import pandas as pd
from pandas.testing import assert_frame_equal

from gridplan.contracts import PLAN, conform
from gridplan.crs import LONLAT


def _empty(layer: str) -> pd.DataFrame:
    """The table of a layer without a row."""
    contract = PLAN[layer]
    columns = pd.DataFrame(columns=contract.names())
    return conform(gpd.GeoDataFrame(columns, geometry=[], crs=LONLAT) if contract.geometry else columns, contract)


@dataclass(frozen=True)
class Tables:
    """The tables of a plan bundle (contracts in ``gridplan.contracts.PLAN``), geometry in EPSG:4326.

    Rows are ordered by code or id, the index is 0..n-1, the tables are not to be changed in place. ``meta`` has at least:
    ``plan`` (id: a hash of source, scheme, seed and parent), ``name``, ``scheme`` (its TOML text), ``seed``, ``parent``
    (plan id or empty), ``crs`` (local metre CRS), ``versions``, ``source`` (file names and sha256), ``parameters`` (of the
    estimate, objective and effort), ``objective`` and its ``terms``, ``bound`` and ``gap`` (share of the objective; empty where
    none is known), ``counts`` (zones, in range, proved, open). Plans made here also say ``units_objective``, ``units_bound`` (of
    grids where one is known) and ``units_optimal`` (grids whose units are proved optimal). No clock time: equal input
    gives equal bytes.
    """

    areas: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    sections: pd.DataFrame
    nodes: gpd.GeoDataFrame
    posts: pd.DataFrame
    findings: gpd.GeoDataFrame
    lineage: pd.DataFrame
    voided: pd.DataFrame
    meta: pd.DataFrame
    report: pd.DataFrame
    atoms: gpd.GeoDataFrame = field(default_factory=partial(_empty, "atoms"))
    pieces: gpd.GeoDataFrame = field(default_factory=partial(_empty, "pieces"))
    borders: pd.DataFrame = field(default_factory=partial(_empty, "borders"))
    constraints: pd.DataFrame = field(default_factory=partial(_empty, "constraints"))
    assignments: pd.DataFrame = field(default_factory=partial(_empty, "assignments"))
    history: pd.DataFrame = field(default_factory=partial(_empty, "history"))

    @property
    def id(self) -> str:
        """The plan's id, from ``meta``."""
        return self.fact("plan")

    def fact(self, key: str) -> str:
        """One value of ``meta``; KeyError where it is not there."""
        values = self.meta.set_index("key")["value"]
        return str(values[key])

    @property
    def redrawn(self) -> bool:
        """Whether lines are redrawn from a parent plan, whose zones ``former`` names."""
        return len(self.atoms) > 0 and bool(self.atoms["former"].notna().all())

    def layers(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Name and table of each layer, in the order of the fields."""
        for layer in fields(self):
            yield layer.name, getattr(self, layer.name)

    def equals(self, other: "Tables") -> bool:
        """Whether every table is exactly the same: rows, order, types, and each coordinate."""
        for (_, mine), (_, theirs) in zip(self.layers(), other.layers(), strict=True):
            try:
                assert_frame_equal(_plain(mine), _plain(theirs), check_exact=True)
            except AssertionError:
                return False
        return True


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its shapes as bytes, so that equal means every coordinate and not the same ground."""
    if not isinstance(table, gpd.GeoDataFrame):
        return table
    shapes = table.geometry
    return pd.DataFrame(table.drop(columns=shapes.name)).assign(geometry=shapes.to_wkb(), crs=str(table.crs))
