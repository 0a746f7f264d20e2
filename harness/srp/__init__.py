"""Cognito's variant of SRP-6a: the group, the client's half and the server's half.

The halves share nothing but :mod:`harness.srp.group`, and nothing is re-exported here: whoever
imports one half must not get the other one along with it.
"""
