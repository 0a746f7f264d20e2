"""Tests of both halves of SRP, of the device verifier and of the engines."""
