"""Benchmarks that compare services side by side: ``python -m benchmarks``."""
