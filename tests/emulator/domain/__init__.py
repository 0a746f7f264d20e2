"""Tests of the emulator's plain data."""
