"""Tests of what users get: built, installed into environments of their own, and used from there."""
