"""Tests of what the scenarios rest on: variants, expectations, refusals."""
