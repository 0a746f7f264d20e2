"""Tests of the emulator's operations."""
