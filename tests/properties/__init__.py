"""Tests of rules that hold for every request, not only for chosen examples."""
