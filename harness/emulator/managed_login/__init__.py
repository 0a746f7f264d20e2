"""Managed login: the pages and the OAuth 2.0 endpoints of a user pool's domain."""
