"""Tests of the emulator inside moto."""
