"""What a run prints: the header, failures, notes at the end."""
