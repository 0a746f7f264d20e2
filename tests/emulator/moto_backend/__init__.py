"""Tests of the emulator's moto backend."""
