"""Rules that hold for every request, not only for those that somebody thought of."""
