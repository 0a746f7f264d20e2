"""Tests of the walker of managed login, against small pages written by hand."""
