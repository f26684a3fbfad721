"""Makes the shipped places again; needs the extra ``dev``."""

from gridplan.sources.boundaries import make

make()
