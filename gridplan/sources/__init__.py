"""Where a town comes from: OpenStreetMap, files, ledgers, bundles. The only stage that reads input files or the network."""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.sources.boundaries import read_boundary as read_boundary
    from gridplan.sources.boundaries import write_boundaries as write_boundaries
    from gridplan.sources.bundle import read_town as read_town
    from gridplan.sources.bundle import write_town as write_town
    from gridplan.sources.checked import checked_town as checked_town
    from gridplan.sources.datum import DATUMS as DATUMS
    from gridplan.sources.datum import Datum as Datum
    from gridplan.sources.datum import convert_layer as convert_layer
    from gridplan.sources.datum import convert_lonlat as convert_lonlat
    from gridplan.sources.datum import metres_between as metres_between
    from gridplan.sources.datum_evidence import DatumEvidence as DatumEvidence
    from gridplan.sources.datum_evidence import detect_datum as detect_datum
    from gridplan.sources.demo import demo_town as demo_town
    from gridplan.sources.division_codes import PLACES as PLACES
    from gridplan.sources.division_codes import divisions as divisions
    from gridplan.sources.division_codes import kind_of_name as kind_of_name
    from gridplan.sources.files import read_communities as read_communities
    from gridplan.sources.files import read_files as read_files
    from gridplan.sources.households import EstimateParameters as EstimateParameters
    from gridplan.sources.households import estimate_households as estimate_households
    from gridplan.sources.incidents import IncidentImport as IncidentImport
    from gridplan.sources.incidents import read_incidents as read_incidents
    from gridplan.sources.ledger import join_ledger as join_ledger
    from gridplan.sources.ledger import read_ledger as read_ledger
    from gridplan.sources.osm import read_osm as read_osm
    from gridplan.sources.people import read_organisations as read_organisations
    from gridplan.sources.people import read_staff as read_staff
    from gridplan.sources.place import read_place as read_place
    from gridplan.sources.place import streets_of_place as streets_of_place
    from gridplan.sources.prepared import read_prepared as read_prepared
    from gridplan.sources.select import keep_communities as keep_communities
    from gridplan.sources.services import read_services as read_services
    from gridplan.sources.services import services_of as services_of
    from gridplan.sources.shifted import Notice as Notice
    from gridplan.sources.town import Town as Town
    from gridplan.sources.uploaded import check_uploaded as check_uploaded
    from gridplan.sources.uploaded import read_uploaded as read_uploaded
    from gridplan.sources.uploaded import upload_name as upload_name
    from gridplan.sources.walking import read_streets as read_streets
    from gridplan.sources.walking import streets_of_graph as streets_of_graph

__all__ = [
    "DATUMS",
    "PLACES",
    "Datum",
    "DatumEvidence",
    "EstimateParameters",
    "IncidentImport",
    "Notice",
    "Town",
    "check_uploaded",
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
    "read_incidents",
    "read_ledger",
    "read_organisations",
    "read_osm",
    "read_place",
    "read_prepared",
    "read_services",
    "read_staff",
    "read_streets",
    "read_town",
    "read_uploaded",
    "services_of",
    "streets_of_graph",
    "streets_of_place",
    "upload_name",
    "write_boundaries",
    "write_town",
]

__getattr__ = lazy_names(
    __name__,
    {
        "read_boundary": "gridplan.sources.boundaries",
        "write_boundaries": "gridplan.sources.boundaries",
        "read_town": "gridplan.sources.bundle",
        "write_town": "gridplan.sources.bundle",
        "checked_town": "gridplan.sources.checked",
        "DATUMS": "gridplan.sources.datum",
        "Datum": "gridplan.sources.datum",
        "convert_layer": "gridplan.sources.datum",
        "convert_lonlat": "gridplan.sources.datum",
        "metres_between": "gridplan.sources.datum",
        "DatumEvidence": "gridplan.sources.datum_evidence",
        "detect_datum": "gridplan.sources.datum_evidence",
        "demo_town": "gridplan.sources.demo",
        "PLACES": "gridplan.sources.division_codes",
        "divisions": "gridplan.sources.division_codes",
        "kind_of_name": "gridplan.sources.division_codes",
        "read_communities": "gridplan.sources.files",
        "read_files": "gridplan.sources.files",
        "EstimateParameters": "gridplan.sources.households",
        "estimate_households": "gridplan.sources.households",
        "IncidentImport": "gridplan.sources.incidents",
        "read_incidents": "gridplan.sources.incidents",
        "join_ledger": "gridplan.sources.ledger",
        "read_ledger": "gridplan.sources.ledger",
        "read_osm": "gridplan.sources.osm",
        "read_organisations": "gridplan.sources.people",
        "read_staff": "gridplan.sources.people",
        "read_place": "gridplan.sources.place",
        "streets_of_place": "gridplan.sources.place",
        "read_prepared": "gridplan.sources.prepared",
        "keep_communities": "gridplan.sources.select",
        "read_services": "gridplan.sources.services",
        "services_of": "gridplan.sources.services",
        "Notice": "gridplan.sources.shifted",
        "Town": "gridplan.sources.town",
        "check_uploaded": "gridplan.sources.uploaded",
        "read_uploaded": "gridplan.sources.uploaded",
        "upload_name": "gridplan.sources.uploaded",
        "read_streets": "gridplan.sources.walking",
        "streets_of_graph": "gridplan.sources.walking",
    },
)
