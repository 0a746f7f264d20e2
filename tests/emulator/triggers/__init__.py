"""Tests of the emulator's triggers."""
