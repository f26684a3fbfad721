"""The web service: plans as GeoJSON and maps. No SQL and no geometry in here."""
