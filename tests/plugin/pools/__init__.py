"""Pools as people deploy them, and runs of the scenarios on each."""
