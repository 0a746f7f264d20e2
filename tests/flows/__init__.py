"""Tests of the client side: people and what they have, operations, sign-in, traces."""
