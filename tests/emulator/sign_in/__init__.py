"""Tests of the emulator's sign-in."""
