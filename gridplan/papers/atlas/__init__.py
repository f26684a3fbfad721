"""The atlas of a plan: a page for each grid, an overview of each community, boards for the public."""
