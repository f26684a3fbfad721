"""Redrawing: the assignment of atoms to grids and units changed step by step, with codes, findings and totals kept up."""
