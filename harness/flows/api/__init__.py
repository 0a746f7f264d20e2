"""Cognito's operations by theme; :class:`harness.flows.actions.Actions` has them all."""
