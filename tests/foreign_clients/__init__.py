"""Tests other people's clients on a served emulator, each from sign-up to sign-out."""
