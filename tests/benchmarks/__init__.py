"""Tests that the benchmarks time what they say."""
