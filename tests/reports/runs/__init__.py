"""Reports on runs, made from their records."""
