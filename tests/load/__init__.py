"""The tests of load runs."""
