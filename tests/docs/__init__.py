"""Tests that everything the documentation shows works."""
