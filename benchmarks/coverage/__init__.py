"""Walking distances and coverage beside pandana and networkx, on the same streets, in one run."""
