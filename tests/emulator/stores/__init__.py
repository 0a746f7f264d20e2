"""Tests of the emulator's stores."""
