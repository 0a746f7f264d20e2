"""Everything that the documentation shows is tried out."""
