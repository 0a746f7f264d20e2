"""What a run prints: the header, the calls of failing tests, the notes at the end."""
