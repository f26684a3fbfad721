"""Cut communities into grids of 300-500 households and units of 10-20: connected, along streets, with proofs and codes.

The public names are listed here and loaded when first used, so that ``import gridplan`` reads no database, web or map package.

Examples
--------
>>> import gridplan as gp
>>> gp.load_scheme("default").units.rule("urban").households.low
10
"""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.analysis import access_2sfca as access_2sfca
    from gridplan.analysis import best_sites as best_sites
    from gridplan.analysis import changed_land as changed_land
    from gridplan.analysis import coverage as coverage
    from gridplan.analysis import incident_rates as incident_rates
    from gridplan.analysis import organisation_coverage as organisation_coverage
    from gridplan.analysis import staffing as staffing
    from gridplan.analysis import walking_distances as walking_distances
    from gridplan.analysis import walking_network as walking_network
    from gridplan.analysis.incidents.assignment import InForce as InForce
    from gridplan.analysis.incidents.assignment import assign_grids as assign_grids
    from gridplan.analysis.incidents.changes import compare_periods as compare_periods
    from gridplan.analysis.incidents.clusters import clusters as clusters
    from gridplan.analysis.incidents.disclosure import Disclosure as Disclosure
    from gridplan.analysis.incidents.heat import heat as heat
    from gridplan.analysis.incidents.hotspots import hot_spots as hot_spots
    from gridplan.analysis.incidents.late import future_incidents as future_incidents
    from gridplan.analysis.incidents.late import late_incidents as late_incidents
    from gridplan.analysis.incidents.limits import parse_limits as parse_limits
    from gridplan.analysis.incidents.periods import periods as periods
    from gridplan.analysis.incidents.smoothing import smoothed_rates as smoothed_rates
    from gridplan.analysis.incidents.view import ViewOptions as ViewOptions
    from gridplan.analysis.incidents.view import incident_view as incident_view
    from gridplan.bars import progress_bars as progress_bars
    from gridplan.editor import edit as edit
    from gridplan.errors import GridplanError as GridplanError
    from gridplan.given import plan_given as plan_given
    from gridplan.maps import compare_page as compare_page
    from gridplan.maps import compare_picture as compare_picture
    from gridplan.maps import coverage_page as coverage_page
    from gridplan.maps import coverage_picture as coverage_picture
    from gridplan.maps import incidents_page as incidents_page
    from gridplan.maps import incidents_picture as incidents_picture
    from gridplan.maps import plan_page as plan_page
    from gridplan.maps import plan_picture as plan_picture
    from gridplan.maps import write_page as write_page
    from gridplan.maps import write_picture as write_picture
    from gridplan.papers import AtlasForm as AtlasForm
    from gridplan.papers import registration_table as registration_table
    from gridplan.papers import write_atlas as write_atlas
    from gridplan.papers import write_coverage as write_coverage
    from gridplan.papers import write_registration as write_registration
    from gridplan.pipeline import Options as Options
    from gridplan.pipeline import partition_prepared as partition_prepared
    from gridplan.pipeline import plan_town as plan_town
    from gridplan.plan import Plan as Plan
    from gridplan.plan import audit as audit
    from gridplan.plan import compare as compare
    from gridplan.plan import lineage as lineage
    from gridplan.plan import tally as tally
    from gridplan.plan import totals as totals
    from gridplan.plan.by import By as By
    from gridplan.schemes import load_scheme as load_scheme
    from gridplan.schemes import parse_scheme as parse_scheme
    from gridplan.schemes import scheme_names as scheme_names
    from gridplan.simulation import document_numbers as document_numbers
    from gridplan.simulation import simulate as simulate
    from gridplan.simulation import simulate_incidents as simulate_incidents
    from gridplan.simulation import simulate_organisations as simulate_organisations
    from gridplan.sources import EstimateParameters as EstimateParameters
    from gridplan.sources import Town as Town
    from gridplan.sources import checked_town as checked_town
    from gridplan.sources import convert_layer as convert_layer
    from gridplan.sources import demo_town as demo_town
    from gridplan.sources import detect_datum as detect_datum
    from gridplan.sources import divisions as divisions
    from gridplan.sources import keep_communities as keep_communities
    from gridplan.sources import read_boundary as read_boundary
    from gridplan.sources import read_files as read_files
    from gridplan.sources import read_incidents as read_incidents
    from gridplan.sources import read_osm as read_osm
    from gridplan.sources import read_place as read_place
    from gridplan.sources import read_services as read_services
    from gridplan.sources import read_streets as read_streets
    from gridplan.sources import read_town as read_town
    from gridplan.sources import services_of as services_of
    from gridplan.sources import streets_of_graph as streets_of_graph
    from gridplan.sources import streets_of_place as streets_of_place
    from gridplan.sources import write_town as write_town
    from gridplan.store import export_layer as export_layer
    from gridplan.store import open_store as open_store
    from gridplan.store import read_atoms as read_atoms
    from gridplan.store import read_plan as read_plan
    from gridplan.store import write_atoms as write_atoms
    from gridplan.store import write_plan as write_plan
    from gridplan.updating import update_plan as update_plan

