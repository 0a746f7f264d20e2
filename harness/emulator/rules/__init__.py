"""Decisions over what is kept and what is open."""
