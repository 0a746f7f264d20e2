"""Tests of the emulator's request handling."""
