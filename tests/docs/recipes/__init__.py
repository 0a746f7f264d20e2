"""Tests that run the recipes line by line."""
