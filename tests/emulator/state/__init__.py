"""The state of an emulator, exported and imported."""
