"""Real accounts: the whole target, on the served emulator in the place of AWS."""
