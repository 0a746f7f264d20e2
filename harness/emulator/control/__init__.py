"""The control surface of a served emulator, for tests only, and its browser page."""
