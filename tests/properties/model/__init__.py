"""Cognito as far as proofs, secrets and permissions go: written from the facts, seen from outside.

Nothing here imports the emulator. For every request the model says by which rules it must be
refused; what no rule refuses must be accepted, and the model says what is so from then on.
"""
