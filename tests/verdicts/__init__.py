"""Tests of the verdicts and of the record of a run."""
