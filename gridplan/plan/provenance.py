"""Where a plan comes from: the facts of ``meta``."""

import json
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan import crs
from gridplan.contracts import PLAN, conform
from gridplan.partition.model import Verdict
from gridplan.schemes.model import Scheme

FACTS = ("plan", "name", "seed", "parent", "source", "parameters", "objective", "bound")
"""What the caller of ``make_plan`` states; it may add more, and ``versions`` of what else had a part."""


def counts(grids: gpd.GeoDataFrame, units: gpd.GeoDataFrame, unit_verdicts: Mapping[int, Verdict]) -> dict[str, int]:
    """Zones of each level: all, in range, proved impossible, open; and households."""
    proved = sum(verdict.proof for verdict in unit_verdicts.values())
    return {
        "communities": int(grids["community"].nunique()),
        "grids": len(grids),
        "grids_in_range": int((grids["status"] == "ok").sum()),
        "grids_proved": int((grids["status"] == "proved").sum()),
        "grids_open": int((grids["status"] == "open").sum()),
        "units": len(units),
        "units_in_range": len(units) - len(unit_verdicts),
        "units_proved": proved,
        "units_open": len(unit_verdicts) - proved,
        "households": int(grids["households"].sum()),
    }


def versions() -> dict[str, str]:
    """Versions of the software that decides the last bits of coordinates."""
    return {**crs.versions(), "geos": shapely.geos_version_string, "numpy": np.__version__, "shapely": shapely.__version__}


def meta_table(facts: Mapping[str, str], scheme: Scheme, metre_crs: str, counted: Mapping[str, int]) -> pd.DataFrame:
    """``meta``: the facts given, and scheme, CRS, counts and versions, ordered by key.

    Raises
    ------
    KeyError
        One of ``FACTS`` is missing.
    """
    given = {**facts, **{key: facts[key] for key in FACTS}}
    made = {"scheme": scheme.text, "crs": metre_crs, "counts": json.dumps(counted)}
    made["versions"] = json.dumps({**versions(), **json.loads(facts.get("versions", "{}"))}, sort_keys=True)
    rows = sorted({**given, **made}.items())
    return conform(pd.DataFrame(rows, columns=PLAN["meta"].names()), PLAN["meta"])
