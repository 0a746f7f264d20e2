"""Tests of the commands that work with pools."""
