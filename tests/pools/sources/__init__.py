"""Tests of the sources that configurations of pools are read from."""
