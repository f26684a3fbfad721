"""OGC API - Features: the same answers below three roots, the service, one plan, and what a community adopted."""
