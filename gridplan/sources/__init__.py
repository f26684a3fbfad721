"""Where a town comes from: OpenStreetMap, files, ledgers, bundles. The only stage that reads input files or the network."""

from gridplan.sources.boundaries import read_boundary, write_boundaries
from gridplan.sources.bundle import read_town, write_town
from gridplan.sources.checked import checked_town
from gridplan.sources.datum import DATUMS, Datum, convert_layer, convert_lonlat, metres_between
from gridplan.sources.datum_evidence import DatumEvidence, detect_datum
from gridplan.sources.demo import demo_town
from gridplan.sources.division_codes import PLACES, divisions, kind_of_name
from gridplan.sources.files import read_communities, read_files
from gridplan.sources.households import EstimateParameters, estimate_households
from gridplan.sources.ledger import join_ledger, read_ledger
from gridplan.sources.osm import read_osm
from gridplan.sources.place import read_place
from gridplan.sources.prepared import read_prepared
from gridplan.sources.select import keep_communities
from gridplan.sources.shifted import Notice
from gridplan.sources.town import Town
from gridplan.sources.uploaded import read_uploaded, upload_name

__all__ = [
    "DATUMS",
    "PLACES",
    "Datum",
    "DatumEvidence",
    "EstimateParameters",
    "Notice",
    "Town",
    "checked_town",
    "convert_layer",
    "convert_lonlat",
    "demo_town",
    "detect_datum",
    "divisions",
    "estimate_households",
    "join_ledger",
    "keep_communities",
    "kind_of_name",
    "metres_between",
    "read_boundary",
    "read_communities",
    "read_files",
    "read_ledger",
    "read_osm",
    "read_place",
    "read_prepared",
    "read_town",
    "read_uploaded",
    "upload_name",
    "write_boundaries",
    "write_town",
]
