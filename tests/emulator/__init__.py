"""The emulator against the facts about Cognito."""
