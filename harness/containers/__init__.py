"""The served emulator as a container, for Testcontainers; it needs the extra ``testcontainers``."""

from harness.containers.cognito_container import IMAGE, PORT, CognitoContainer

__all__ = ["IMAGE", "PORT", "CognitoContainer"]
