"""Tests other people's clients of managed login, each from the first page to sign-out."""
