"""Tests of the emulator's locks, settings and random values."""
