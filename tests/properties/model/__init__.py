"""A model of Cognito's proofs, secrets and permissions, written from the facts alone.

Nothing here imports the emulator. For every request the model says which rules require a refusal.
A request that no rule refuses must be accepted, and the model says what follows from it.
"""
