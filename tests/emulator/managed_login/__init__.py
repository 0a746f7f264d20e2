"""Tests of managed login."""
