"""Tests of the emulator's HTTP form."""
