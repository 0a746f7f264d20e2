"""Benchmarks that compare Cognito emulators in one run on one machine: ``python -m benchmarks``."""
