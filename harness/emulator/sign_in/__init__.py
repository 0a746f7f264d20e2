"""Answers to challenges, one function for each challenge."""
