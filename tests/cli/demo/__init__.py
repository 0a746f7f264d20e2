"""Tests of the demo: automatic, with a person at the terminal, and in an existing pool."""
