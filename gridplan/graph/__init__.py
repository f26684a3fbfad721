"""To be listed by hand."""
