"""The harness' own tests."""
