"""Tests of making and deleting pools."""
