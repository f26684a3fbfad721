"""Seeded counties inside real boundaries, with the numbers of the source documents."""

from gridplan.simulation.bodies import simulate_organisations
from gridplan.simulation.casework import simulate_incidents
from gridplan.simulation.county import simulate
from gridplan.simulation.documents import DocumentNumber, Rows, check_told, document_numbers
from gridplan.simulation.places import BuiltPlace, GroupedPlace, place, place_names

__all__ = [
    "BuiltPlace",
    "DocumentNumber",
    "GroupedPlace",
    "Rows",
    "check_told",
    "document_numbers",
    "place",
    "place_names",
    "simulate",
    "simulate_incidents",
    "simulate_organisations",
]
