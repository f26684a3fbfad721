"""What a plan means for the people in it: services within a walk, incidents, staff. Tables in, tables out.

Coverage, from a plan and the town that it was made from (``streets`` and ``services`` may be other tables)::

    network = walking_network(town.streets)                                # None: straight lines
    distances = walking_distances(plan.buildings, town.services, network)  # .table (contract ``distances``), .report
    table = coverage(plan, distances, town=town, within_m=(300, 500, 1000))  # contract ``coverage``

Incidents, as the register has them::

    table = incident_rates(incidents, ("grid", "period"), now=datetime.now(UTC))  # closure_rate = closed / accepted, ...
    hours = step_hours(incidents, ("kind",))  # median hours of each step of casework
    again = repeats(incidents, within_m=30, days=30)  # whether the same was reported there lately
    table = repeat_rates(incidents, ("grid",))  # repeats / incidents with a place
"""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.analysis.incidents.rates import incident_rates as incident_rates
    from gridplan.analysis.incidents.rates import step_hours as step_hours
    from gridplan.analysis.incidents.repeated import repeat_rates as repeat_rates
    from gridplan.analysis.incidents.repeated import repeats as repeats
    from gridplan.analysis.land import changed_land as changed_land
    from gridplan.analysis.people.organisations import organisation_coverage as organisation_coverage
    from gridplan.analysis.people.staffed import staffing as staffing
    from gridplan.analysis.services.catchment import Accessibility as Accessibility
    from gridplan.analysis.services.catchment import access_2sfca as access_2sfca
    from gridplan.analysis.services.covered import coverage as coverage
    from gridplan.analysis.services.measuring import joined_services as joined_services
    from gridplan.analysis.services.measuring import measure as measure
    from gridplan.analysis.services.siting import SiteOptions as SiteOptions
    from gridplan.analysis.services.siting import Sites as Sites
    from gridplan.analysis.services.siting import best_sites as best_sites
    from gridplan.analysis.walking.nearest import Distances as Distances
    from gridplan.analysis.walking.nearest import walking_distances as walking_distances
    from gridplan.analysis.walking.network import WalkingNetwork as WalkingNetwork
    from gridplan.analysis.walking.network import walking_network as walking_network

__all__ = [
    "Distances",
    "WalkingNetwork",
    "changed_land",
    "coverage",
    "incident_rates",
    "joined_services",
    "measure",
    "organisation_coverage",
    "repeat_rates",
    "repeats",
    "staffing",
    "step_hours",
    "walking_distances",
    "walking_network",
]

__getattr__ = lazy_names(
    __name__,
    {
        "organisation_coverage": "gridplan.analysis.people.organisations",
        "staffing": "gridplan.analysis.people.staffed",
        "repeats": "gridplan.analysis.incidents.repeated",
        "repeat_rates": "gridplan.analysis.incidents.repeated",
        "step_hours": "gridplan.analysis.incidents.rates",
        "incident_rates": "gridplan.analysis.incidents.rates",
        "Accessibility": "gridplan.analysis.services.catchment",
        "access_2sfca": "gridplan.analysis.services.catchment",
        "changed_land": "gridplan.analysis.land",
        "coverage": "gridplan.analysis.services.covered",
        "joined_services": "gridplan.analysis.services.measuring",
        "measure": "gridplan.analysis.services.measuring",
        "Distances": "gridplan.analysis.walking.nearest",
        "walking_distances": "gridplan.analysis.walking.nearest",
        "SiteOptions": "gridplan.analysis.services.siting",
        "Sites": "gridplan.analysis.services.siting",
        "best_sites": "gridplan.analysis.services.siting",
        "WalkingNetwork": "gridplan.analysis.walking.network",
        "walking_network": "gridplan.analysis.walking.network",
    },
)
