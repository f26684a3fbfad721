"""Where a town comes from: OpenStreetMap, files, ledgers, bundles. The only stage that reads input files or the network."""

from gridplan.sources.boundaries import demo_town
from gridplan.sources.bundle import read_town, write_town
from gridplan.sources.households import EstimateParameters, estimate_households
from gridplan.sources.osm import read_osm
from gridplan.sources.select import keep_communities
from gridplan.sources.town import Town

__all__ = [
    "EstimateParameters",
    "Town",
    "demo_town",
    "estimate_households",
    "keep_communities",
    "read_osm",
    "read_town",
    "write_town",
]
