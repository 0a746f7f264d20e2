"""Tests of pool specifications and of provisioning."""
