"""What a scenario needs of a pool, and whether a pool is like that."""
