"""Tests of creating and deleting pools and users."""
