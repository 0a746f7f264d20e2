"""Tests of the emulator's server."""
