"""Settings, randomness and locks, for every part of the emulator."""
