"""The ledger: what is known about Cognito, and which test proves that the emulator does it."""
