"""The HTTP form of the service."""
