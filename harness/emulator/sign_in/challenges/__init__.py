"""One file per challenge: how it is put, and how its answer is judged."""
