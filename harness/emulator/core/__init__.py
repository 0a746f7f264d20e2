"""What everything in the emulator may use: settings, randomness, locks."""
