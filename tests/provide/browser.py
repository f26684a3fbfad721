"""A real Chromium for the tests."""
