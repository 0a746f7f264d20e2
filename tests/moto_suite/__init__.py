"""Runs moto's own public Cognito tests on the emulator, and lists those that must fail."""
