"""Tests of the serve command."""
