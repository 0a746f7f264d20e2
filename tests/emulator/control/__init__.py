"""Tests of the emulator's control surface."""
