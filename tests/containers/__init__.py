"""Tests of the emulator as a container."""
