"""Runs under faults of the network."""
