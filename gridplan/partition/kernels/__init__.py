"""The compiled inner loops of the search: pure functions over arrays, each with its own random state.

Importing this package imports Numba; ``partition.solve`` does so when it first searches.
"""
