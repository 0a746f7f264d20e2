"""Clients that await their calls, in an environment of their own: they need an older botocore."""
