"""Tests of the emulator's api."""
