"""moto's own public Cognito tests, run on the emulator, and what is known of those that fail."""
