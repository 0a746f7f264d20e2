"""Cognito's variant of SRP-6a: the group, the client's half and the server's half.

The halves share only :mod:`harness.srp.group`. This package re-exports nothing, so that importing
one half does not import the other.
"""
