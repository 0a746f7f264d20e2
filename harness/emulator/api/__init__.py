"""Requests of Cognito's API: who sends them, what they may hold, and the one under way."""
