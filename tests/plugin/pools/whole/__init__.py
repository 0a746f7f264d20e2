"""All scenarios on every pool, which takes minutes."""
