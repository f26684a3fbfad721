"""The OGC standards that the service says it keeps, test by test with the requirement that each shows.

``python -m tests.api.conformance`` runs all of it and writes docs/conformance.md.
"""
