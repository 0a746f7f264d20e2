"""The whole configuration of a pool, and where two differ."""
