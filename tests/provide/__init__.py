"""The real servers and programs that the tests run against."""
