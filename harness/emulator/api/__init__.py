"""Requests of Cognito's API: their caller, their validation, and the current call."""
