"""Other people's clients against a served emulator, each through the whole story."""
