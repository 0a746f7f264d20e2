"""Tests of how the package is built, released and run elsewhere."""
