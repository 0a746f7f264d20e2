"""Tests of the emulator's domain."""
