"""Rows of the tables of a town, gathered part by part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridplan.contracts import TOWN, conform
from gridplan.simulation.coverage import Geometries

Cells = Mapping[str, object]


@dataclass
class Rows:
    """Rows by table; each part is a mapping of columns (one value or one a row) and its shapes."""

    parts: dict[str, list[tuple[pd.DataFrame, Geometries]]] = field(default_factory=dict)

    def add(self, table: str, shapes: Geometries | Iterable[object], **columns: object) -> None:
        """Adds one row a shape."""
        shapes = np.asarray(list(shapes) if not isinstance(shapes, np.ndarray) else shapes, dtype=object)
        if len(shapes):
            self.parts.setdefault(table, []).append((pd.DataFrame(columns, index=range(len(shapes))), shapes))

    def table(self, name: str, metres: CRS) -> gpd.GeoDataFrame | None:
        """The table by its contract; None where it has no row."""
        if name not in self.parts:
            return None
        frame = pd.concat([columns for columns, _ in self.parts[name]], ignore_index=True)
        shapes = np.concatenate([shapes for _, shapes in self.parts[name]])
        return conform(gpd.GeoDataFrame(frame, geometry=shapes, crs=metres), TOWN[name])
