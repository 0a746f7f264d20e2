"""The ledger: what is known of Cognito, and which test proves that the emulator does it."""
