"""Tests of the example apps of the documentation, with the frameworks that they are made with."""
