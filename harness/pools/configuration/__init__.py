"""Whole configurations of user pools: their settings, defaults and differences."""
