"""Tests of runs that repeat scenarios in several workers."""
