"""Decisions that need the data of the domain and the stores."""