_HOME = {
    "staffing": "gridplan.analysis",
    "organisation_coverage": "gridplan.analysis",
    "incident_rates": "gridplan.analysis",
    "InForce": "gridplan.analysis.incidents.assignment",
    "assign_grids": "gridplan.analysis.incidents.assignment",
    "compare_periods": "gridplan.analysis.incidents.changes",
    "clusters": "gridplan.analysis.incidents.clusters",
    "Disclosure": "gridplan.analysis.incidents.disclosure",
    "heat": "gridplan.analysis.incidents.heat",
    "hot_spots": "gridplan.analysis.incidents.hotspots",
    "ViewOptions": "gridplan.analysis.incidents.view",
    "incident_view": "gridplan.analysis.incidents.view",
    "future_incidents": "gridplan.analysis.incidents.late",
    "late_incidents": "gridplan.analysis.incidents.late",
    "parse_limits": "gridplan.analysis.incidents.limits",
    "periods": "gridplan.analysis.incidents.periods",
    "smoothed_rates": "gridplan.analysis.incidents.smoothing",
    "access_2sfca": "gridplan.analysis",
    "best_sites": "gridplan.analysis",
    "changed_land": "gridplan.analysis",
    "coverage": "gridplan.analysis",
    "walking_distances": "gridplan.analysis",
    "walking_network": "gridplan.analysis",
    "progress_bars": "gridplan.bars",
    "edit": "gridplan.editor",
    "GridplanError": "gridplan.errors",
    "compare_page": "gridplan.maps",
    "coverage_page": "gridplan.maps",
    "compare_picture": "gridplan.maps",
    "coverage_picture": "gridplan.maps",
    "incidents_page": "gridplan.maps",
    "incidents_picture": "gridplan.maps",
    "plan_page": "gridplan.maps",
    "plan_picture": "gridplan.maps",
    "write_page": "gridplan.maps",
    "write_picture": "gridplan.maps",
    "AtlasForm": "gridplan.papers",
    "registration_table": "gridplan.papers",
    "write_atlas": "gridplan.papers",
    "write_coverage": "gridplan.papers",
    "write_registration": "gridplan.papers",
    "plan_given": "gridplan.given",
    "Options": "gridplan.pipeline",
    "partition_prepared": "gridplan.pipeline",
    "plan_town": "gridplan.pipeline",
    "Plan": "gridplan.plan",
    "By": "gridplan.plan.by",
    "compare": "gridplan.plan",
    "audit": "gridplan.plan",
    "lineage": "gridplan.plan",
    "tally": "gridplan.plan",
    "totals": "gridplan.plan",
    "load_scheme": "gridplan.schemes",
    "parse_scheme": "gridplan.schemes",
    "scheme_names": "gridplan.schemes",
    "document_numbers": "gridplan.simulation",
    "simulate": "gridplan.simulation",
    "simulate_incidents": "gridplan.simulation",
    "simulate_organisations": "gridplan.simulation",
    "EstimateParameters": "gridplan.sources",
    "Town": "gridplan.sources",
    "checked_town": "gridplan.sources",
    "convert_layer": "gridplan.sources",
    "demo_town": "gridplan.sources",
    "detect_datum": "gridplan.sources",
    "divisions": "gridplan.sources",
    "keep_communities": "gridplan.sources",
    "read_boundary": "gridplan.sources",
    "read_files": "gridplan.sources",
    "read_incidents": "gridplan.sources",
    "read_osm": "gridplan.sources",
    "read_place": "gridplan.sources",
    "read_services": "gridplan.sources",
    "read_streets": "gridplan.sources",
    "services_of": "gridplan.sources",
    "read_town": "gridplan.sources",
    "streets_of_graph": "gridplan.sources",
    "streets_of_place": "gridplan.sources",
    "write_town": "gridplan.sources",
    "export_layer": "gridplan.store",
    "open_store": "gridplan.store",
    "read_atoms": "gridplan.store",
    "read_plan": "gridplan.store",
    "write_atoms": "gridplan.store",
    "write_plan": "gridplan.store",
    "update_plan": "gridplan.updating",
}

__all__ = sorted(_HOME)

__getattr__ = lazy_names(__name__, _HOME)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
