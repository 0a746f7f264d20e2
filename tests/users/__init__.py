"""Tests of harness.users."""
