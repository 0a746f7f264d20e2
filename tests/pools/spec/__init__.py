"""Tests of pool specifications."""
