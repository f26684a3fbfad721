"""Division: the levels of a scheme, made of atoms one after the other."""

from gridplan.divide.areas import Areas, divide_areas
from gridplan.divide.grids import Grids, divide_grids
from gridplan.divide.search import Search
from gridplan.divide.units import divide_units

__all__ = ["Areas", "Grids", "Search", "divide_areas", "divide_grids", "divide_units"]
