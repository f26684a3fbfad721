"""Alembic migrations of the PostGIS store; run by ``gridplan.store.migrate``."""
