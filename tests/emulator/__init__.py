"""Tests of the emulator against the facts about Cognito."""
