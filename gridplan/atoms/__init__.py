"""Cleaning, land cells and sections: what grids and units are made of."""

from gridplan.atoms.make import make_atoms
from gridplan.atoms.model import Atoms
from gridplan.atoms.villages import with_villages

__all__ = ["Atoms", "make_atoms", "with_villages"]
