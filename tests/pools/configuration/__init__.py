"""Tests of pool configurations."""
