"""Specifications: what a scenario needs of a pool, and whether a pool matches."""
