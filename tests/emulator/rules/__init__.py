"""Tests of the emulator's decisions."""
